import {
  coarseHighest,
  coarseMeasurements,
  type coarseSeries,
  coarseSeriesMarkers,
  measurementFields,
} from "../../contract/index.ts";
import type { InfluxPoint } from "../stores/influx-lines.ts";
import { quoted } from "./influx-request.ts";

/** How a coarse series is made from the readings: in InfluxQL for 1.x, in Flux for 2.x. */

export type CoarseSeries = (typeof coarseSeries)[number];
export type CoarseMeasurement = (typeof coarseMeasurements)[number];

/**
 * How often, and how far back, it is made anew: what arrives late, after an outage say, still comes in. What arrives
 * later than that needs `history backfill`. No window is longer than an hour: they begin with the hours of UTC.
 */
export function rhythmOf({ everyMs }: CoarseSeries): { length: string; again: string; back: string } {
  return everyMs < 3_600_000
    ? { length: `${everyMs / 60_000}m`, again: "5m", back: "3h" }
    : { length: `${everyMs / 3_600_000}h`, again: "1h", back: "1d" };
}

/** Where a policy keeps a measurement, as a statement names it. */
const place = (database: string, policy: string, measurement: string) =>
  [database, policy, measurement].map(quoted).join(".");

const isHighest = (field: string) => coarseHighest.includes(field);

function averages(measurement: CoarseMeasurement): string {
  return measurementFields[measurement]
    .map((field) => `${isHighest(field) ? "max" : "mean"}(${field}) AS ${field}`)
    .join(", ");
}

export interface Policies {
  database: string;
  /** The policy that holds the readings. */
  raw: string;
}

/** One window of time after the other, written into the coarse series; `fromMs` and `toMs` are whole windows. */
export function intoCoarse(
  { database, raw }: Policies,
  series: CoarseSeries,
  measurement: CoarseMeasurement,
  range: { fromMs: number; toMs: number },
): string {
  const from = place(database, raw, measurement);
  const into = place(database, series.name, measurement);
  return `SELECT ${averages(measurement)} INTO ${into} FROM ${from} WHERE time >= ${range.fromMs}ms AND time < ${range.toMs}ms GROUP BY time(${rhythmOf(series).length}), * fill(none)`;
}

/** Named so that nobody takes it for theirs. */
export const continuousQueryName = (series: CoarseSeries, measurement: CoarseMeasurement) =>
  `${measurement}_${series.name}`;

/** Written as 1.x writes it back, so that a difference is one. */
export function continuousQuery(
  { database, raw }: Policies,
  series: CoarseSeries,
  measurement: CoarseMeasurement,
): string {
  const { length, again, back } = rhythmOf(series);
  // 1.x writes names back without quotation marks where these are not needed.
  const bare = (name: string) => (/^[A-Za-z_]\w*$/.test(name) ? name : quoted(name));
  const path = (policy: string) => [database, policy, measurement].map(bare).join(".");
  return `CREATE CONTINUOUS QUERY ${continuousQueryName(series, measurement)} ON ${bare(database)} RESAMPLE EVERY ${again} FOR ${back} BEGIN SELECT ${averages(measurement)} INTO ${path(series.name)} FROM ${path(raw)} GROUP BY time(${length}), * fill(none) END`;
}

const text = (value: string) => JSON.stringify(value);
const oneOf = (column: string, values: readonly string[]) =>
  values.map((value) => `r.${column} == ${text(value)}`).join(" or ");

export interface FluxPlaces {
  bucket: string;
  coarseBucket: string;
  org: string;
}

/** The averages and the highest of a stretch of time; its ends are words of Flux. */
function fluxBody({ bucket, coarseBucket, org }: FluxPlaces, series: CoarseSeries, range: string): string {
  const { length } = rhythmOf(series);
  const part = (name: string, which: string, fn: string) => `${name} = from(bucket: ${text(bucket)})
  |> range(${range})
  |> filter(fn: (r) => ${oneOf("_measurement", coarseMeasurements)})
  |> filter(fn: (r) => ${which})
  |> aggregateWindow(every: ${length}, fn: ${fn}, createEmpty: false, timeSrc: "_start")
`;
  const highest = oneOf("_field", coarseHighest);
  // One result: two without a name of their own are refused.
  return `${part("averages", `not (${highest})`, "mean")}
${part("highest", highest, "max")}
union(tables: [averages, highest])
  |> to(bucket: ${text(coarseBucket)}, org: ${text(org)})
`;
}

/** A task of 2.x that does what the continuous queries of 1.x do. */
export function fluxTask(places: FluxPlaces, series: CoarseSeries, name: string): string {
  const { length, again, back } = rhythmOf(series);
  // A window that were cut at its beginning would take the place of the whole one.
  const range = `start: date.truncate(t: -${back}, unit: ${length})`;
  return `import "date"

option task = {name: ${text(name)}, every: ${again}, offset: 30s}

${fluxBody(places, series, range)}`;
}

/** The same once, for a stretch of the past of whole windows. */
export function fluxOnce(
  places: FluxPlaces,
  series: CoarseSeries,
  range: { fromMs: number; toMs: number },
  iso: (atMs: number) => string,
): string {
  // Everything that was written would be sent back: how much it was is enough.
  return `${fluxBody(places, series, `start: ${iso(range.fromMs)}, stop: ${iso(range.toMs)}`)}  |> count()\n`;
}

/** What tells charts that there are coarse series. */
export function markerPoints(site: { id: string }): InfluxPoint[] {
  return coarseSeriesMarkers.map(({ part, fields, atMs }) => ({
    measurement: "sentry",
    tags: { site: site.id, part },
    fields: { ...fields },
    atMs,
  }));
}
