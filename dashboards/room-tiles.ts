import { colours } from "./colours.ts";
import { type Edition, reportingInterval, type Text, text } from "./edition.ts";
import { roomLink, roomsOfFloor } from "./frame.ts";
import { called, tiles } from "./panels/draw.ts";
import { byRoom } from "./panels/panel.ts";
import { steps, stepsOf, thresholdsValue } from "./panels/thresholds.ts";
import { type Condition, queriesOf } from "./query.ts";
import { tileText } from "./tile-text.ts";

/**
 * A tile a room of one floor, for each thing that may be wrong: a line of them is repeated for every floor. Without a
 * title each is half as high again, and its numbers can be read from four metres; its unit or word says what it is.
 */
export function roomTiles(edition: Edition) {
  const { site, say } = edition;
  const rooms = edition.rooms.map((room) => ({ ...room, name: room.shortName }));
  const q = queriesOf(site);
  const untitled = text("", "");
  const onFloors = [...Map.groupBy(rooms, ({ floor }) => floor).values()].map(({ length }) => length);
  const sized = (width: number, value: string, behind = "") =>
    tileText({ names: rooms.map(({ name }) => name), abreast: Math.max(...onFloors), width, value, unit: behind });
  const noReading = text("no reading", "无读数");
  const onFloor: Condition[] = [roomsOfFloor];
  const climateInterval = reportingInterval(site, ["temperature_c", "relative_humidity_pct"]);

  const climate = (
    width: number,
    quantityName: Text,
    quantity: "temperature_c" | "relative_humidity_pct",
    unit: string,
    limits: "temperatureC" | "relativeHumidityPct",
  ) => {
    return byRoom(
      tiles(
        {
          title: untitled,
          description: text(
            `${quantityName.en} of each room of this floor, the newest reading. Blue is within the room's limits, orange-red above them, pink below.`,
            `本层各库房的最新${quantityName.zh}读数。蓝色为限值以内，橙红为高于上限，粉色为低于下限。`,
          ),
          noData: noReading,
          width,
          height: 3,
          sizes: sized(width, "88.8", " °C"),
          queries: [
            {
              query: q.select({
                from: "environment",
                select: [{ field: quantity, as: "now", call: "last" }],
                where: onFloor,
                by: ["room"],
              }),
              name: "$tag_room",
            },
          ],
          unit,
          decimals: 1,
          interval: climateInterval,
          steps: steps(colours.fine),
        },
        edition,
      ),
      rooms,
      (room) => [thresholdsValue(stepsOf(site.limitsOf(room.id)[limits])), roomLink(room.id, edition)],
    );
  };
  const temperature = climate(5, text("Temperature", "温度"), "temperature_c", "celsius", "temperatureC");
  const humidity = climate(
    5,
    text("Relative humidity", "相对湿度"),
    "relative_humidity_pct",
    "percent",
    "relativeHumidityPct",
  );

  const smoke = byRoom(
    tiles(
      {
        title: untitled,
        description: text(
          "Smoke: obscuration of the air at the ceiling; pre-alarm from 0.2 %/m, alarm from 2 %/m. This is no certified fire alarm.",
          "烟雾：顶棚处的减光率，0.2 %/m 起预警，2 %/m 起报警。本系统不是经认证的火灾自动报警系统。",
        ),
        noData: text("no detector", "无探测器"),
        width: 6,
        height: 3,
        sizes: sized(6, "88.8", say(text(" %/m smoke", " %/m 烟"))),
        queries: [
          {
            query: q.select({
              from: "environment",
              select: [{ field: "smoke_obscuration_pct_per_m", as: "smoke", call: "last" }],
              where: onFloor,
              by: ["room"],
            }),
            name: "$tag_room",
          },
        ],
        unit: say(text("suffix:%/m smoke", "suffix:%/m 烟")),
        decimals: 1,
        steps: steps(
          colours.fine,
          [smokeLimit(edition, "smoke-prealarm", 0.2), colours.notice],
          [smokeLimit(edition, "smoke-alarm", 2), colours.wrong],
        ),
      },
      edition,
    ),
    rooms,
    (room) => [roomLink(room.id, edition)],
  );
  const doors = byRoom(
    tiles(
      {
        title: untitled,
        description: text(
          "Door: whether one of the room stands open, by its newest word.",
          "库门：当前是否开启，以最近一次上报为准。",
        ),
        noData: text("no contact", "无门磁"),
        width: 4,
        height: 3,
        sizes: sized(4, say(text("closed", "门关"))),
        queries: [
          {
            query: q.select({
              from: "door",
              select: [{ field: "state", as: "door", call: "last" }],
              where: onFloor,
              by: ["room"],
            }),
            name: "$tag_room",
          },
        ],
        unit: "none",
        decimals: 0,
        steps: steps(colours.fine, [1, colours.notice]),
        states: called(edition, {
          0: { words: text("closed", "门关"), colour: colours.fine },
          1: { words: text("open", "门开"), colour: colours.notice },
        }),
      },
      edition,
    ),
    rooms,
    (room) => [roomLink(room.id, edition)],
  );
  const heard = byRoom(
    tiles(
      {
        title: untitled,
        description: text(
          "Sensors: how many of the room's devices are heard from, and how many there are. Amber: some say nothing; orange-red: none does.",
          "传感器：库房内仍有数据上报的设备数与设备总数。琥珀色：部分失联；橙红色：全部失联。",
        ),
        noData: text("none heard", "无设备在线"),
        width: 4,
        height: 3,
        sizes: sized(4, "5", say(text(" / 5 heard", " / 5 在线"))),
        queries: [
          {
            query: q.summarise({
              of: q.select({
                from: "device",
                select: [{ field: "online", as: "heard", call: "last" }],
                where: onFloor,
                by: ["room", "device"],
              }),
              select: [{ field: "heard", as: "heard", call: "sum" }],
              by: ["room"],
            }),
            name: "$tag_room",
          },
        ],
        unit: "none",
        decimals: 0,
        // How things stand, whatever range the charts beside it show.
        timeFrom: "24h",
        steps: steps(colours.fine),
      },
      edition,
    ),
    rooms,
    ({ id, devices }) => [
      { id: "unit", value: say(text(`suffix:/ ${devices} heard`, `suffix:/ ${devices} 在线`)) },
      thresholdsValue(steps(colours.wrong, [1, devices > 1 ? colours.notice : colours.fine], [devices, colours.fine])),
      roomLink(id, edition),
    ],
  );

  return { temperature, humidity, smoke, doors, heard };
}

/** The site's limit of a condition, or the contract's own. */
export function smokeLimit({ site }: Edition, condition: "smoke-prealarm" | "smoke-alarm", own: number): number {
  return site.conditionSettings(condition, null).limit ?? own;
}

export const doorStates = (edition: Edition) =>
  called(edition, {
    0: { words: text("closed", "关闭"), colour: colours.fine },
    1: { words: text("open", "开启"), colour: colours.notice },
  });
