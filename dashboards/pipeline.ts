import { type Edition, type Text, text } from "./edition.ts";
import { curves } from "./panels/draw.ts";
import { type Asked, byName } from "./panels/panel.ts";
import { type Condition, queriesOf } from "./query.ts";

/** How far behind each part of the program is, over time. */
export function pipelineCharts(edition: Edition) {
  const { site, say } = edition;
  const q = queriesOf(site);
  const noFigures = text("The program has written no figures in this time", "此期间系统未写入统计");
  const part = (name: string): Condition => ({ tag: "part", is: name });

  const lines = (
    spec: { title: Text; description: Text; unit: string; decimals: number; width?: number },
    queries: Asked[],
  ) => curves({ noData: noFigures, width: 12, height: 7, interval: "1m", ...spec, queries }, edition).min(0);
  const system = (field: string, of: string, words: Text, call: "max" | "last" = "max"): Asked => ({
    query: q.select({ from: "sentry", select: [{ field, as: "value", call }], where: [part(of)], every: "auto" }),
    name: say(words),
  });

  const storeTotal = (field: string, words: Text): Asked => ({
    query: q.select({
      from: "sentry",
      select: [{ field, as: "points", call: "max" }],
      by: ["part"],
      every: "auto",
      fill: "none",
    }),
    name: `$tag_part ${say(words)}`,
  });

  const lags = byName(
    lines(
      {
        title: text("Behind the log", "各环节落后量"),
        description: text(
          "Entries that each reader of the intake log has yet to read: alarms, history, and each chart database.",
          "各读取环节尚未处理的条数：报警、历史及各图表数据库。",
        ),
        unit: "none",
        decimals: 0,
      },
      [
        {
          query: q.select({
            from: "sentry",
            select: [{ field: "lag", as: "lag", call: "max" }],
            by: ["part"],
            every: "auto",
            fill: "none",
          }),
          name: "$tag_part",
        },
      ],
    ),
    {
      engine: say(text("alarms", "报警引擎")),
      history: say(text("history", "历史库")),
      access: say(text("access", "出入")),
      ledger: say(text("ledger", "台账")),
    },
  );

  return [
    lags,
    lines(
      {
        title: text("Written to the chart databases", "图表数据库写入"),
        description: text(
          "Points written since the start, and those a database refused for good: these remain in the embedded history.",
          "自启动以来写入的数据点，以及被数据库拒绝的点（仍保留在内置历史中）。",
        ),
        unit: "none",
        decimals: 0,
      },
      [storeTotal("written", text("written", "已写入")), storeTotal("refused", text("refused", "被拒绝"))],
    ),
    lines(
      {
        title: text("Time until somebody is told", "通知时延"),
        description: text(
          "The longest of each interval from the alarm to its message being accepted by the channel.",
          "每个时段内从报警到渠道接受通知的最长时间。",
        ),
        unit: "suffix:s",
        decimals: 1,
      },
      [
        {
          query: q.select({
            from: "sentry",
            select: [{ field: "latency_max_ms", as: "longest", call: "max", times: 0.001 }],
            where: [part("notify")],
            every: "auto",
          }),
          name: say(text("longest", "最长")),
        },
      ],
    ),
    lines(
      {
        title: text("Intake", "接收"),
        description: text(
          "Newest position of the intake log: it rises with each message, and stands still when nothing comes in.",
          "接收日志的最新位置：随消息上升；若停滞则没有消息进入。",
        ),
        unit: "none",
        decimals: 0,
      },
      [system("head", "intake", text("position", "位置"))],
    ),
  ];
}
