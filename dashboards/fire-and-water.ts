import type { Dashboard } from "@grafana/grafana-foundation-sdk/dashboard";
import { conditionFamilies, type Quantity } from "../contract/index.ts";
import { anyOf, openAlarmsTable } from "./alarms.ts";
import { colours } from "./colours.ts";
import { deviceHealth } from "./device-health.ts";
import { type Edition, reportingInterval, type Text, text } from "./edition.ts";
import { chosenRooms, dashboardOf, roomVariable } from "./frame.ts";
import { fireNote } from "./notes.ts";
import { called, curves, lanes, limitsAsBands } from "./panels/draw.ts";
import { byRoom } from "./panels/panel.ts";
import { steps, thresholds } from "./panels/thresholds.ts";
import { type Column, queriesOf } from "./query.ts";
import { smokeLimit } from "./room-tiles.ts";

const detecting: readonly Quantity[] = ["smoke_obscuration_pct_per_m", "smoke_alarm", "co_ppm", "leak"];

/** Smoke, heat, carbon monoxide and water: what the detectors say, and whether they are there to say it. */
export function fireAndWater(edition: Edition): Dashboard {
  const { site, rooms } = edition;
  const q = queriesOf(site);

  const overTime = (options: {
    title: Text;
    description: Text;
    field: Quantity;
    call: Column["call"] & string;
    unit: string;
    decimals: number;
    alarms: [number, string][];
  }) => {
    const { title, description, field, call, unit, decimals, alarms } = options;
    return byRoom(
      curves(
        {
          title,
          description,
          noData: text("No detector of this kind reports", "没有此类探测器上报"),
          width: 12,
          height: 8,
          queries: [
            {
              query: q.select({
                from: "environment",
                select: [{ field, as: "value", call }],
                where: [chosenRooms],
                by: ["room"],
                every: "auto",
                coarse: true,
              }),
              name: "$tag_room",
            },
          ],
          unit,
          decimals,
          interval: reportingInterval(site, [field]),
          // A detector that is asked once an hour is a line too; whether it is silent stands below.
          gapMs: 90 * 60_000,
          // The highest of each interval loses no peak, and a hundred rooms are a hundred lines.
          maxDataPoints: 150,
        },
        edition,
      )
        .thresholds(thresholds(steps("transparent", ...alarms)))
        .thresholdsStyle(limitsAsBands()),
      rooms,
    );
  };

  const smoke = overTime({
    title: text("Smoke", "烟雾"),
    description: text(
      "The densest smoke of each interval, per room. Amber from the pre-alarm on, orange-red from the alarm on.",
      "各库房每个时段内的最高减光率。琥珀色为预警以上，橙红色为报警以上。",
    ),
    field: "smoke_obscuration_pct_per_m",
    call: "max",
    unit: "suffix:%/m",
    decimals: 2,
    alarms: [
      [smokeLimit(edition, "smoke-prealarm", 0.2), colours.notice],
      [smokeLimit(edition, "smoke-alarm", 2), colours.wrong],
    ],
  });
  const heat = overTime({
    title: text("Heat", "温度高值"),
    description: text(
      "The highest temperature of each interval, per room; over a month and more, of the means of its hours. The fixed heat limits are 46 °C (high) and 56 °C (critical).",
      "各库房每个时段内的最高温度；时间范围超过一个月时，为小时均值中的最高值。固定温度限值：46 °C（重要）、56 °C（紧急）。",
    ),
    field: "temperature_c",
    call: "max",
    unit: "celsius",
    decimals: 1,
    alarms: [
      [46, colours.notice],
      [56, colours.wrong],
    ],
  });
  const rise = overTime({
    title: text("Heat rise", "升温速率"),
    description: text(
      "How fast the air warms, per minute. Above 4 °C a minute the heat limits are 10 °C lower.",
      "空气每分钟升温速率。高于每分钟 4 °C 时，温度限值降低 10 °C。",
    ),
    field: "temperature_c",
    call: "rise_per_minute",
    unit: "suffix:°C/min",
    decimals: 2,
    alarms: [[4, colours.wrong]],
  });
  const carbonMonoxide = overTime({
    title: text("Carbon monoxide", "一氧化碳"),
    description: text(
      "Smouldering paper and cables give off carbon monoxide before there is visible smoke.",
      "纸张和电缆阴燃时，在可见烟雾之前就会释放一氧化碳。",
    ),
    field: "co_ppm",
    call: "max",
    unit: "ppm",
    decimals: 1,
    alarms: [],
  });

  const states = (measurement: "leak" | "smoke_alarm", title: Text, description: Text, wrong: Text, fine: Text) =>
    byRoom(
      lanes(
        {
          title,
          description,
          noData: text("No detector of this kind reports", "没有此类探测器上报"),
          width: 12,
          height: 6,
          queries: [
            {
              query: q.select({
                from: measurement,
                select: [{ field: "state", as: "state", call: "max" }],
                where: [chosenRooms],
                by: ["room"],
                every: "auto",
                fill: "previous",
                coarse: true,
              }),
              name: "$tag_room",
            },
          ],
          unit: "none",
          decimals: 0,
          interval: "1m",
          maxDataPoints: 150,
          states: called(edition, {
            0: { words: fine, colour: colours.fine },
            1: { words: wrong, colour: colours.wrong },
          }),
        },
        edition,
      ),
      rooms,
    );

  return dashboardOf(
    {
      key: "fire-and-water",
      description: text(
        "What smoke, heat, gas and water detectors say, and whether they are well. Not a certified fire alarm.",
        "烟雾、温度、气体与水浸探测器的读数及其健康状况。本系统不是经认证的火灾自动报警系统。",
      ),
      from: "now-24h",
      refresh: "30s",
      variables: [roomVariable(edition, { several: true })],
      content: [
        fireNote({ width: 24, height: 3 }, edition),
        ...(edition.measures("smoke_obscuration_pct_per_m") ? [smoke] : []),
        ...(edition.measures("temperature_c") ? [heat, rise] : []),
        ...(edition.measures("co_ppm") ? [carbonMonoxide] : []),
        ...(edition.measures("smoke_alarm")
          ? [
              states(
                "smoke_alarm",
                text("Smoke detectors' contacts", "烟感触点"),
                text("What detectors with a contact of their own say.", "自带报警触点的探测器的状态。"),
                text("suspected fire", "疑似火情"),
                text("quiet", "正常"),
              ),
            ]
          : []),
        ...(edition.measures("leak")
          ? [
              states(
                "leak",
                text("Water on the floor", "地面漏水"),
                text("When a water detector stood in water.", "水浸探测器检测到积水的时段。"),
                text("water", "有水"),
                text("dry", "干燥"),
              ),
            ]
          : []),
        deviceHealth(
          {
            title: text("Health of the detectors", "探测器健康状况"),
            description: text(
              "Whether each detector is heard and how its battery stands. A silent detector guards nothing.",
              "每个探测器是否在线及其电量。沉默的探测器什么也没有看守。",
            ),
            width: 12,
            height: 9,
          },
          site.config.devices
            .filter(({ quantities }) => quantities.some((quantity) => detecting.includes(quantity)))
            .map(({ id }) => id),
          edition,
        ),
        openAlarmsTable(
          {
            title: text("Fire and water alarms", "火情与漏水报警"),
            description: text(
              "Open alarms of these kinds, the newest first. Smoke and heat alarms stay until a person resets them.",
              "未结束的此类报警，最新在前。烟雾与高温报警须由人员复位。",
            ),
            noData: text("Nothing is wrong: no such alarm is open", "一切正常：无未结束的此类报警"),
            width: 12,
            height: 9,
          },
          [anyOf(conditionFamilies["fire-and-water"]), chosenRooms],
          edition,
        ),
      ],
    },
    edition,
  );
}
