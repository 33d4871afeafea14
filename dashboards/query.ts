import assert from "node:assert/strict";
import { coarseMeasurements, type Measurement, measurementFields, measurements } from "../contract/index.ts";
import type { Site } from "../site/index.ts";

/**
 * InfluxQL, which InfluxDB 1.x, 2.x and 3.x all answer. The one place that knows how a query is written; measurements,
 * tags and fields are those of the contract, and anything else ends the build.
 */

/** What a panel asks for: the text, and the columns that an answer has beside its time and its tags. */
export interface Query {
  text: string;
  columns: readonly string[];
  tags: readonly string[];
}

type Call =
  | "count"
  | "last"
  | "max"
  | "mean"
  | "median"
  | "min"
  | "spread"
  | "sum"
  | { percentile: number }
  /** Mean of so many of the grouping's intervals. */
  | { movingMean: number }
  /** How fast the mean rises. */
  | "rise_per_minute";

/** A column of the answer: a field as it is, or what a call makes of it, times and plus a constant. */
export interface Column {
  field: string;
  as: string;
  call?: Call;
  times?: number;
  plus?: number;
}

export type Condition =
  | { tag: string; is: string }
  | { tag: string; isNot: string }
  /** A regular expression, or a variable of the dashboard in its `regex` form. */
  | { tag: string; matches: string }
  | { field: string; is: string };

export interface Selection {
  from: Measurement;
  select: readonly Column[];
  where?: readonly Condition[];
  by?: readonly string[];
  /** Tags as columns: with a `last` they are those of that point, in a summary those of the inner grouping. */
  alsoTags?: readonly string[];
  /** Length of an interval; `auto` leaves it to the width of the panel. A day or more follows the site's time zone. */
  every?: "auto" | `${number}${"m" | "h" | "d" | "w"}`;
  fill?: "null" | "none" | "previous" | 0;
  /** What is counted: an automatic interval that grows to days is one of the site's days too. */
  counted?: boolean;
  /** Reads the coarse series where the time range is long and there is one. */
  coarse?: boolean;
  /** A range that reaches into the future ends now: what is filled with the previous value is not known to last. */
  untilNow?: boolean;
  newestFirst?: boolean;
  limit?: number;
}

/** A selection over the answer of another: its `field`s are the inner columns, its tags those the inner groups by. */
export interface Summary extends Omit<Selection, "from" | "where" | "coarse"> {
  of: Query;
  where?: readonly { column: string; atLeast: number }[];
}

type Grouping = Pick<Selection, "by" | "every" | "fill" | "counted" | "newestFirst" | "limit">;

export interface Queries {
  select(selection: Selection): Query;
  summarise(summary: Summary): Query;
}

/** What a panel's query has before its measurement, when the range is long: empty, or a retention policy and a dot. */
export const seriesVariable = "series";

export function queriesOf(site: Site): Queries {
  const zone = ` tz(${quoted(site.timeZone)})`;
  const clauses = ({ by = [], every, fill, counted, newestFirst, limit }: Grouping) => {
    const groups = [
      ...(every === undefined ? [] : [`time(${every === "auto" ? "$__interval" : every})`]),
      ...by.map(named),
    ];
    return [
      groups.length === 0 ? "" : ` GROUP BY ${groups.join(", ")}`,
      every === undefined ? "" : ` fill(${fill ?? "null"})`,
      newestFirst ? " ORDER BY time DESC" : "",
      limit === undefined ? "" : ` LIMIT ${limit}`,
      every !== undefined && (/[dw]$/.test(every) || counted) ? zone : "",
    ].join("");
  };
  return {
    select(selection) {
      const { from, select, where = [], by = [], alsoTags = [], untilNow } = selection;
      const tags: readonly string[] = measurements[from].tags;
      const source = `${selection.coarse ? `\${${seriesVariable}:raw}` : ""}${named(from)}`;
      assert(!selection.coarse || coarseMeasurements.some((name) => name === from), `${from} has no coarse series`);
      for (const { field } of select) knows(measurementFields[from], field, from);
      for (const tag of [...by, ...alsoTags]) knows(tags, tag, from);
      const conditions = [{ tag: "site", is: site.id }, ...where].map((condition) => {
        if ("tag" in condition) knows(tags, condition.tag, from);
        else knows(measurementFields[from], condition.field, from);
        return conditionText(condition);
      });
      const columns = [...select.map(columnText), ...alsoTags.map(named)].join(", ");
      return {
        text: `SELECT ${columns} FROM ${source} WHERE ${conditions.join(" AND ")} AND $timeFilter${untilNow ? " AND time <= now()" : ""}${clauses(selection)}`,
        columns: [...select.map(({ as }) => as), ...alsoTags],
        tags: by,
      };
    },
    summarise(summary) {
      const { of, select, where = [], by = [], alsoTags = [] } = summary;
      for (const { field } of select) knows(of.columns, field, "the inner selection");
      for (const { column } of where) knows(of.columns, column, "the inner selection");
      for (const tag of [...by, ...alsoTags]) knows(of.tags, tag, "the inner grouping");
      const columns = [...select.map(columnText), ...alsoTags.map(named)].join(", ");
      // With a bound of its own, 1.6.7 loses all of an inner grouping whose first interval begins before it.
      const bounds = / GROUP BY time\(/.test(of.text) ? [] : ["$timeFilter"];
      const conditions = [...where.map(({ column, atLeast }) => `${named(column)} >= ${atLeast}`), ...bounds];
      const filter = conditions.length === 0 ? "" : ` WHERE ${conditions.join(" AND ")}`;
      // The days of an inner grouping are those of the whole query.
      const own = clauses(summary);
      const outer = own.endsWith(zone) || !of.text.endsWith(zone) ? own : own + zone;
      return {
        text: `SELECT ${columns} FROM (${of.text})${filter}${outer}`,
        columns: [...select.map(({ as }) => as), ...alsoTags],
        tags: by,
      };
    },
  };
}

/** Which coarse series fits the range of the dashboard; an answer without rows means the finest. */
export const seriesQuery = `SELECT last("series") FROM ${named("sentry")} WHERE "range_from_ms" <= $__to - $__from`;

/** The columns that the answer to a query of ours has beside its time and the tags it groups by. */
export function columnsOf(query: string): string[] {
  const [list = ""] = query.replace(/^SELECT /, "").split(" FROM ");
  return [...list.matchAll(/(?:^|, | AS )"([^"]+)"(?=,|$)/g)].map((match) => match[1]!);
}

function columnText({ field, as, call, times, plus }: Column): string {
  const called = callText(named(field), call);
  const scaled = times === undefined ? called : `${called} * ${times}`;
  const moved = plus === undefined ? scaled : `${scaled} ${plus < 0 ? "-" : "+"} ${Math.abs(plus)}`;
  return `${moved} AS ${named(as)}`;
}

function callText(name: string, call: Call | undefined): string {
  if (call === undefined) return name;
  if (call === "rise_per_minute") return `derivative(mean(${name}), 1m)`;
  if (typeof call === "string") return `${call}(${name})`;
  return "percentile" in call
    ? `percentile(${name}, ${call.percentile})`
    : `moving_average(mean(${name}), ${call.movingMean})`;
}

function conditionText(condition: Condition): string {
  const name = named("tag" in condition ? condition.tag : condition.field);
  if ("matches" in condition) return `${name} =~ /^(${condition.matches})$/`;
  return "isNot" in condition ? `${name} != ${quoted(condition.isNot)}` : `${name} = ${quoted(condition.is)}`;
}

function knows(names: readonly string[], name: string, where: string): void {
  assert(names.includes(name), `expected one of ${names.join(", ")} in ${where}, found ${name}`);
}

function named(name: string): string {
  return `"${name}"`;
}

function quoted(value: string): string {
  return `'${value.replaceAll("\\", "\\\\").replaceAll("'", "\\'")}'`;
}
