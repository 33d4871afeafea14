import { LineInterpolation } from "@grafana/grafana-foundation-sdk/common";
import type { Dashboard } from "@grafana/grafana-foundation-sdk/dashboard";
import { openAlarmsTable, raisedOnly } from "./alarms.ts";
import { categoryNames } from "./category-words.ts";
import { type Edition, reportingInterval, text } from "./edition.ts";
import { chosenRooms, dashboardOf, roomVariable } from "./frame.ts";
import { bars, curves, lanes } from "./panels/draw.ts";
import { byName, marks } from "./panels/panel.ts";
import { queriesOf } from "./query.ts";
import { airOf } from "./room-air.ts";
import { roomFigures } from "./room-figures.ts";
import { doorStates } from "./room-tiles.ts";

/** One room: its air with limits, forecast and outdoor air, and beneath, on the same hours, its doors and visits. */
export function room(edition: Edition): Dashboard {
  const { site, say } = edition;
  const q = queriesOf(site);
  const interval = reportingInterval(site, ["temperature_c", "relative_humidity_pct"]);
  const noReadings = text("No reading in this time", "此期间无读数");

  const { air, outdoorsOf, outdoors, outdoorLine } = airOf(edition);

  const { swing, now } = roomFigures(edition);

  const dewPoint = curves(
    {
      title: text("Dew point", "露点"),
      description: text(
        "The temperature at which water would settle from this air. A surface colder than that gets wet.",
        "空气中的水汽开始凝结的温度；低于此温度的表面会结露。",
      ),
      noData: noReadings,
      width: 12,
      height: 7,
      queries: [
        {
          query: q.select({
            from: "environment",
            select: [{ field: "dew_point_c", as: "dew_point", call: "mean" }],
            where: [chosenRooms],
            every: "auto",
            coarse: true,
          }),
          name: say(text("indoors", "室内")),
        },
        ...outdoorsOf("dew_point_c"),
      ],
      unit: "celsius",
      decimals: 1,
      interval,
    },
    edition,
  ).overrideByName(outdoors, outdoorLine);

  const daySwing = bars(
    {
      title: text("Swing a day", "日波动"),
      description: text(
        "Highest less lowest temperature of each of the site's days. Paper suffers more from swings than from a steady value.",
        "每日（按本地时区）最高温度减最低温度。对纸张而言，波动比稳定的偏差更有害。",
      ),
      noData: noReadings,
      width: 12,
      height: 7,
      queries: [
        {
          query: q.select({
            from: "environment",
            select: [{ field: "temperature_c", as: "swing", call: "spread" }],
            where: [chosenRooms],
            every: "1d",
            fill: "none",
            coarse: true,
          }),
          name: say(text("temperature", "温度")),
        },
      ],
      unit: "celsius",
      decimals: 1,
      interval: "1d",
      // Of the day that the curves show there would be one bar.
      timeFrom: "30d",
    },
    edition,
  );

  const doors = byName(
    lanes(
      {
        title: text("Doors", "库门"),
        description: text(
          "When each door of the room stood open. Compare it with the curves above: air comes in through doors.",
          "各库门的开启时段。可与上方曲线对照：空气从门进来。",
        ),
        noData: text("No door contact in this room", "该库房没有门磁"),
        width: 24,
        height: 4,
        queries: [
          {
            query: q.select({
              from: "door",
              select: [{ field: "state", as: "door", call: "max" }],
              where: [chosenRooms],
              by: ["device"],
              every: "auto",
              fill: "previous",
              untilNow: true,
            }),
            name: "$tag_device",
          },
        ],
        unit: "none",
        decimals: 0,
        interval: "1m",
        states: doorStates(edition),
      },
      edition,
    ),
    Object.fromEntries(
      site.config.doors.flatMap(({ id, contact, name }) =>
        contact ? [[contact, name?.[edition.language] ?? id]] : [],
      ),
    ),
  );
  const visits = byName(
    curves(
      {
        title: text("People inside", "在库人数"),
        description: text(
          "How many people were in the room, by category, at each change. No names: those are in the ledger.",
          "各类人员的在库人数（按每次变化记录），不含姓名；姓名在台账中。",
        ),
        noData: text("No badge reader in this room", "该库房没有读卡器"),
        width: 24,
        height: 5,
        queries: [
          {
            query: q.select({
              from: "inside",
              select: [{ field: "count", as: "inside", call: "max" }],
              where: [chosenRooms],
              by: ["category"],
              every: "auto",
              fill: "previous",
              untilNow: true,
            }),
            name: "$tag_category",
          },
        ],
        unit: "none",
        decimals: 0,
        interval: "1m",
      },
      edition,
    )
      .min(0)
      .lineInterpolation(LineInterpolation.StepAfter),
    categoryNames(edition),
  );

  const alarmsOfRoom = q.select({
    from: "alarm",
    select: ["id", "message"].map((field) => ({ field, as: field })),
    where: [raisedOnly, chosenRooms],
    alsoTags: ["condition"],
  });

  return dashboardOf(
    {
      key: "room",
      description: text(
        "The climate of one room, with its limits, forecast, doors and alarms on the same hours.",
        "单个库房的温湿度、限值、预测、库门与报警，共用同一时间轴。",
      ),
      from: "now-24h",
      to: "now+6h",
      refresh: "1m",
      variables: [roomVariable(edition, { several: false })],
      annotations: [
        marks(
          {
            name: text("Alarms", "报警"),
            query: alarmsOfRoom,
            title: "id",
            words: edition.readsMessages ? "message" : "condition",
          },
          edition,
        ),
      ],
      content: [
        air({ title: text("Temperature", "温度"), quantity: "temperature_c", unit: "celsius", limits: "temperatureC" }),
        air({
          title: text("Relative humidity", "相对湿度"),
          quantity: "relative_humidity_pct",
          unit: "percent",
          limits: "relativeHumidityPct",
        }),
        ...(edition.measures("door") ? [doors] : []),
        ...(edition.readers ? [visits] : []),
        swing(text("24 h swing, temperature", "24 小时温度波动"), "temperature_c", "celsius", "temperatureC"),
        swing(
          text("24 h swing, humidity", "24 小时湿度波动"),
          "relative_humidity_pct",
          "percent",
          "relativeHumidityPct",
        ),
        now(
          text("Temperature now", "当前温度"),
          text("The newest reading.", "最近一次读数。"),
          "temperature_c",
          "celsius",
          1,
        ),
        now(
          text("Humidity now", "当前湿度"),
          text("The newest reading.", "最近一次读数。"),
          "relative_humidity_pct",
          "percent",
          1,
        ),
        now(
          text("Dew point now", "当前露点"),
          text("The temperature at which this air would wet a surface.", "当前空气会使表面结露的温度。"),
          "dew_point_c",
          "celsius",
          1,
        ),
        now(
          text("Absolute humidity", "绝对湿度"),
          text("Grams of water in a cubic metre of this air.", "每立方米空气中的水汽克数。"),
          "absolute_humidity_g_m3",
          "suffix:g/m³",
          1,
        ),
        dewPoint,
        daySwing,
        openAlarmsTable(
          {
            title: text("What is wrong in this room", "该库房的异常"),
            description: text(
              "Alarms of this room of the last 30 days that still need somebody.",
              "该库房近 30 天内仍需处理的报警。",
            ),
            noData: text("Nothing is wrong: no alarm is open", "一切正常：无未结束的报警"),
            width: 24,
            height: 6,
          },
          [chosenRooms],
          edition,
        ),
      ],
    },
    edition,
  );
}
