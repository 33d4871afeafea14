import type { Builder, Dataquery } from "@grafana/grafana-foundation-sdk/cog";
import {
  AnnotationQueryBuilder,
  type AnnotationTarget,
  type DataSourceRef,
  type DynamicConfigValue,
  type Panel,
} from "@grafana/grafana-foundation-sdk/dashboard";
import { colours } from "../colours.ts";
import type { Edition, EditionRoom, Text } from "../edition.ts";
import type { Query } from "../query.ts";

/** What every panel has, whatever it draws: words for people, a unit, and one way to ask. */
export interface PanelSpec {
  title: Text;
  /** In plain words: what it shows, and what to make of it. */
  description: Text;
  /** Said in place of an empty panel. */
  noData: Text;
  width: number;
  height: number;
  queries: readonly Asked[];
  /** Of Grafana's units; `none` for counts. */
  unit: string;
  decimals: number;
  /** No finer than this, however wide the panel. */
  interval?: string;
  maxDataPoints?: number;
  /** Of now, in place of the dashboard's range. */
  timeFrom?: string;
}

export interface Asked {
  query: Query;
  /** What a line is called: `$tag_room`, or words. */
  name?: string;
  as?: "time_series" | "table";
}

/** By its fixed uid, which the provisioned data source has. */
export const dataSource: DataSourceRef = { type: "influxdb", uid: "archive-sentry" };

/** The query of Grafana's InfluxDB data source, for which the SDK has no builder. */
export interface InfluxTarget extends Dataquery {
  datasource: DataSourceRef;
  refId: string;
  query: string;
  rawQuery: true;
  resultFormat: "time_series" | "table";
  alias?: string;
}

export function influxTarget({ query, name, as = "time_series" }: Asked, at: number): Builder<InfluxTarget> {
  const target: InfluxTarget = {
    datasource: dataSource,
    refId: String.fromCharCode(65 + at),
    query: query.text,
    rawQuery: true,
    resultFormat: as,
    ...(name === undefined ? {} : { alias: name }),
    _implementsDataqueryVariant() {},
  };
  return { build: () => target };
}

/** What the SDK's builders of panels have in common. */
interface PanelBuilder extends Builder<Panel> {
  title(title: string): this;
  description(description: string): this;
  datasource(datasource: DataSourceRef): this;
  targets(targets: Builder<Dataquery>[]): this;
  span(width: number): this;
  height(height: number): this;
  interval(interval: string): this;
  maxDataPoints(points: number): this;
  timeFrom(range: string): this;
  hideTimeOverride(hidden: boolean): this;
  unit(unit: string): this;
  decimals(decimals: number): this;
  noValue(words: string): this;
  overrideByName(name: string, properties: DynamicConfigValue[]): this;
}

const tileBelow = 6;

export function dressed<B extends PanelBuilder>(builder: B, spec: PanelSpec, edition: Edition): B {
  builder
    .title(edition.say(spec.title))
    .description(edition.say(spec.description))
    .datasource(dataSource)
    .targets(spec.queries.map(influxTarget))
    .span(spec.width)
    .height(spec.height)
    .unit(spec.unit)
    .decimals(spec.decimals)
    .noValue(edition.say(spec.noData))
    // So few that an interval of the coarse series is never finer than the series itself.
    .maxDataPoints(spec.maxDataPoints ?? 700);
  if (spec.interval !== undefined) builder.interval(spec.interval);
  // A tile has no room for saying so.
  if (spec.timeFrom !== undefined) builder.timeFrom(spec.timeFrom).hideTimeOverride(spec.width < tileBelow);
  return builder;
}

/** Lines called by the id of a room are shown under its name, with whatever else holds for that room alone. */
export function byRoom<B extends PanelBuilder>(
  builder: B,
  rooms: readonly EditionRoom[],
  more: (room: EditionRoom) => DynamicConfigValue[] = () => [],
): B {
  for (const room of rooms) {
    builder.overrideByName(room.id, [{ id: "displayName", value: room.name }, ...more(room)]);
  }
  return builder;
}

/** The same for any other ids. */
export function byName<B extends PanelBuilder>(builder: B, names: Readonly<Record<string, string>>): B {
  for (const [id, name] of Object.entries(names)) builder.overrideByName(id, [{ id: "displayName", value: name }]);
  return builder;
}

/**
 * Marks on every chart of a dashboard, at the times of an answer; its columns say what is written on them. Grafana
 * takes the first column that is nothing else for the title: it has to be the first of the answer.
 */
export function marks(
  spec: { name: Text; query: Query; title: string; words: string },
  edition: Edition,
): AnnotationQueryBuilder {
  const target: AnnotationTarget & InfluxTarget & Record<string, unknown> = {
    // Of Grafana's own annotations; the type asks for them.
    limit: 100,
    matchAny: false,
    tags: [],
    type: "dashboard",
    ...influxTarget({ query: spec.query }, 0).build(),
    fromAnnotations: true,
    textEditor: true,
    titleColumn: spec.title,
    textColumn: spec.words,
    // No column is called so: where none is named, some versions take every column for tags, and no words are left.
    tagsColumn: "no-tags",
  };
  return new AnnotationQueryBuilder()
    .name(edition.say(spec.name))
    .datasource(dataSource)
    .enable(true)
    .hide(false)
    .iconColor(colours.wrong)
    .target({ build: () => target });
}
