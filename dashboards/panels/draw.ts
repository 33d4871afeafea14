import {
  AxisPlacement,
  BarAlignment,
  BigValueColorMode,
  BigValueGraphMode,
  BigValueTextMode,
  GraphDrawStyle,
  GraphThresholdsStyleConfigBuilder,
  GraphThresholdsStyleMode,
  LegendDisplayMode,
  LegendPlacement,
  ReduceDataOptionsBuilder,
  StackingMode,
  TableCellBackgroundDisplayMode,
  TableCellDisplayMode,
  TooltipDisplayMode,
  VisibilityMode,
  VizLegendOptionsBuilder,
  VizOrientation,
  VizTextDisplayOptionsBuilder,
  VizTooltipOptionsBuilder,
} from "@grafana/grafana-foundation-sdk/common";
import {
  type DataTransformerConfig,
  type DynamicConfigValue,
  FieldColorBuilder,
  FieldColorModeId,
  MappingType,
  SpecialValueMatch,
  type Threshold,
  type ValueMapping,
} from "@grafana/grafana-foundation-sdk/dashboard";
import * as heatmap from "@grafana/grafana-foundation-sdk/heatmap";
import * as stat from "@grafana/grafana-foundation-sdk/stat";
import * as statetimeline from "@grafana/grafana-foundation-sdk/statetimeline";
import * as table from "@grafana/grafana-foundation-sdk/table";
import * as text from "@grafana/grafana-foundation-sdk/text";
import * as timeseries from "@grafana/grafana-foundation-sdk/timeseries";
import { colours } from "../colours.ts";
import type { Edition, Text } from "../edition.ts";
import type { TileText } from "../tile-text.ts";
import { dressed, type PanelSpec } from "./panel.ts";
import { thresholds } from "./thresholds.ts";

/** The kinds of panels that are used here, each set up once. */

/** A gap as long as this is a gap: shorter ones are a reading that came late. */
const gapMs = 15 * 60_000;

/** Lines over time. */
export function curves(spec: PanelSpec & { gapMs?: number }, edition: Edition): timeseries.PanelBuilder {
  return gapsSilent(dressed(new timeseries.PanelBuilder(), spec, edition))
    .drawStyle(GraphDrawStyle.Line)
    .lineWidth(2)
    .fillOpacity(0)
    .showPoints(VisibilityMode.Never)
    .spanNulls(spec.gapMs ?? gapMs)
    .colorScheme(new FieldColorBuilder().mode(FieldColorModeId.PaletteClassic))
    .legend(legend())
    .tooltip(tooltip());
}

/** Bars over time, one upon the other. */
export function bars(spec: PanelSpec, edition: Edition): timeseries.PanelBuilder {
  return (
    curves(spec, edition)
      .drawStyle(GraphDrawStyle.Bars)
      // A bar stands upon its hour or day, not around the beginning of it.
      .barAlignment(BarAlignment.After)
      .axisSoftMin(0)
      .fillOpacity(80)
      .lineWidth(1)
      .spanNulls(false)
      .stacking({ build: () => ({ mode: StackingMode.Normal, group: "A" }) })
  );
}

/** Draws the thresholds of each line as areas behind it. */
export const limitsAsBands = () => new GraphThresholdsStyleConfigBuilder().mode(GraphThresholdsStyleMode.DashedAndArea);

/** A tile a line of the answer: its name, and its newest value upon a colour, both as large as they fit. */
export function tiles(
  spec: PanelSpec & { steps: Threshold[]; states?: ValueMapping[]; sizes?: TileText | undefined },
  edition: Edition,
): stat.PanelBuilder {
  const builder = dressed(new stat.PanelBuilder(), spec, edition)
    .mappings([nothingKnown(edition.say(spec.noData)), ...(spec.states ?? [])])
    .thresholds(thresholds(spec.steps))
    .colorScheme(new FieldColorBuilder().mode(FieldColorModeId.Thresholds))
    .colorMode(BigValueColorMode.BackgroundSolid)
    .graphMode(BigValueGraphMode.None)
    .textMode(BigValueTextMode.ValueAndName)
    .wideLayout(false)
    .orientation(VizOrientation.Auto)
    .reduceOptions(new ReduceDataOptionsBuilder().calcs(["lastNotNull"]).values(false).fields(""));
  if (spec.sizes === undefined) return builder;
  const { titleSize, valueSize } = spec.sizes;
  return builder.text(new VizTextDisplayOptionsBuilder().titleSize(titleSize).valueSize(valueSize));
}

/** One figure of the whole range. */
export function figure(spec: PanelSpec & { steps: Threshold[] }, edition: Edition): stat.PanelBuilder {
  return tiles({ ...spec, steps: asText(spec.steps) }, edition)
    .textMode(BigValueTextMode.Value)
    .colorMode(BigValueColorMode.Value);
}

/** States over time, a lane a line of the answer. */
export function lanes(spec: PanelSpec & { states: ValueMapping[] }, edition: Edition): statetimeline.PanelBuilder {
  return gapsSilent(dressed(new statetimeline.PanelBuilder(), spec, edition))
    .mappings(spec.states)
    .colorScheme(new FieldColorBuilder().mode(FieldColorModeId.Thresholds))
    .thresholds(thresholds([{ value: null, color: colours.unknown }]))
    .mergeValues(true)
    .showValue(VisibilityMode.Auto)
    .rowHeight(0.85)
    .legend(legend())
    .tooltip(tooltip());
}

export interface TableColumn {
  /** As the answer calls it. */
  from: string;
  title: Text;
  unit?: string;
  decimals?: number;
  steps?: Threshold[];
  /** Colours the cell's ground, not its text. */
  filled?: boolean;
  /** In pixels; the others share what is left. */
  width?: number;
  mappings?: ValueMapping[];
  link?: { title: Text; url: string };
}

/** Grafana has called the column of times both. */
export const namesOf = (from: string) => (from.startsWith("Time") ? [from, from.replace("Time", "time")] : [from]);

/** A table whose columns are these, in this order, under these titles: an answer by two tags has them in any order. */
export function rowsOf(
  spec: PanelSpec & {
    shown: readonly TableColumn[];
    /** Columns of the answer that are needed for a transformation alone. */
    hidden?: readonly string[];
    first?: readonly DataTransformerConfig[];
    headless?: boolean;
  },
  edition: Edition,
): table.PanelBuilder {
  const title = (column: TableColumn) => edition.say(column.title);
  const shownTimes = spec.shown.some(({ from }) => from.startsWith("Time"));
  const hidden = [...(shownTimes ? [] : namesOf("Time")), ...(spec.hidden ?? [])];
  const perName = <T>(value: (column: TableColumn, at: number) => T) =>
    Object.fromEntries(
      spec.shown.flatMap((column, at) => namesOf(column.from).map((name) => [name, value(column, at)] as const)),
    );
  const builder = gapsSilent(dressed(new table.PanelBuilder(), spec, edition))
    .showHeader(!spec.headless)
    .filterable(true);
  // One table of all series, whichever way the data source hands them over.
  builder.withTransformation({ id: "merge", options: {} });
  for (const transformation of spec.first ?? []) builder.withTransformation(transformation);
  builder.withTransformation({
    id: "organize",
    options: {
      excludeByName: Object.fromEntries(hidden.map((name) => [name, true])),
      indexByName: perName((_, at) => at),
      renameByName: perName(title),
    },
  });
  for (const column of spec.shown) {
    const properties: DynamicConfigValue[] = [];
    const set = (id: string, value: unknown) => properties.push({ id, value });
    if (column.unit !== undefined) set("unit", column.unit);
    if (column.decimals !== undefined) set("decimals", column.decimals);
    if (column.width !== undefined) set("custom.width", column.width);
    const gap = column.steps === undefined ? [] : [nothingKnown(noValue)];
    const mappings = [...gap, ...(column.mappings ?? [])];
    if (mappings.length > 0) set("mappings", mappings);
    if (column.steps !== undefined) {
      set("thresholds", { mode: "absolute", steps: column.filled ? column.steps : asText(column.steps) });
      set("color", { mode: FieldColorModeId.Thresholds });
      set(
        "custom.cellOptions",
        column.filled
          ? { type: TableCellDisplayMode.ColorBackground, mode: TableCellBackgroundDisplayMode.Basic }
          : { type: TableCellDisplayMode.ColorText },
      );
    }
    if (column.link !== undefined) {
      set("links", [{ title: edition.say(column.link.title), url: column.link.url, targetBlank: true }]);
    }
    if (properties.length > 0) builder.overrideByName(title(column), properties);
  }
  return builder;
}

/** A day a column, a line of the answer a row. */
export function calendar(
  spec: PanelSpec & { scheme: string; reverse?: boolean; max?: number },
  edition: Edition,
): heatmap.PanelBuilder {
  const colour = new heatmap.HeatmapColorOptionsBuilder()
    .mode(heatmap.HeatmapColorMode.Scheme)
    .scheme(spec.scheme)
    .reverse(spec.reverse ?? false)
    .steps(64)
    .min(0);
  if (spec.max !== undefined) colour.max(spec.max);
  return (
    gapsSilent(dressed(new heatmap.PanelBuilder(), spec, edition))
      .calculate(false)
      // A day of nothing wrong has a colour too; one without figures has none.
      .filterValues({ build: () => ({ le: -1 }) })
      .color(colour)
      .cellGap(2)
      .showValue(VisibilityMode.Never)
      .cellValues({ build: () => ({ unit: spec.unit, decimals: spec.decimals }) })
      .yAxis({ build: () => ({ axisPlacement: AxisPlacement.Left, reverse: true }) })
      .showLegend()
      .mode(TooltipDisplayMode.Single)
  );
}

/** Words that a dashboard owes its readers. */
export function words(
  spec: Pick<PanelSpec, "title" | "description" | "width" | "height">,
  says: Text,
  edition: Edition,
) {
  return new text.PanelBuilder()
    .title(edition.say(spec.title))
    .description(edition.say(spec.description))
    .span(spec.width)
    .height(spec.height)
    .mode(text.TextMode.Markdown)
    .content(edition.say(says));
}

/** What numbers are called, and their colours. */
export function called(
  edition: Edition,
  names: Readonly<Record<string, { words: Text; colour: string }>>,
): ValueMapping[] {
  const options = Object.entries(names).map(([value, { words: said, colour }], index) => [
    value,
    { text: edition.say(said), color: colour, index },
  ]);
  return [{ type: MappingType.ValueToText, options: Object.fromEntries(options) }];
}

/** A tile of which nothing is known must not have the colour of one that is well. */
function nothingKnown(words: string): ValueMapping {
  return {
    type: MappingType.SpecialValue,
    options: { match: SpecialValueMatch.NullAndNan, result: { text: words, color: colours.unknown } },
  };
}

const noValue = "–";
/** The words for an empty panel would stand for every single missing value too: these have a dash. */
function gapsSilent<B extends { overrideByFieldType(type: string, properties: DynamicConfigValue[]): B }>(
  builder: B,
): B {
  const dash = [{ id: "noValue", value: noValue }];
  return builder.overrideByFieldType("number", dash).overrideByFieldType("string", dash);
}

/** Blue is a ground to read upon; as the colour of text it is dim on a dark wall, where what is well is as light as words. */
export function asText(steps: readonly Threshold[]): Threshold[] {
  return steps.map((step) => (step.color === colours.fine ? { ...step, color: "text" } : step));
}

function legend() {
  return new VizLegendOptionsBuilder()
    .displayMode(LegendDisplayMode.List)
    .placement(LegendPlacement.Bottom)
    .showLegend(true)
    .calcs([]);
}

function tooltip() {
  return new VizTooltipOptionsBuilder().mode(TooltipDisplayMode.Multi);
}
