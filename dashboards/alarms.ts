import type { DataTransformerConfig } from "@grafana/grafana-foundation-sdk/dashboard";
import { type ConditionName, conditionFamilies, type Priority, type Transition } from "../contract/index.ts";
import { colours, priorityColours } from "./colours.ts";
import { conditionWords } from "./condition-words.ts";
import { type Edition, type Text, text } from "./edition.ts";
import { called, rowsOf, type TableColumn } from "./panels/draw.ts";
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

const transitionWords: Record<Transition, Text> = {
  raised: text("raised", "发生"),
  "priority-changed": text("priority changed", "优先级变更"),
  acknowledged: text("acknowledged", "已确认"),
  returned: text("returned", "已恢复"),
  reset: text("reset", "已复位"),
  commented: text("commented", "已备注"),
  shelved: text("shelved", "已搁置"),
  unshelved: text("unshelved", "取消搁置"),
  suppressed: text("suppressed", "已抑制"),
  unsuppressed: text("no longer suppressed", "取消抑制"),
  "out-of-service": text("out of service", "停用"),
  "in-service": text("in service", "恢复启用"),
};
/** After these, an alarm is no longer in people's sight. */
const ended: readonly Transition[] = ["returned", "reset", "suppressed", "out-of-service"];

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

const transitionMapping = (edition: Edition) =>
  called(
    edition,
    Object.fromEntries(
      Object.entries(transitionWords).map(([transition, words]) => [transition, { words, colour: colours.unknown }]),
    ),
  );

const roomMapping = (edition: Edition) =>
  called(
    edition,
    Object.fromEntries(
      edition.rooms.map(({ id, name }) => [id, { words: { zh: name, en: name }, colour: colours.unknown }]),
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

/** Alarms whose newest word is not their end, the newest first; with `brief`, what can be read from afar. */
export function openAlarmsTable(
  spec: Pick<PanelSpec, "title" | "description" | "noData" | "width" | "height"> & { brief?: boolean },
  where: readonly Condition[],
  edition: Edition,
) {
  const query = queriesOf(edition.site).select({
    from: "alarm",
    select: [
      { field: "message", as: "message", call: "last" },
      ...(spec.brief
        ? []
        : [
            { field: "since_raised_s", as: "open_s" },
            { field: "id", as: "alarm" },
          ]),
    ],
    where,
    by: ["room", "condition"],
    alsoTags: ["priority", "transition"],
  });
  const endings = ended.map((transition) => ({
    fieldName: "transition",
    config: { id: "equal", options: { value: transition } },
  }));
  const leaveEnded: DataTransformerConfig = {
    id: "filterByValue",
    options: { type: "exclude", match: "any", filters: endings },
  };
  const newestFirst: DataTransformerConfig = { id: "sortBy", options: { sort: [{ field: "Time", desc: true }] } };
  const more: TableColumn[] = [
    { from: "open_s", title: text("Open for, at that time", "当时已持续"), unit: "dtdurations", decimals: 0 },
    { from: "transition", title: text("State", "状态"), mappings: transitionMapping(edition) },
    conditionColumn(edition),
    {
      from: "alarm",
      title: text("Alarm", "报警编号"),
      link: {
        title: text("Open in the console", "在控制台中打开"),
        url: `${edition.consoleUrl}/alarms/\${__value.raw}`,
      },
    },
  ];
  return rowsOf(
    {
      ...spec,
      queries: [{ query, as: "table" }],
      unit: "none",
      decimals: 0,
      first: [leaveEnded, newestFirst],
      hidden: spec.brief ? ["transition", "condition"] : [],
      shown: [
        {
          from: "priority",
          title: text("Priority", "优先级"),
          mappings: priorityMapping(edition),
          filled: true,
          steps: steps(colours.unknown),
        },
        roomColumn(edition),
        { from: "message", title: text("What is wrong", "情况") },
        { from: "Time", title: text("Last word", "最新动态"), unit: "dateTimeFromNow" },
        ...(spec.brief ? [] : more),
      ],
    },
    edition,
  );
}
