import type { Dashboard } from "@grafana/grafana-foundation-sdk/dashboard";
import { type ConditionName, conditionFamilies } from "../contract/index.ts";
import { conditionColumn, raisedOnly, roomColumn } from "./alarms.ts";
import { categoryNames, categoryWords } from "./category-words.ts";
import { colours } from "./colours.ts";
import { type Edition, type Text, text } from "./edition.ts";
import { chosenRooms, dashboardOf, roomVariable } from "./frame.ts";
import { ledgerNote } from "./notes.ts";
import { bars, called, rowsOf, tiles } from "./panels/draw.ts";
import { byName, byRoom } from "./panels/panel.ts";
import { steps } from "./panels/thresholds.ts";
import { type Condition, queriesOf } from "./query.ts";

const granted: Condition = { tag: "result", is: "granted" };
const entering: Condition = { field: "direction", is: "in" };
const directionWords = { in: text("in", "进"), out: text("out", "出") };
const resultWords = { granted: text("granted", "放行"), denied: text("denied", "拒绝") };
/** What happened at a door, not what was decided about records. */
const doorConditions = conditionFamilies.access.filter((condition: ConditionName) => condition.startsWith("door-"));

/** Bars at the most: over the week that it opens with, one an hour. */
const hoursOfAWeek = 170;

/** How many were let in, where and when; who they were is in the ledger alone. */
export function access(edition: Edition): Dashboard {
  const { site, rooms, say, consoleUrl } = edition;
  const q = queriesOf(site);
  const noBadge = text("No badge was read in this time", "此期间无刷卡记录");
  const categories = categoryNames(edition);

  const wordsOf = (words: Readonly<Record<string, Text>>) =>
    called(
      edition,
      Object.fromEntries(
        Object.entries(words).map(([value, said]) => [value, { words: said, colour: colours.unknown }]),
      ),
    );

  const doorNames = Object.fromEntries(
    site.config.doors.map(({ id, name }): [string, Text] => [id, name ?? text(id, id)]),
  );

  const inside = byName(
    tiles(
      {
        title: text("Inside now", "当前在库人数"),
        description: text(
          "People inside, by category, by the newest badges. Somebody who left without a badge is still counted.",
          "按类别统计的当前在库人数，以最近刷卡为准；未刷卡离开者仍计在内。",
        ),
        noData: text("Nobody has been inside in this time", "此期间无人在库"),
        width: 12,
        height: 5,
        queries: [
          {
            query: q.summarise({
              of: q.select({
                from: "inside",
                select: [{ field: "count", as: "inside", call: "last" }],
                where: [chosenRooms],
                by: ["room", "category"],
              }),
              select: [{ field: "inside", as: "inside", call: "sum" }],
              by: ["category"],
            }),
            name: "$tag_category",
          },
        ],
        unit: "none",
        decimals: 0,
        steps: steps(colours.unknown, [1, colours.fine]),
      },
      edition,
    ),
    categories,
  );

  const entries = (by: "room" | "category") => {
    const builder = bars(
      {
        title:
          by === "room"
            ? text("Entries by room and hour", "各库房每小时进入次数")
            : text("Entries by category and hour", "各类人员每小时进入次数"),
        description: text(
          "Badges that were let in, in each hour; over more than a week, in each bar's time.",
          "每小时内被放行的进入刷卡次数；时间范围超过一周时，为每根柱子所代表时段内的次数。",
        ),
        noData: noBadge,
        width: 12,
        height: 8,
        queries: [
          {
            query: q.select({
              from: "access",
              select: [{ field: "id", as: "entries", call: "count" }],
              where: [chosenRooms, granted, entering],
              by: [by],
              every: "auto",
              counted: true,
              fill: "none",
            }),
            name: `$tag_${by}`,
          },
        ],
        unit: "none",
        decimals: 0,
        interval: "1h",
        maxDataPoints: hoursOfAWeek,
      },
      edition,
    );
    return by === "room" ? byRoom(builder, rooms) : byName(builder, categories);
  };

  const results = byName(
    bars(
      {
        title: text("Granted and denied", "放行与拒绝"),
        description: text(
          "Badges by what was decided. Many denials at one door are worth a look into the ledger.",
          "按结果统计的刷卡次数。同一库门多次被拒，值得到台账中查看。",
        ),
        noData: noBadge,
        width: 12,
        height: 8,
        queries: [
          {
            query: q.select({
              from: "access",
              select: [{ field: "id", as: "badges", call: "count" }],
              where: [chosenRooms],
              by: ["result"],
              every: "auto",
              counted: true,
              fill: "none",
            }),
            name: "$tag_result",
          },
        ],
        unit: "none",
        decimals: 0,
        interval: "1h",
        maxDataPoints: hoursOfAWeek,
      },
      edition,
    ),
    Object.fromEntries(Object.entries(resultWords).map(([result, words]) => [result, say(words)])),
  );

  const atDoors = rowsOf(
    {
      title: text("Doors forced and held open", "强行开门与长开"),
      description: text(
        "Doors opened without a badge, held open too long, or opened after hours: how often in each room.",
        "未刷卡开门、开门过久或非工作时间开门：各库房的次数。",
      ),
      noData: text("No door was forced or held open", "无强行开门或长开"),
      width: 12,
      height: 8,
      queries: [
        {
          query: q.select({
            from: "alarm",
            select: [{ field: "id", as: "times", call: "count" }],
            where: [raisedOnly],
            by: ["room", "condition"],
          }),
          as: "table",
        },
      ],
      unit: "none",
      decimals: 0,
      first: [
        {
          id: "filterByValue",
          options: {
            type: "include",
            match: "any",
            filters: doorConditions.map((condition) => ({
              fieldName: "condition",
              config: { id: "equal", options: { value: condition } },
            })),
          },
        },
      ],
      shown: [
        roomColumn(edition),
        conditionColumn(edition),
        { from: "times", title: text("Times", "次数"), unit: "none", decimals: 0 },
      ],
    },
    edition,
  );

  const newest = rowsOf(
    {
      title: text("Newest badges", "最近刷卡"),
      description: text(
        "The last hundred badges, without names. Open one in the console to see who it was; the ledger is the authority.",
        "最近一百次刷卡，不含姓名。可在控制台中打开查看；以台账为准。",
      ),
      noData: noBadge,
      width: 24,
      height: 10,
      queries: [
        {
          query: q.select({
            from: "access",
            select: [
              { field: "id", as: "id" },
              { field: "direction", as: "direction" },
            ],
            where: [chosenRooms],
            alsoTags: ["room", "door", "category", "result"],
            newestFirst: true,
            limit: 100,
          }),
          as: "table",
        },
      ],
      unit: "none",
      decimals: 0,
      shown: [
        { from: "Time", title: text("When", "时间"), unit: "dateTimeAsIso" },
        roomColumn(edition),
        { from: "door", title: text("Door", "库门"), mappings: wordsOf(doorNames) },
        { from: "category", title: text("Category", "人员类别"), mappings: wordsOf(categoryWords) },
        { from: "direction", title: text("Direction", "方向"), mappings: wordsOf(directionWords) },
        { from: "result", title: text("Result", "结果"), mappings: wordsOf(resultWords) },
        {
          from: "id",
          title: text("Event", "事件"),
          link: {
            title: text("Open in the console's history", "在控制台历史中打开"),
            url: `${consoleUrl}/access?event=\${__value.raw}`,
          },
        },
      ],
    },
    edition,
  );

  return dashboardOf(
    {
      key: "access",
      description: text(
        "How many were let in, where and when. Without names: the ledger is the authority.",
        "何处何时放行了多少人。不含姓名：以台账为准。",
      ),
      from: "now-7d",
      refresh: "1m",
      variables: [roomVariable(edition, { several: true })],
      content: [
        inside,
        ledgerNote({ width: 12, height: 5 }, edition),
        entries("room"),
        entries("category"),
        results,
        atDoors,
        newest,
      ],
    },
    edition,
  );
}
