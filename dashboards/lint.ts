import { z } from "zod";
import { dataSource } from "./panels/panel.ts";

/** The rules that every dashboard keeps so that it loads the first time: one sentence for each place that breaks one. */

const target = z.looseObject({
  refId: z.string(),
  query: z.string(),
  resultFormat: z.string(),
  datasource: z.unknown().optional(),
});
const panel = z.looseObject({
  id: z.int().optional(),
  type: z.string(),
  title: z.string().optional(),
  description: z.string().optional(),
  datasource: z.unknown().optional(),
  interval: z.string().optional(),
  targets: z.array(target).optional(),
  transformations: z.array(z.looseObject({ id: z.string() })).optional(),
  fieldConfig: z
    .looseObject({
      defaults: z.looseObject({
        unit: z.string().optional(),
        decimals: z.number().optional(),
        noValue: z.string().optional(),
      }),
    })
    .optional(),
});
const dashboard = z.looseObject({
  id: z.int().nullable().optional(),
  uid: z.string().optional(),
  title: z.string().optional(),
  timezone: z.string().optional(),
  panels: z.array(panel),
  links: z
    .array(z.looseObject({ url: z.string().optional(), keepTime: z.boolean(), includeVars: z.boolean() }))
    .optional(),
});
type Panel = z.infer<typeof panel>;

/** What is wrong with these dashboards, by their paths; each is the parsed JSON. */
export function faultsOfDashboards(all: ReadonlyMap<string, unknown>): string[] {
  const faults: string[] = [];
  const uids = new Map<string, string>();
  const titles = new Map<string, string>();
  for (const [path, raw] of all) {
    const parsed = dashboard.safeParse(raw);
    if (!parsed.success) {
      faults.push(`${path}: ${z.prettifyError(parsed.error)}`);
      continue;
    }
    const { id, uid = "", title = "", panels, links = [], timezone = "" } = parsed.data;
    const say = (fault: string) => faults.push(`${path}: ${fault}`);
    const words = JSON.stringify(raw);
    if (id !== null) say("id: expected null, so that each Grafana gives its own");
    if (!/^[a-zA-Z0-9_-]{1,40}$/.test(uid)) say(`uid: expected 1 to 40 letters, digits, - and _, found ${uid}`);
    if (uids.has(uid)) say(`uid: ${uid} is that of ${uids.get(uid)} already`);
    if (titles.has(title)) say(`title: ${title} is that of ${titles.get(title)} already`);
    uids.set(uid, path);
    titles.set(title, path);
    if (words.includes("${DS_")) say("a data source that somebody would be asked for ($" + "{DS_…})");
    if (/"(?:suffix|prefix): /.test(words)) say("a unit with a space of its own: Grafana writes one before it");
    if (words.includes('"__inputs"')) say("__inputs: these are asked for at an import, and nobody imports");
    if (timezone === "" || timezone === "browser") say("timezone: expected the site's, found the viewer's own");
    for (const link of links) {
      if (!link.keepTime || !link.includeVars) say(`link to ${link.url}: expected to keep the time range and the room`);
    }
    const ids = panels.map((one) => one.id);
    if (ids.some((one) => one === undefined)) say("a panel without an id");
    if (new Set(ids).size !== ids.length) say("two panels with one id");
    for (const one of panels) {
      for (const fault of faultsOfPanel(one, timezone)) say(`panel ${one.title ?? one.id}: ${fault}`);
    }
  }
  return faults;
}

function faultsOfPanel(one: Panel, timezone: string): string[] {
  if (one.type === "row") return [];
  const faults: string[] = [];
  // A tile says what it is by its name and unit.
  if (!one.title && one.type !== "stat") faults.push("no title");
  if (!one.description) faults.push("no description");
  if (one.type === "text") return faults;
  const { unit, decimals, noValue } = one.fieldConfig?.defaults ?? {};
  if (!unit) faults.push("no unit");
  if (decimals === undefined) faults.push("no decimals");
  if (!noValue) faults.push("no words for an empty panel");
  if (!isOurs(one.datasource)) faults.push("another data source than the provisioned one");
  if ((one.targets ?? []).length === 0) faults.push("no query");
  for (const { refId, query, resultFormat, datasource } of one.targets ?? []) {
    const say = (fault: string) => faults.push(`query ${refId}: ${fault}`);
    if (!isOurs(datasource)) say("another data source than the provisioned one");
    if (/\$\{(?:__interval|timeFilter)[^}]*\}/.test(query)) say("$timeFilter and $__interval stand without braces");
    else if (!query.includes("$timeFilter")) say("reads all of time: expected $timeFilter");
    if (query.includes("time($__interval)") && !one.interval) say("no smallest interval, so that lines become dots");
    if (/time\(\d+[dw]\)/.test(query) && !query.endsWith(`tz('${timezone}')`)) {
      say(`days that are not the site's: expected tz('${timezone}') at the end`);
    }
    const tags = /.*GROUP BY (.*?)(?: fill| ORDER| LIMIT| tz|$)/.exec(query)?.[1]?.match(/"\w+"/g) ?? [];
    const named = one.transformations?.some((each) => each.id === "organize") ?? false;
    if (resultFormat === "table" && tags.length > 1 && !named) {
      say("a table by two tags has its columns in any order: expected to order and name them");
    }
  }
  return faults;
}

function isOurs(found: unknown): boolean {
  const parsed = z.object({ type: z.string(), uid: z.string() }).safeParse(found);
  return parsed.success && parsed.data.type === dataSource.type && parsed.data.uid === dataSource.uid;
}
