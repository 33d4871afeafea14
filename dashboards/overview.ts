import type { Dashboard } from "@grafana/grafana-foundation-sdk/dashboard";
import { priorities } from "../contract/index.ts";
import { openAlarmsTable, priorityWords } from "./alarms.ts";
import { colours, priorityColours } from "./colours.ts";
import { type Edition, text } from "./edition.ts";
import { dashboardOf, floorVariable, row } from "./frame.ts";
import { fireNote } from "./notes.ts";
import { figure } from "./panels/draw.ts";
import { steps } from "./panels/thresholds.ts";
import { queriesOf } from "./query.ts";
import { roomTiles } from "./room-tiles.ts";

/** One look at the whole hospital, and the wall: open it with `?kiosk`. */
export function overview(edition: Edition): Dashboard {
  const { site, say } = edition;
  const q = queriesOf(site);

  const ofAlarms = (field: string) =>
    q.select({
      from: "sentry",
      select: [{ field, as: field, call: "last" }],
      where: [{ tag: "part", is: "alarms" }],
    });
  const open = priorities.map((priority) =>
    figure(
      {
        title: text(`Open: ${priorityWords[priority].en}`, `未恢复：${priorityWords[priority].zh}`),
        description: text(
          `Alarms of ${priority} priority that are not normal now, as the program itself counts them each minute.`,
          `当前未恢复正常的“${priorityWords[priority].zh}”级报警数，由本系统每分钟统计。`,
        ),
        noData: text("not known", "未知"),
        width: 2,
        height: 4,
        queries: [{ query: ofAlarms(`open_${priority}`), name: say(priorityWords[priority]) }],
        unit: "none",
        decimals: 0,
        steps: steps(colours.fine, [1, priorityColours[priority]]),
      },
      edition,
    ),
  );
  const oldest = figure(
    {
      title: text("Longest open", "持续最久"),
      description: text(
        "How long the oldest alarm that is still open has been open. Beyond a day it is a standing alarm.",
        "仍未恢复的报警中最早一条已持续的时间；超过一天即为长期未消报警。",
      ),
      noData: text("none open", "无未恢复报警"),
      width: 3,
      height: 4,
      queries: [{ query: ofAlarms("oldest_open_s"), name: say(text("longest open", "持续最久")) }],
      unit: "dtdhms",
      decimals: 0,
      steps: steps(colours.fine, [1, colours.notice], [86_400, colours.wrong]),
    },
    edition,
  );
  const silent = figure(
    {
      title: text("Sensors heard", "在线传感器"),
      description: text(
        "Share of the site's devices that are heard from. Silence is not health: a sensor that says nothing guards nothing.",
        "仍有数据上报的设备占比。没有消息不等于正常：沉默的传感器什么也没有看守。",
      ),
      noData: text("none heard", "无设备在线"),
      width: 2,
      height: 4,
      queries: [
        {
          query: q.summarise({
            of: q.select({ from: "device", select: [{ field: "online", as: "heard", call: "last" }], by: ["device"] }),
            select: [{ field: "heard", as: "share", call: "sum", times: 100 / Math.max(1, site.devices.size) }],
          }),
          name: say(text("heard", "在线")),
        },
      ],
      unit: "percent",
      decimals: 0,
      steps: steps(colours.wrong, [90, colours.notice], [99.9, colours.fine]),
    },
    edition,
  );

  const tile = roomTiles(edition);

  return dashboardOf(
    {
      key: "overview",
      description: text(
        "The whole hospital at one look: what is wrong, what will be wrong within hours. Made for the wall: add ?kiosk.",
        "一眼看清全院：哪里不正常，数小时内哪里将不正常。可用于墙面大屏：地址后加 ?kiosk。",
      ),
      from: "now-6h",
      to: "now+6h",
      refresh: "30s",
      variables: [floorVariable(edition)],
      content: [
        ...open,
        oldest,
        silent,
        openAlarmsTable(
          {
            title: text("What is wrong, and what will be within hours", "当前异常与数小时内预警"),
            description: text(
              "Alarms of the last 30 days that still need somebody, the newest first; with them the early warnings of what the forecast expects within six hours.",
              "近 30 天内仍需处理的报警，最新的在前；包括对未来 6 小时内将越限情况的预警。",
            ),
            noData: text("Nothing is wrong: no alarm is open", "一切正常：无未结束的报警"),
            width: 8,
            height: 4,
            brief: true,
          },
          [],
          edition,
        ),
        fireNote({ width: 3, height: 4 }, edition),
        row("$floor", "floor"),
        tile.temperature,
        tile.humidity,
        ...(edition.measures("smoke_obscuration_pct_per_m") ? [tile.smoke] : []),
        ...(edition.measures("door") ? [tile.doors] : []),
        tile.heard,
      ],
    },
    edition,
  );
}
