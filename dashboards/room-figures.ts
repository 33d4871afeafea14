import { colours } from "./colours.ts";
import { type Edition, type Text, text } from "./edition.ts";
import { chosenRooms } from "./frame.ts";
import { asText, figure } from "./panels/draw.ts";
import { byRoom } from "./panels/panel.ts";
import { steps, thresholdsValue } from "./panels/thresholds.ts";
import { queriesOf } from "./query.ts";

/** Single figures of one room: its newest readings, and how far they swung. */
export function roomFigures(edition: Edition) {
  const { site, say, rooms } = edition;
  const q = queriesOf(site);
  const noReadings = text("No reading in this time", "此期间无读数");

  const swing = (title: Text, quantity: string, unit: string, key: "temperatureC" | "relativeHumidityPct") => {
    const ofSensors = q.select({
      from: "environment",
      select: [{ field: quantity, as: "sensor", call: "spread" }],
      where: [chosenRooms],
      by: ["room", "device"],
    });
    return byRoom(
      figure(
        {
          title,
          description: text(
            "The highest reading less the lowest of the last 24 hours, of the sensor where it is largest. Orange-red from the room's limit on.",
            "最近 24 小时最高读数减最低读数（取波动最大的传感器）；达到库房限值起为橙红色。",
          ),
          noData: noReadings,
          width: 4,
          height: 4,
          queries: [
            {
              query: q.summarise({
                of: ofSensors,
                select: [{ field: "sensor", as: "swing", call: "max" }],
                by: ["room"],
              }),
              name: "$tag_room",
            },
          ],
          unit,
          decimals: 1,
          timeFrom: "24h",
          steps: steps(colours.fine),
        },
        edition,
      ),
      rooms,
      ({ id }) => {
        const limit = site.limitsOf(id).swing?.[key];
        return [
          thresholdsValue(
            asText(limit === undefined ? steps(colours.unknown) : steps(colours.fine, [limit, colours.wrong])),
          ),
        ];
      },
    );
  };

  const now = (title: Text, description: Text, field: string, unit: string, decimals: number) =>
    figure(
      {
        title,
        description,
        noData: noReadings,
        width: 4,
        height: 4,
        queries: [
          {
            query: q.select({
              from: "environment",
              select: [{ field, as: "now", call: "last" }],
              where: [chosenRooms],
            }),
            name: say(title),
          },
        ],
        unit,
        decimals,
        steps: steps(colours.fine),
      },
      edition,
    );

  return { swing, now };
}
