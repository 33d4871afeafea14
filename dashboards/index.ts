/** Grafana dashboards of a site as typed source: built, checked against a real InfluxDB, and handed to a Grafana. */
export { type BuiltDashboard, buildDashboards, dashboardFiles, folderOf } from "./build.ts";
export { type Ask, type CheckedQuery, checkDashboards } from "./check.ts";
export { conditionWords } from "./condition-words.ts";
export { type EditionLanguage, editionLanguages } from "./edition.ts";
export { type InfluxReaderOptions, influxReader } from "./influx-reader.ts";
export { faultsOfDashboards } from "./lint.ts";
export { type Pushed, type PushOptions, pushDashboards } from "./push.ts";
