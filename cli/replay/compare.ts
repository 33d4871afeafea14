import type { ConditionName } from "../../contract/index.ts";
import { type Column, colours, say, sayJson, sayTable, terminalLanguage } from "../output.ts";
import type { Stay } from "./figures.ts";
import { durationText } from "./report.ts";

/** What the same recording raises under two site files. */

export interface Pair {
  condition: ConditionName;
  kind: "same" | "other-times" | "only-a" | "only-b";
  a: Stay | null;
  b: Stay | null;
}

/** Stays of one condition belong together where they overlap; each has one partner at most, the first. */
export function compareStays(a: readonly Stay[], b: readonly Stay[]): Pair[] {
  const free = new Set(b);
  const pairs = a.map((one): Pair => {
    const partner = [...free].find((other) => other.condition === one.condition && overlap(one, other));
    if (!partner) return { condition: one.condition, kind: "only-a", a: one, b: null };
    free.delete(partner);
    const same = one.fromMs === partner.fromMs && one.toMs === partner.toMs;
    return { condition: one.condition, kind: same ? "same" : "other-times", a: one, b: partner };
  });
  for (const rest of free) pairs.push({ condition: rest.condition, kind: "only-b", a: null, b: rest });
  return pairs.sort((one, other) => beginOf(one) - beginOf(other));
}

const overlap = (one: Stay, other: Stay) =>
  one.fromMs <= (other.toMs ?? Number.POSITIVE_INFINITY) && other.fromMs <= (one.toMs ?? Number.POSITIVE_INFINITY);
const beginOf = ({ a, b }: Pair) =>
  Math.min(a?.fromMs ?? Number.POSITIVE_INFINITY, b?.fromMs ?? Number.POSITIVE_INFINITY);

export function sayComparison(
  pairs: readonly Pair[],
  { names, json, timeZone }: { names: readonly [string, string]; json: boolean; timeZone: string },
): void {
  const totals = totalsOf(pairs);
  if (json) {
    sayJson(pairs.map(({ condition, kind, a, b }) => ({ condition, kind, a: span(a), b: span(b) })));
    sayJson([{ summary: { a: names[0], b: names[1], conditions: totals } }]);
    return;
  }
  const language = terminalLanguage();
  const zh = language === "zh";
  say(colours.bold(`A ${names[0]}   B ${names[1]}`));
  if (totals.length === 0) {
    say(zh ? "两者均无报警" : "no alarms under either");
    return;
  }
  const count = (title: Column<Total>["title"], of: (total: Total) => number): Column<Total> => ({
    title,
    text: (total) => String(of(total)),
    align: "right",
  });
  sayTable(
    totals,
    [
      { title: { zh: "报警", en: "alarm" }, text: ({ condition }) => condition },
      count({ zh: "A 次数", en: "in A" }, ({ a }) => a),
      count({ zh: "B 次数", en: "in B" }, ({ b }) => b),
      count({ zh: "仅 A", en: "only A" }, ({ onlyA }) => onlyA),
      count({ zh: "仅 B", en: "only B" }, ({ onlyB }) => onlyB),
      count({ zh: "时间不同", en: "other times" }, ({ otherTimes }) => otherTimes),
      { title: { zh: "A 总时长", en: "total in A" }, text: ({ aMs }) => durationText(aMs), align: "right" },
      { title: { zh: "B 总时长", en: "total in B" }, text: ({ bMs }) => durationText(bMs), align: "right" },
    ],
    language,
  );
  const differing = pairs.filter(({ kind }) => kind !== "same");
  if (differing.length === 0) {
    say(zh ? "没有差别" : "no difference");
    return;
  }
  say("");
  const time = new Intl.DateTimeFormat("sv-SE", { dateStyle: "short", timeStyle: "short", timeZone });
  const open = zh ? "至结束" : "the end";
  const text = (stay: Stay | null) =>
    stay === null ? "–" : `${time.format(stay.fromMs)} … ${stay.toMs === null ? open : time.format(stay.toMs)}`;
  const words = zh
    ? { same: "", "only-a": "仅 A", "only-b": "仅 B", "other-times": "时间不同" }
    : { same: "", "only-a": "only A", "only-b": "only B", "other-times": "other times" };
  sayTable(
    differing,
    [
      { title: { zh: "报警", en: "alarm" }, text: ({ condition }) => condition },
      { title: { zh: "差别", en: "difference" }, text: ({ kind }) => words[kind] },
      { title: { zh: "A", en: "in A" }, text: ({ a }) => text(a) },
      { title: { zh: "B", en: "in B" }, text: ({ b }) => text(b) },
    ],
    language,
  );
}

interface Total {
  condition: ConditionName;
  a: number;
  b: number;
  onlyA: number;
  onlyB: number;
  otherTimes: number;
  aMs: number;
  bMs: number;
}

function totalsOf(pairs: readonly Pair[]): Total[] {
  const totals = new Map<ConditionName, Total>();
  for (const { condition, kind, a, b } of pairs) {
    const total = totals.get(condition) ?? { condition, a: 0, b: 0, onlyA: 0, onlyB: 0, otherTimes: 0, aMs: 0, bMs: 0 };
    totals.set(condition, total);
    total.a += Number(a !== null);
    total.b += Number(b !== null);
    total.onlyA += Number(kind === "only-a");
    total.onlyB += Number(kind === "only-b");
    total.otherTimes += Number(kind === "other-times");
    total.aMs += lengthMs(a);
    total.bMs += lengthMs(b);
  }
  return [...totals.values()];
}

const lengthMs = (stay: Stay | null) => (stay === null || stay.toMs === null ? 0 : stay.toMs - stay.fromMs);
const iso = (ms: number | null) => (ms === null ? null : new Date(ms).toISOString());
const span = (stay: Stay | null) => (stay === null ? null : { from: iso(stay.fromMs), to: iso(stay.toMs) });
