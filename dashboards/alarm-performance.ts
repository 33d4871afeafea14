import type { Dashboard } from "@grafana/grafana-foundation-sdk/dashboard";
import { priorities } from "../contract/index.ts";
import { conditionColumn, priorityMapping, priorityWords, raisedOnly, roomColumn } from "./alarms.ts";
import { colours, priorityColours } from "./colours.ts";
import { type Edition, type Text, text } from "./edition.ts";
import { dashboardOf } from "./frame.ts";
import { bars, figure, rowsOf } from "./panels/draw.ts";
import { byName } from "./panels/panel.ts";
import { steps } from "./panels/thresholds.ts";
import { type Column, type Condition, queriesOf } from "./query.ts";

/** What ISA-18.2 and EEMUA 191 take as the mark of alarms that people can follow. */
const flood = 10;
const chattering = 3;
const standingS = 86_400;

/** One page for the monthly meeting: do alarms help those who must answer them? */
export function alarmPerformance(edition: Edition): Dashboard {
  const { site, say } = edition;
  const q = queriesOf(site);
  const noAlarm = text("No alarm in this time", "此期间无报警");
  const raised: Condition[] = [raisedOnly];
  const inTenMinutes = (by: readonly string[]) =>
    q.select({
      from: "alarm",
      select: [{ field: "id", as: "alarms", call: "count" }],
      where: raised,
      by,
      every: "10m",
      fill: by.length === 0 ? 0 : "none",
    });
  const ofSystem = (column: Column) =>
    q.select({ from: "sentry", select: [column], where: [{ tag: "part", is: "alarms" }] });

  const headline = (
    title: Text,
    description: Text,
    query: ReturnType<typeof q.select>,
    options: { unit: string; decimals: number; steps: ReturnType<typeof steps> },
  ) =>
    figure(
      { title, description, noData: noAlarm, width: 4, height: 4, queries: [{ query, name: say(title) }], ...options },
      edition,
    );

  const lengths = (transition: "acknowledged" | "returned", title: Text, description: Text) =>
    rowsOf(
      {
        title,
        description,
        noData: text("None in this time", "此期间没有"),
        width: 12,
        height: 6,
        queries: [
          {
            query: q.select({
              from: "alarm",
              select: [
                { field: "since_raised_s", as: "times", call: "count" },
                { field: "since_raised_s", as: "half", call: "median" },
                { field: "since_raised_s", as: "most", call: { percentile: 95 } },
                { field: "since_raised_s", as: "longest", call: "max" },
              ],
              where: [{ tag: "transition", is: transition }],
              by: ["priority"],
            }),
            as: "table",
          },
        ],
        unit: "dtdhms",
        decimals: 0,
        shown: [
          {
            from: "priority",
            title: text("Priority", "优先级"),
            mappings: priorityMapping(edition),
            filled: true,
            steps: steps(colours.unknown),
          },
          { from: "times", title: text("Alarms", "报警数"), unit: "none", decimals: 0 },
          { from: "half", title: text("Half within", "半数不超过"), unit: "dtdhms", decimals: 0 },
          { from: "most", title: text("95 % within", "95 % 不超过"), unit: "dtdhms", decimals: 0 },
          {
            from: "longest",
            title: text("Longest", "最长"),
            unit: "dtdhms",
            decimals: 0,
            steps: steps(colours.fine, [standingS, colours.wrong]),
          },
        ],
      },
      edition,
    );

  const rate = byName(
    bars(
      {
        title: text("Alarms in ten minutes", "每 10 分钟报警数"),
        description: text(
          "One person follows about one alarm in ten minutes. Ten in ten minutes are a flood.",
          "一个人约能处理每 10 分钟 1 条报警；10 分钟内 10 条即为报警泛滥。",
        ),
        noData: noAlarm,
        width: 24,
        height: 8,
        queries: [{ query: inTenMinutes(["priority"]), name: "$tag_priority" }],
        unit: "none",
        decimals: 0,
        interval: "10m",
      },
      edition,
    ),
    {},
  );
  for (const priority of priorities) {
    rate.overrideByName(priority, [
      { id: "displayName", value: say(priorityWords[priority]) },
      { id: "color", value: { mode: "fixed", fixedColor: priorityColours[priority] } },
    ]);
  }

  const places = (
    spec: { title: Text; description: Text; column: Text },
    query: ReturnType<typeof q.select>,
    of: { rows: number; steps: ReturnType<typeof steps> },
  ) =>
    rowsOf(
      {
        title: spec.title,
        description: spec.description,
        noData: noAlarm,
        width: 12,
        height: 9,
        queries: [{ query, as: "table" }],
        unit: "none",
        decimals: 0,
        first: [
          { id: "sortBy", options: { sort: [{ field: "alarms", desc: true }] } },
          { id: "limit", options: { limitField: of.rows } },
        ],
        shown: [
          { from: "alarms", title: spec.column, unit: "none", decimals: 0, steps: of.steps },
          roomColumn(edition),
          conditionColumn(edition),
        ],
      },
      edition,
    );

  return dashboardOf(
    {
      key: "alarm-performance",
      description: text(
        "Figures of ISA-18.2 and EEMUA 191 for the monthly meeting: rate, floods, standing and chattering alarms, answers.",
        "供月度例会使用的 ISA-18.2 / EEMUA 191 指标：报警率、泛滥、长期未消、反复报警与响应时间。",
      ),
      from: "now-30d",
      refresh: "15m",
      content: [
        headline(
          text("Alarms", "报警总数"),
          text("Raised within the time range.", "所选时间范围内发生的报警数。"),
          q.select({ from: "alarm", select: [{ field: "id", as: "alarms", call: "count" }], where: raised }),
          { unit: "none", decimals: 0, steps: steps(colours.fine) },
        ),
        headline(
          text("In ten minutes, mean", "每 10 分钟平均"),
          text(
            "Up to 1 is manageable, above 2 is too many (EEMUA 191).",
            "不超过 1 可以应对，超过 2 则过多（EEMUA 191）。",
          ),
          q.summarise({ of: inTenMinutes([]), select: [{ field: "alarms", as: "mean", call: "mean" }] }),
          { unit: "none", decimals: 3, steps: steps(colours.fine, [1, colours.notice], [2, colours.wrong]) },
        ),
        headline(
          text("In ten minutes, peak", "每 10 分钟峰值"),
          text("From ten on it is a flood.", "达到 10 即为报警泛滥。"),
          q.summarise({ of: inTenMinutes([]), select: [{ field: "alarms", as: "peak", call: "max" }] }),
          { unit: "none", decimals: 0, steps: steps(colours.fine, [flood, colours.wrong]) },
        ),
        headline(
          text("Time in flood", "泛滥时间占比"),
          text(
            "Share of the time that a flood lasted. ISA-18.2 asks for under 1 %.",
            "处于报警泛滥的时间比例；ISA-18.2 要求低于 1 %。",
          ),
          ofSystem({ field: "flood", as: "share", call: "mean", times: 100 }),
          { unit: "percent", decimals: 1, steps: steps(colours.fine, [1, colours.wrong]) },
        ),
        headline(
          text("Standing", "长期未消"),
          text(
            "Open for more than a day, now. Up to 5 is acceptable (EEMUA 191).",
            "当前持续超过一天的报警数；不超过 5 可接受（EEMUA 191）。",
          ),
          ofSystem({ field: "standing", as: "standing", call: "last" }),
          { unit: "none", decimals: 0, steps: steps(colours.fine, [1, colours.notice], [6, colours.wrong]) },
        ),
        headline(
          text("Unacknowledged", "未确认"),
          text("Open alarms that nobody has acknowledged, now.", "当前无人确认的报警数。"),
          ofSystem({ field: "unacknowledged", as: "unacknowledged", call: "last" }),
          { unit: "none", decimals: 0, steps: steps(colours.fine, [1, colours.notice]) },
        ),
        rate,
        lengths(
          "acknowledged",
          text("Time to acknowledge", "确认用时"),
          text("From raising to a named person's answer, by priority.", "从发生到具名人员确认的时间，按优先级。"),
        ),
        lengths(
          "returned",
          text("Time to resolve", "恢复用时"),
          text("From raising to the end of the cause, by priority.", "从发生到起因消除的时间，按优先级。"),
        ),
        places(
          {
            title: text("Top ten", "前十名"),
            description: text(
              "The places that alarm most. A few of them usually make most of all alarms: begin there.",
              "报警最多的位置。通常少数几处占了大部分报警：应先从这里改进。",
            ),
            column: text("Alarms", "报警数"),
          },
          q.select({
            from: "alarm",
            select: [{ field: "id", as: "alarms", call: "count" }],
            where: raised,
            by: ["room", "condition"],
          }),
          { rows: 10, steps: steps(colours.fine) },
        ),
        places(
          {
            title: text("Chattering", "反复报警"),
            description: text(
              "The most that one alarm was raised within ten minutes. From three on it chatters: its delay or hysteresis is too small.",
              "同一报警在 10 分钟内发生的最多次数。达到 3 次即为反复报警：延时或回差过小。",
            ),
            column: text("Most in ten minutes", "10 分钟内最多"),
          },
          q.summarise({
            of: inTenMinutes(["room", "condition"]),
            select: [{ field: "alarms", as: "alarms", call: "max" }],
            by: ["room", "condition"],
          }),
          { rows: 10, steps: steps(colours.fine, [chattering, colours.wrong]) },
        ),
      ],
    },
    edition,
  );
}
