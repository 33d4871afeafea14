import { colours } from "./colours.ts";
import { type Edition, reportingInterval, type Text, text } from "./edition.ts";
import { roomLink, roomsOfFloor } from "./frame.ts";
import { called, tiles } from "./panels/draw.ts";
import { byRoom } from "./panels/panel.ts";
import { steps, stepsOf, thresholdsValue } from "./panels/thresholds.ts";
import { type Condition, queriesOf } from "./query.ts";

/** A tile a room of one floor, for each thing that may be wrong: a line of them is repeated for every floor. */
export function roomTiles(edition: Edition) {
  const { site, rooms } = edition;
  const q = queriesOf(site);
  const noReading = text("no reading", "无读数");
  const onFloor: Condition[] = [roomsOfFloor];
  const climateInterval = reportingInterval(site, ["temperature_c", "relative_humidity_pct"]);

  const climate = (
    name: Text,
    quantity: "temperature_c" | "relative_humidity_pct",
    unit: string,
    limits: "temperatureC" | "relativeHumidityPct",
  ) => {
    const tile = (title: Text, description: Text, query: ReturnType<typeof q.select>, width: number) =>
      byRoom(
        tiles(
          {
            title,
            description,
            noData: noReading,
            width,
            height: 3,
            queries: [{ query, name: "$tag_room" }],
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
    const now = tile(
      name,
      text(
        "The newest reading of each room of this floor. Blue is within the room's limits, orange-red above them, pink below.",
        "本层各库房的最新读数。蓝色为限值以内，橙红为高于上限，粉色为低于下限。",
      ),
      q.select({
        from: "environment",
        select: [{ field: quantity, as: "now", call: "last" }],
        where: onFloor,
        by: ["room"],
      }),
      5,
    );
    const expected = tile(
      text(`${name.en}, expected`, `${name.zh}预计值`),
      text(
        "What the forecast expects within hours, on the colours of each room's limits: what will be wrong before it is.",
        "预测的数小时内数值，按各库房限值着色：在越限之前看到将要发生的情况。",
      ),
      q.select({
        from: "room",
        select: [{ field: `forecast_${quantity}`, as: "expected", call: "last" }],
        where: onFloor,
        by: ["room"],
      }),
      4,
    );
    return { now, expected };
  };
  const temperature = climate(text("Temperature", "温度"), "temperature_c", "celsius", "temperatureC");
  const humidity = climate(
    text("Relative humidity", "相对湿度"),
    "relative_humidity_pct",
    "percent",
    "relativeHumidityPct",
  );

  const smoke = byRoom(
    tiles(
      {
        title: text("Smoke", "烟雾"),
        description: text(
          "Obscuration of the air at the ceiling: pre-alarm from 0.2 %/m, alarm from 2 %/m. This is no certified fire alarm.",
          "顶棚处的减光率：0.2 %/m 起预警，2 %/m 起报警。本系统不是经认证的火灾自动报警系统。",
        ),
        noData: text("no detector", "无探测器"),
        width: 2,
        height: 3,
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
        unit: "suffix:%/m",
        decimals: 2,
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
        title: text("Door", "库门"),
        description: text(
          "Whether a door of the room stands open, by its newest word.",
          "库门当前是否开启，以最近一次上报为准。",
        ),
        noData: text("no contact", "无门磁"),
        width: 2,
        height: 3,
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
        states: doorStates(edition),
      },
      edition,
    ),
    rooms,
    (room) => [roomLink(room.id, edition)],
  );
  const heard = byRoom(
    tiles(
      {
        title: text("Sensors", "传感器"),
        description: text(
          "How many of the room's devices are heard from, and how many there are. Amber: some say nothing; orange-red: none does.",
          "库房内仍有数据上报的设备数与设备总数。琥珀色：部分失联；橙红色：全部失联。",
        ),
        noData: text("none heard", "无设备在线"),
        width: 2,
        height: 3,
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
      { id: "unit", value: `suffix:/ ${devices}` },
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
