import {
  derivedQuantityNames,
  type Quantity,
  type QuantityDefinition,
  quantities,
  quantityNames,
} from "./quantities.ts";

/** Measurements, tags and fields of the history in InfluxDB 1.x, 2.x and 3.x. Timestamps in ms. */
export const measurements = {
  environment: { tags: ["site", "building", "room", "device"] },
  door: { tags: ["site", "building", "room", "device"] },
  motion: { tags: ["site", "building", "room", "device"] },
  leak: { tags: ["site", "building", "room", "device"] },
  smoke_alarm: { tags: ["site", "building", "room", "device"] },
  tamper: { tags: ["site", "building", "room", "device"] },
  exit_request: { tags: ["site", "building", "room", "device"] },
  room: { tags: ["site", "building", "room"] },
  device: { tags: ["site", "room", "device"] },
  alarm: { tags: ["site", "room", "condition", "priority", "transition", "n"] },
  access: { tags: ["site", "room", "door", "category", "result", "n"] },
  inside: { tags: ["site", "room", "category"] },
  sentry: { tags: ["site", "part"] },
} as const;
export type Measurement = keyof typeof measurements;

const isDeviceField = (name: Quantity) => {
  const definition: QuantityDefinition = quantities[name];
  return definition.kind === "number" && definition.about === "device";
};
const isStateQuantity = (name: Quantity) => quantities[name].kind !== "number";

/** Float fields of `environment`: every numeric quantity but the device's own, and the derived ones. */
export const environmentFields: readonly string[] = [
  ...quantityNames.filter((name) => !isDeviceField(name) && !isStateQuantity(name)),
  ...derivedQuantityNames,
];
/** Float fields of `device` that come from samples. */
export const deviceFields: readonly Quantity[] = quantityNames.filter(isDeviceField);
/** Quantities with a measurement of their own and the integer field `state`. */
export const stateQuantities: readonly Quantity[] = quantityNames.filter(isStateQuantity);

/** The system's own figures, by what they are about: fields of `sentry`. Parts that follow the log have `lag` alone. */
export const systemFigures = {
  intake: ["head", "bytes"],
  follower: ["lag"],
  store: ["lag", "written", "refused"],
  alarms: [
    "open_critical",
    "open_high",
    "open_medium",
    "open_low",
    "unacknowledged",
    "standing",
    "oldest_open_s",
    "flood",
  ],
  notify: ["pending", "oldest_pending_s", "delivered", "latency_max_ms"],
  /** See `coarseSeries`. */
  series: ["range_from_ms", "series"],
} as const;

/** Fields of each measurement, for whoever reads the history. */
export const measurementFields: Readonly<Record<Measurement, readonly string[]>> = {
  environment: environmentFields,
  door: ["state"],
  motion: ["state"],
  leak: ["state"],
  smoke_alarm: ["state"],
  tamper: ["state"],
  exit_request: ["state"],
  /**
   * Once a quarter of an hour. `mould_index`: of the room's worst place; `twpi_y`: of the last thirty days, or of what is
   * known of them; `minutes_outside`: of the site's day so far. Forecasts lie at the time they are for: those to come are
   * what is expected now, those past what was expected last; four in five values lie between `_low` and `_high`.
   */
  room: [
    "mould_index",
    "twpi_y",
    "emc_pct",
    "minutes_outside",
    "forecast_temperature_c",
    "forecast_temperature_c_low",
    "forecast_temperature_c_high",
    "forecast_relative_humidity_pct",
    "forecast_relative_humidity_pct_low",
    "forecast_relative_humidity_pct_high",
  ],
  device: ["online", ...deviceFields, "seq_gap", "clock_offset_ms", "calibration_due_d"],
  alarm: ["id", "state", "value", "limit", "message", "by", "since_raised_s"],
  access: ["id", "direction", "seq"],
  inside: ["count"],
  sentry: [...new Set(Object.values(systemFigures).flat())],
};

/** Where an InfluxDB keeps what: retention policies on 1.x, buckets mapped as such on 2.x. `raw` is the default one. */
export const retentionPolicies = { raw: "raw", oneMinute: "one_minute", oneHour: "one_hour" } as const;
/** Its database unless the site file names another. */
export const historyDatabase = "archive";

/**
 * Averages of the numbers of `coarseMeasurements` (but for `coarseHighest`), under the same measurement, tags and field
 * names, so that a chart reads either. From `rangeFromMs` on it reads the coarse series where there is
 * one. Shards of a coarse series are long (a year for the hours): a chart of a year then opens one, not fifty. Whoever
 * sets a coarse series up says so in the default retention policy with one point of `sentry`, part `series-<name>`, whose
 * field `series` is what stands before the measurement in a query and whose time lies in the far future, where no
 * retention ends it.
 */
export const coarseSeries = [
  { name: retentionPolicies.oneMinute, everyMs: 60_000, rangeFromMs: 2 * 86_400_000 },
  { name: retentionPolicies.oneHour, everyMs: 3_600_000, rangeFromMs: 30 * 86_400_000 },
] as const;
/** Fields that grow within a day, what was lost, and what may pass in a minute: of these the coarse series has the highest. */
export const coarseHighest: readonly string[] = [
  "minutes_outside",
  "seq_gap",
  "smoke_obscuration_pct_per_m",
  "co_ppm",
  "state",
];
export const coarseMeasurements = [
  "environment",
  "room",
  "device",
  "leak",
  "smoke_alarm",
] as const satisfies readonly Measurement[];

/** The points that tell charts which coarse series there are; the coarser the later, so that the last one fits best. */
export const coarseSeriesMarkers = coarseSeries.map(({ name, rangeFromMs }, at) => ({
  part: `series-${name}`,
  fields: { series: `${name}.`, range_from_ms: rangeFromMs },
  /** 2100-01-01. */
  atMs: 4_102_444_800_000 + at * 1_000,
}));
