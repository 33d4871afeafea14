/** What the outside sees, once: topics, payloads, quantities, condition names, InfluxDB schema, HTTP shapes. */
export * from "./access-words.ts";
export * from "./conditions.ts";
export * from "./drills.ts";
export * from "./http.ts";
export * from "./http-access.ts";
export * from "./http-alarms.ts";
export * from "./http-ledger.ts";
export * from "./http-records.ts";
export * from "./http-session.ts";
export { instantQuery, instantText } from "./http-values.ts";
export * from "./influx-schema.ts";
export * from "./payloads.ts";
export * from "./performance.ts";
export * from "./quantities.ts";
export * from "./replay.ts";
export * from "./reports.ts";
export * from "./telling.ts";
export * from "./topics.ts";
