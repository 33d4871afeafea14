import type { DataTransformerConfig } from "@grafana/grafana-foundation-sdk/dashboard";
import {
  type AlarmState,
  type ConditionName,
  conditionFamilies,
  type Priority,
  type Transition,
} from "../contract/index.ts";
import { colours, priorityColours } from "./colours.ts";
import { conditionWords } from "./condition-words.ts";
import { type Edition, type Text, text } from "./edition.ts";
import { called, namesOf, rowsOf, type TableColumn } from "./panels/draw.ts";
import type { PanelSpec } from "./panels/panel.ts";
import { steps } from "./panels/thresholds.ts";
import { type Condition, queriesOf } from "./query.ts";

/** What several dashboards say about alarms. */

export const priorityWords: Record<Priority, Text> = {
  critical: text("critical", "紧急"),
  high: text("high", "重要"),
  medium: text("medium", "一般"),
  low: text("low", "提示"),
};

/** States in which an alarm still needs somebody: not over, not hidden from people's sight. */
const openStates = {
  unacknowledged: text("nobody has answered", "无人应答"),
  acknowledged: text("somebody sees to it", "已有人处理"),
  "returned-unacknowledged": text("over, nobody has answered", "已恢复，无人应答"),
  latched: text("over, waits to be reset", "已恢复，待复位"),
  shelved: text("shelved", "已搁置"),
} as const satisfies Partial<Record<AlarmState, Text>>;

export const smokeConditions = conditionFamilies["fire-and-water"];

/** Any of these conditions, as a regular expression. */
export const anyOf = (conditions: readonly ConditionName[]): Condition => ({
  tag: "condition",
  matches: conditions.join("|"),
});

export const raisedOnly: Condition = { tag: "transition", is: "raised" satisfies Transition };

export const priorityMapping = (edition: Edition) =>
  called(edition, {
    critical: { words: priorityWords.critical, colour: priorityColours.critical },
    high: { words: priorityWords.high, colour: priorityColours.high },
    medium: { words: priorityWords.medium, colour: priorityColours.medium },
    low: { words: priorityWords.low, colour: priorityColours.low },
  });

const stateMapping = (edition: Edition) =>
  called(
    edition,
    Object.fromEntries(Object.entries(openStates).map(([state, words]) => [state, { words, colour: colours.unknown }])),
  );

const roomMapping = (edition: Edition) =>
  called(
    edition,
    Object.fromEntries(
      [...edition.site.rooms.keys()].map((id) => [id, { words: edition.site.roomName(id), colour: colours.unknown }]),
    ),
  );

/** The column of rooms, by name. */
export const roomColumn = (edition: Edition): TableColumn => ({
  from: "room",
  title: text("Room", "库房"),
  mappings: roomMapping(edition),
});
/** The column of conditions, as messages call them. */
export const conditionColumn = (edition: Edition): TableColumn => ({
  from: "condition",
  title: text("Condition", "报警条件"),
  mappings: called(
    edition,
    Object.fromEntries(
      Object.entries(conditionWords).map(([condition, words]) => [condition, { words, colour: colours.unknown }]),
    ),
  ),
});

/** Words of an alarm that are read: of many alarms, the newest. */
const newestWords = 1_000;
/** What an alarm's newest word says of it; its first word, when it began. */
const newest = (column: string) => `${column} (first)`;
const began = "Time (last)";
const alarmColumns = ["room", "condition", "priority", "state", "message"];

/** Alarms by their newest word, those that still need somebody, the newest first; with `brief`, what can be read from afar. */
export function openAlarmsTable(
  spec: Pick<PanelSpec, "title" | "description" | "noData" | "width" | "height"> & { brief?: boolean },
  where: readonly Condition[],
  edition: Edition,
) {
  const { site, say, consoleUrl } = edition;
  // They are sentences: half a screen holds none.
  const readsMessages = edition.readsMessages && spec.width === 24;
  const query = queriesOf(site).select({
    from: "alarm",
    select: ["id", "state", "message"].map((field) => ({ field, as: field })),
    where,
    alsoTags: ["room", "condition", "priority"],
    newestFirst: true,
    limit: newestWords,
  });
  const aggregate = (...aggregations: string[]) => ({ operation: "aggregate", aggregations });
  const oneRowEach: DataTransformerConfig = {
    id: "groupBy",
    options: {
      fields: {
        id: { operation: "groupby", aggregations: [] },
        ...Object.fromEntries(alarmColumns.map((column) => [column, aggregate("first")])),
        ...Object.fromEntries(namesOf("Time").map((column) => [column, aggregate("last")])),
      },
    },
  };
  const stillOpen: DataTransformerConfig = {
    id: "filterByValue",
    options: {
      type: "include",
      match: "any",
      filters: Object.keys(openStates).map((state) => ({
        fieldName: newest("state"),
        config: { id: "equal", options: { value: state } },
      })),
    },
  };
  // Where there is room for three rows alone, `critical` and `high` stand first: the letters of their names have it so.
  const sort = spec.brief ? { field: newest("priority") } : { field: began, desc: true };
  const inOrder: DataTransformerConfig = { id: "sortBy", options: { sort: [sort] } };
  const more: TableColumn[] = [
    { from: newest("state"), title: text("State", "状态"), mappings: stateMapping(edition), width: 190 },
    ...(readsMessages ? [{ from: newest("message"), title: text("Last word", "最新动态") }] : []),
    {
      from: "id",
      title: text("Alarm", "报警编号"),
      width: 90,
      link: {
        title: text("Open in the console", "在控制台中打开"),
        url: `${consoleUrl}/alarms/\${__value.raw}`,
      },
    },
  ];
  const table = rowsOf(
    {
      ...spec,
      queries: [{ query, as: "table" }],
      unit: "none",
      decimals: 0,
      // What is open now may have begun before the range that the charts beside it show.
      timeFrom: "30d",
      first: [oneRowEach, stillOpen, inOrder],
      headless: spec.brief ?? false,
      hidden: [
        ...(spec.brief ? ["id", newest("state")] : []),
        ...(spec.brief || !readsMessages ? [newest("message")] : []),
      ],
      shown: [
        {
          from: newest("priority"),
          title: text("Priority", "优先级"),
          mappings: priorityMapping(edition),
          filled: true,
          steps: steps(colours.unknown),
          width: 80,
        },
        { ...roomColumn(edition), from: newest("room"), ...(spec.brief ? {} : { width: 180 }) },
        {
          ...conditionColumn(edition),
          from: newest("condition"),
          title: text("What is wrong", "情况"),
          ...(spec.brief || !readsMessages ? {} : { width: 250 }),
        },
        { from: began, title: text("Since", "始于"), unit: say(sinceUnit), width: 150 },
        ...(spec.brief ? [] : more),
      ],
    },
    edition,
  );
  return spec.brief ? table.hideTimeOverride(true) : table;
}

/** Grafana says how long ago in the browser's language, whatever that of the dashboard is: in Chinese a time stands instead. */
const sinceUnit = text("dateTimeFromNow", "dateTimeAsIsoNoDateIfToday");
