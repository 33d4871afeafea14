import assert from "node:assert/strict";
import type { Dashboard, Panel, VariableModel } from "@grafana/grafana-foundation-sdk/dashboard";
import { parseDuration } from "../site/index.ts";

/** What Grafana makes of a query before it sends it: the time range, the interval, the variables' values. */

export interface TimeRange {
  fromMs: number;
  toMs: number;
}

export interface Expansion {
  range: TimeRange;
  intervalMs: number;
  /** Values chosen of each variable. */
  values: ReadonlyMap<string, readonly string[]>;
}

export function expand(query: string, { range, intervalMs, values }: Expansion): string {
  const { fromMs, toMs } = range;
  return query
    .replaceAll("$timeFilter", `time >= ${fromMs}ms AND time <= ${toMs}ms`)
    .replaceAll("$__interval", `${intervalMs}ms`)
    .replaceAll("$__from", String(fromMs))
    .replaceAll("$__to", String(toMs))
    .replace(/\$\{(\w+):(\w+)\}/g, (found, name: string, form: string) => {
      const chosen = values.get(name);
      return chosen === undefined ? found : formatted(chosen, form);
    });
}

function formatted(values: readonly string[], form: string): string {
  if (form === "raw") return values.join(",");
  if (form === "pipe") return values.join("|");
  const escaped = values.map((value) => value.replace(/[\\^$*+?.()|[\]{}/]/g, "\\$&"));
  return escaped.length === 1 ? escaped[0]! : `(${escaped.join("|")})`;
}

/** The range that a dashboard, or a panel with one of its own, opens with. */
export function rangeOf(dashboard: Dashboard, panel: Panel | null, nowMs: number): TimeRange {
  if (panel?.timeFrom) return { fromMs: nowMs - lengthOf(panel.timeFrom), toMs: nowMs };
  const { from, to } = dashboard.time ?? { from: "now-6h", to: "now" };
  return { fromMs: instantOf(from, nowMs), toMs: instantOf(to, nowMs) };
}

function instantOf(words: string, nowMs: number): number {
  const match = /^now(?:([+-])(\w+))?$/.exec(words);
  if (!match) return nowMs;
  const lengthMs = match[2] === undefined ? 0 : lengthOf(match[2]);
  return match[1] === "-" ? nowMs - lengthMs : nowMs + lengthMs;
}

function lengthOf(words: string): number {
  const lengthMs = parseDuration(words);
  assert(lengthMs !== undefined, `expected a length of time, found ${words}`);
  return lengthMs;
}

/** Lengths that Grafana rounds an interval to, as far as they are of use here. */
const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const roundIntervalsMs = [
  ...[1, 2, 5, 10, 20, 30].map((seconds) => seconds * 1_000),
  ...[1, 2, 5, 10, 15, 20, 30].map((minutes) => minutes * minuteMs),
  ...[1, 2, 3, 6, 12, 24, 7 * 24, 30 * 24].map((hours) => hours * hourMs),
];

export function intervalOf(panel: Panel, { fromMs, toMs }: TimeRange): number {
  const wantedMs = (toMs - fromMs) / (panel.maxDataPoints ?? 700);
  const least = panel.interval === undefined ? 0 : lengthOf(panel.interval);
  const rounded = roundIntervalsMs.reduce((best, each) =>
    Math.abs(each - wantedMs) < Math.abs(best - wantedMs) ? each : best,
  );
  return Math.max(least, rounded);
}

/** What a variable stands for when the dashboard opens: every option of one that has `All` chosen. */
export function valuesOf(variable: VariableModel): string[] {
  const { query, current } = variable;
  const chosen = [current?.value ?? ""].flat();
  if (!chosen.includes("$__all")) return chosen;
  const options = typeof query === "string" ? query : "";
  return (options.match(/(?:\\,|[^,])+/g) ?? []).map((option) => /\s:\s(.+)$/.exec(option)?.[1]?.trim() ?? option);
}
