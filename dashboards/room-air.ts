import { AxisPlacement } from "@grafana/grafana-foundation-sdk/common";
import type { DynamicConfigValue } from "@grafana/grafana-foundation-sdk/dashboard";
import { colours } from "./colours.ts";
import { type Edition, outdoorRoom, reportingInterval, type Text, text } from "./edition.ts";
import { chosenRooms } from "./frame.ts";
import { curves, limitsAsBands } from "./panels/draw.ts";
import { type Asked, byRoom } from "./panels/panel.ts";
import { stepsOf, thresholdsValue } from "./panels/thresholds.ts";
import { queriesOf } from "./query.ts";

/** The air of one room as curves: measured upon its limits, what was expected of it, and the air outdoors. */
export function airOf(edition: Edition) {
  const { site, say, rooms } = edition;
  const q = queriesOf(site);
  const interval = reportingInterval(site, ["temperature_c", "relative_humidity_pct"]);
  const noReadings = text("No reading in this time", "此期间无读数");

  const forecastNames = {
    expected: say(text("expected", "预计")),
    lowest: say(text("expected, at least", "预计下限")),
    highest: say(text("expected, at most", "预计上限")),
  };
  const outdoors = say(text("outdoors", "室外"));
  const outdoorsOf = (field: string): Asked[] => {
    if (!edition.outdoors) return [];
    const query = q.select({
      from: "environment",
      select: [{ field, as: "outdoors", call: "mean" }],
      where: [{ tag: "room", is: outdoorRoom }],
      every: "auto",
      coarse: true,
    });
    return [{ query, name: outdoors }];
  };
  const dashed: DynamicConfigValue = { id: "custom.lineStyle", value: { fill: "dash", dash: [8, 6] } };
  const fixed = (color: string): DynamicConfigValue => ({ id: "color", value: { mode: "fixed", fixedColor: color } });
  const thin: DynamicConfigValue = { id: "custom.lineWidth", value: 1 };
  const outdoorLine = [thin, fixed(colours.unknown)];
  // Winter outdoors would press the room's own curve flat.
  const ownScale: DynamicConfigValue[] = [
    { id: "custom.axisPlacement", value: AxisPlacement.Right },
    { id: "custom.axisLabel", value: outdoors },
    { id: "custom.axisSoftMin", value: null },
    { id: "custom.axisSoftMax", value: null },
  ];

  const air = (options: {
    title: Text;
    quantity: "temperature_c" | "relative_humidity_pct";
    unit: string;
    limits: "temperatureC" | "relativeHumidityPct";
  }) => {
    const { title, quantity, unit, limits } = options;
    const forecast = `forecast_${quantity}`;
    const mean = (field: string, as: string) => ({ field, as, call: "mean" }) as const;
    const foretold = (field: string, name: string) => ({
      query: q.select({
        from: "room",
        select: [mean(field, "expected")],
        where: [chosenRooms],
        every: "auto" as const,
        coarse: true,
      }),
      name,
    });
    const ranges = rooms.map((room) => site.limitsOf(room.id)[limits]);
    const lowest = Math.min(...ranges.map(({ low }) => low ?? Number.POSITIVE_INFINITY));
    const highest = Math.max(...ranges.map(({ high }) => high ?? Number.NEGATIVE_INFINITY));
    // Whatever the air does, its limits are in sight.
    const builder = curves(
      {
        title,
        description: text(
          "The room's air upon its limits (dashed: beyond them it alarms), what the forecast expected with its margin, and the air outdoors.",
          "库房空气与其限值（虚线以外即报警）、预测值及其范围，并附室外空气作对照。",
        ),
        noData: noReadings,
        width: 24,
        height: 9,
        queries: [
          {
            query: q.select({
              from: "environment",
              select: [mean(quantity, "measured")],
              where: [chosenRooms],
              by: ["room"],
              every: "auto",
              coarse: true,
            }),
            name: "$tag_room",
          },
          foretold(forecast, forecastNames.expected),
          foretold(`${forecast}_low`, forecastNames.lowest),
          foretold(`${forecast}_high`, forecastNames.highest),
          ...outdoorsOf(quantity),
        ],
        unit,
        decimals: 1,
        interval,
      },
      edition,
    );
    if (Number.isFinite(lowest)) builder.axisSoftMin(lowest);
    if (Number.isFinite(highest)) builder.axisSoftMax(highest);
    return byRoom(builder, rooms, ({ id }) => [
      fixed(colours.fine),
      thresholdsValue(bandSteps(stepsOf(site.limitsOf(id)[limits]))),
      { id: "custom.thresholdsStyle", value: limitsAsBands().build() },
    ])
      .overrideByName(forecastNames.expected, [thin, dashed, fixed(colours.notice)])
      .overrideByName(forecastNames.lowest, [thin, dashed, fixed(colours.notice)])
      .overrideByName(forecastNames.highest, [
        thin,
        dashed,
        fixed(colours.notice),
        { id: "custom.fillBelowTo", value: forecastNames.lowest },
        { id: "custom.fillOpacity", value: 10 },
      ])
      .overrideByName(outdoors, [...outdoorLine, ...ownScale]);
  };

  return { air, outdoorsOf, outdoors, outdoorLine };
}

/** Behind a curve only what lies beyond the limits is coloured. */
function bandSteps(all: ReturnType<typeof stepsOf>): ReturnType<typeof stepsOf> {
  return all.map((step) => (step.color === colours.fine ? { ...step, color: "transparent" } : step));
}
