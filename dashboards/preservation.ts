import type { Dashboard } from "@grafana/grafana-foundation-sdk/dashboard";
import { presetWords } from "../site/index.ts";
import { colours } from "./colours.ts";
import { type Edition, type EditionRoom, type Text, text } from "./edition.ts";
import { chosenRooms, dashboardOf, roomLink, roomVariable } from "./frame.ts";
import { calendar, curves, tiles } from "./panels/draw.ts";
import { byRoom, type PanelSpec } from "./panels/panel.ts";
import { steps } from "./panels/thresholds.ts";
import { queriesOf } from "./query.ts";

/** How well the rooms keep what is in them, over weeks and years. */
export function preservation(edition: Edition): Dashboard {
  const { site, rooms, say } = edition;
  const q = queriesOf(site);
  const years = say(text("suffix:y", "suffix:年"));
  const notComputed = text("Not computed for these rooms yet", "这些库房尚无计算结果");

  const tile = (
    spec: Pick<PanelSpec, "title" | "description" | "unit" | "decimals"> & { steps: ReturnType<typeof steps> },
    of: { from: "environment" | "room"; field: string; call: "last" | "mean" },
  ) =>
    byRoom(
      tiles(
        {
          ...spec,
          noData: notComputed,
          width: 12,
          height: 6,
          queries: [
            {
              query: q.select({
                from: of.from,
                select: [{ field: of.field, as: "value", call: of.call }],
                where: [chosenRooms],
                by: ["room"],
                coarse: true,
              }),
              name: "$tag_room",
            },
          ],
        },
        edition,
      ),
      rooms,
      ({ id }) => [roomLink(id, edition)],
    );

  const daily = (
    title: Text,
    description: Text,
    of: { from: "environment" | "room"; field: string },
    unit: string,
    decimals: number,
  ) =>
    byRoom(
      curves(
        {
          title,
          description,
          noData: notComputed,
          width: 12,
          height: 8,
          queries: [
            {
              query: q.select({
                from: of.from,
                select: [{ field: of.field, as: "value", call: "mean" }],
                where: [chosenRooms],
                by: ["room"],
                every: "1d",
                fill: "none",
                coarse: true,
              }),
              name: "$tag_room",
            },
          ],
          unit,
          decimals,
          interval: "1d",
        },
        edition,
      ).spanNulls(false),
      rooms,
    );

  const outsideADay = (where: Parameters<typeof q.select>[0]["where"]) =>
    q.select({
      from: "room",
      select: [{ field: "minutes_outside", as: "outside", call: "max" }],
      where: where ?? [],
      by: ["room"],
      every: "1d",
      fill: "none",
      coarse: true,
    });
  const outside = byRoom(
    calendar(
      {
        title: text("Minutes outside the limits, a day", "每日越限分钟数"),
        description: text(
          "A column a day of the site's own time, a row a room. The stronger its colour, the longer the room was outside its limits; without colour nothing is known.",
          "每列为本地时区的一天，每行为一个库房；颜色越强，当天越限时间越长；无色表示没有数据。",
        ),
        noData: notComputed,
        width: 24,
        height: 9,
        queries: [{ query: outsideADay([chosenRooms]), name: "$tag_room" }],
        unit: "suffix:min",
        decimals: 0,
        interval: "1d",
        scheme: "Blues",
        max: 1_440,
      },
      edition,
    ),
    rooms,
  );

  const byProfile = Map.groupBy(rooms, ({ profile }) => profile);
  const compliance = tiles(
    {
      title: text("Within the configured limits, 30 days", "近 30 天在设定限值内的比例"),
      description: text(
        "Share of the last 30 days that the rooms of each profile spent within their configured limits. It says nothing of limits that nobody configured.",
        "近 30 天内，各保存类型的库房处于设定限值以内的时间比例；仅就已设定的限值而言。",
      ),
      noData: notComputed,
      width: 24,
      height: 5,
      queries: [...byProfile].map(([profile, of]) => ({
        query: q.summarise({
          of: outsideADay([{ tag: "room", matches: of.map(({ id }) => id).join("|") }]),
          select: [{ field: "outside", as: "within", call: "mean", times: -100 / 1_440, plus: 100 }],
        }),
        name: say(presetWords[profile]),
      })),
      unit: "percent",
      decimals: 1,
      timeFrom: "30d",
      steps: steps(colours.wrong, [95, colours.notice], [99, colours.fine]),
    },
    edition,
  );

  const seasonal = rooms.filter(({ profile }) => !profile.startsWith("cn-"));
  return dashboardOf(
    {
      key: "preservation",
      description: text(
        "How the climate ages what is kept: preservation index, mould, moisture, and the days outside the limits.",
        "环境对馆藏老化的影响：保存指数、霉菌、含水率与越限天数。",
      ),
      from: "now-30d",
      refresh: "15m",
      variables: [roomVariable(edition, { several: true })],
      content: [
        compliance,
        outside,
        tile(
          {
            title: text("Time-weighted preservation index", "时间加权保存指数 (TWPI)"),
            description: text(
              "Years that organic materials last at this climate, counting the bad days more. Above 75 is good, below 45 is poor.",
              "在此环境下有机材料可保存的年数，恶劣天数权重更大。75 以上良好，45 以下较差。",
            ),
            unit: years,
            decimals: 0,
            steps: steps(colours.wrong, [45, colours.notice], [75, colours.fine]),
          },
          { from: "room", field: "twpi_y", call: "last" },
        ),
        tile(
          {
            title: text("Mould index", "霉菌指数"),
            description: text(
              "From 0 (none) to 6 (everywhere), after the model of VTT: growth under the microscope from 1, visible from 3.",
              "VTT 模型，0（无）至 6（满布）：1 起显微镜下可见，3 起肉眼可见。",
            ),
            unit: "none",
            decimals: 1,
            steps: steps(colours.fine, [1, colours.notice], [3, colours.wrong]),
          },
          { from: "room", field: "mould_index", call: "last" },
        ),
        daily(
          text("Preservation index", "保存指数 (PI)"),
          text(
            "Mean of each day: years that organic materials would last if this climate stayed.",
            "每日均值：若该环境一直保持，有机材料可保存的年数。",
          ),
          { from: "environment", field: "preservation_index_y" },
          years,
          0,
        ),
        daily(
          text("Equilibrium moisture content", "平衡含水率 (EMC)"),
          text(
            "Water that paper and wood take up from this air. Between 5 and 12 % they neither crack nor feed mould.",
            "纸张与木材从空气中吸收的水分。5 % 至 12 % 之间既不脆裂也不易发霉。",
          ),
          { from: "room", field: "emc_pct" },
          "percent",
          1,
        ),
        ...(seasonal.length === 0 ? [] : [seasonalBand(seasonal, edition, say)]),
      ],
    },
    edition,
  );
}

/** EN 15757: what is kept got used to the mean of a month; 10 %RH around it are always accepted. Not for Chinese presets. */
function seasonalBand(rooms: readonly EditionRoom[], edition: Edition, say: Edition["say"]) {
  const q = queriesOf(edition.site);
  const of = (select: { call: "mean" | { movingMean: number }; plus?: number }) =>
    q.select({
      from: "environment",
      select: [{ field: "relative_humidity_pct", as: "value", ...select }],
      where: [{ tag: "room", matches: rooms.map(({ id }) => id).join("|") }],
      by: ["room"],
      every: "1d",
      fill: "none",
      coarse: true,
    });
  const lower = say(text("band, lower", "区间下界"));
  const upper = say(text("band, upper", "区间上界"));
  return byRoom(
    curves(
      {
        title: text("Seasonal band of EN 15757", "EN 15757 季节性区间"),
        description: text(
          "Relative humidity of each day within 10 %RH of the mean of the 30 days before: what the holdings are used to.",
          "每日相对湿度与前 30 天均值 ±10 %RH 区间的对照：馆藏所适应的环境。",
        ),
        noData: text("Needs 30 days of readings", "需要 30 天的读数"),
        width: 24,
        height: 9,
        queries: [
          { query: of({ call: "mean" }), name: "$tag_room" },
          { query: of({ call: { movingMean: 30 }, plus: -10 }), name: `$tag_room ${lower}` },
          { query: of({ call: { movingMean: 30 }, plus: 10 }), name: `$tag_room ${upper}` },
        ],
        unit: "percent",
        decimals: 1,
        interval: "1d",
        // The seasons are what it is about.
        timeFrom: "365d",
      },
      edition,
    ),
    rooms,
  );
}
