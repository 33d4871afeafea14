import type { Dashboard, Panel } from "@grafana/grafana-foundation-sdk/dashboard";
import { type Clock, messageOf, SentryError } from "../core/index.ts";
import { expand, intervalOf, rangeOf, type TimeRange, valuesOf } from "./expand.ts";
import type { InfluxTarget } from "./panels/panel.ts";
import { columnsOf, seriesVariable } from "./query.ts";

/** One series of an answer. */
export interface AnsweredSeries {
  columns: string[];
  values: unknown[][];
}

/** Asks an InfluxDB; rejects with the database's own words where it refuses. */
export type Ask = (query: string) => Promise<AnsweredSeries[]>;

export interface CheckedQuery {
  dashboard: string;
  panel: string;
  refId: string;
  query: string;
  rows: number;
  tookMs: number;
  /** What is wrong with the answer; `null` when nothing is. */
  fault: string | null;
}

export interface CheckOptions {
  dashboards: readonly Dashboard[];
  ask: Ask;
  clock: Clock;
  /** No answer may take longer. */
  longestMs: number;
  /** In place of the range that each dashboard opens with. */
  rangeMs?: number;
  /** An answer without rows is no fault: nothing of the kind has happened yet. */
  allowEmpty?: boolean;
}

/** Runs every query of every panel as Grafana would, and looks at what comes back. */
export async function* checkDashboards(options: CheckOptions): AsyncGenerator<CheckedQuery> {
  const { ask, clock, longestMs } = options;
  for (const dashboard of options.dashboards) {
    for (const { panel, title, refId, query, allowEmpty } of questionsOf(dashboard)) {
      const range = rangeFor(dashboard, panel, options);
      const text = await expanded(query, { dashboard, panel, range, ask });
      const checked = { dashboard: dashboard.title ?? "", panel: title, refId, query: text };
      let { series, tookMs, refusal } = await timed(text, ask, clock);
      // Once more: the first may have waited for another's work on this machine, or for a cold disk.
      if (tookMs > longestMs) ({ series, tookMs, refusal } = await timed(text, ask, clock));
      const rows = series.reduce((sum, { values }) => sum + values.length, 0);
      const fault = refusal ?? faultOf(series, columnsOf(query), allowEmpty || (options.allowEmpty ?? false));
      const slow = tookMs > longestMs ? `took ${Math.round(tookMs)} ms, more than ${longestMs} ms` : null;
      yield { ...checked, rows, tookMs, fault: fault ?? slow };
    }
  }
}

interface Question {
  panel: Panel | null;
  title: string;
  refId: string;
  query: string;
  allowEmpty: boolean;
}

function questionsOf(dashboard: Dashboard): Question[] {
  const ofPanels = (dashboard.panels ?? []).flatMap((panel) =>
    "targets" in panel
      ? (panel.targets ?? []).map((target): Question => {
          const { refId, query } = target as InfluxTarget;
          return { panel, title: titleOf(panel), refId, query, allowEmpty: false };
        })
      : [],
  );
  // A room without an alarm has no marks, and that is well.
  const ofMarks = (dashboard.annotations?.list ?? []).flatMap(({ name, target }): Question[] =>
    target && "query" in target
      ? [{ panel: null, title: name, refId: "A", query: String(target.query), allowEmpty: true }]
      : [],
  );
  return [...ofPanels, ...ofMarks];
}

/** Of tiles without a title the first words of what they show. */
function titleOf({ title, description }: Panel): string {
  return title || (description ?? "").split(/[.,:;：。]/)[0]!;
}

function rangeFor(dashboard: Dashboard, panel: Panel | null, { clock, rangeMs }: CheckOptions): TimeRange {
  const nowMs = clock.nowMs();
  return rangeMs === undefined || panel?.timeFrom
    ? rangeOf(dashboard, panel, nowMs)
    : { fromMs: nowMs - rangeMs, toMs: nowMs };
}

async function expanded(
  query: string,
  { dashboard, panel, range, ask }: { dashboard: Dashboard; panel: Panel | null; range: TimeRange; ask: Ask },
): Promise<string> {
  const values = new Map<string, readonly string[]>();
  for (const variable of dashboard.templating?.list ?? []) {
    if (variable.type !== "query") values.set(variable.name, valuesOf(variable));
    else if (typeof variable.query === "string" && query.includes(`\${${variable.name}:`)) {
      const asked = expand(variable.query, { range, intervalMs: 0, values });
      const [series] = await ask(asked);
      values.set(variable.name, [String(series?.values[0]?.[1] ?? "")]);
    }
  }
  if (!values.has(seriesVariable)) values.set(seriesVariable, [""]);
  return expand(query, { range, intervalMs: panel === null ? 0 : intervalOf(panel, range), values });
}

async function timed(query: string, ask: Ask, clock: Clock) {
  const startedMs = clock.monotonicMs();
  try {
    const series = await ask(query);
    return { series, tookMs: clock.monotonicMs() - startedMs, refusal: null };
  } catch (error) {
    // A database that is not there answers no other query either.
    if (error instanceof SentryError && error.code === "url-unreachable") throw error;
    return { series: [], tookMs: clock.monotonicMs() - startedMs, refusal: messageOf(error) };
  }
}

/** Rows, the columns that were asked for, and in each of these at least one value. */
function faultOf(series: readonly AnsweredSeries[], expected: readonly string[], allowEmpty: boolean): string | null {
  if (!series.some(({ values }) => values.length > 0)) return allowEmpty ? null : "no rows";
  const filled = new Set<string>();
  for (const { columns, values } of series) {
    for (const [at, column] of columns.entries()) {
      if (values.some((row) => row[at] !== null && row[at] !== undefined)) filled.add(column);
    }
  }
  const empty = expected.filter((column) => !filled.has(column));
  return empty.length === 0 ? null : `no value in ${empty.join(", ")}`;
}
