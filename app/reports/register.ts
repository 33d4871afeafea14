import { join } from "node:path";
import type { Ledger } from "../../access/index.ts";
import { type HistoryQueries, openHistoryQueries } from "../../collector/index.ts";
import { SentryError } from "../../core/index.ts";
import { createCalendar, type Site } from "../../site/index.ts";
import { alarmsBetween } from "../pack/auditor-pack.ts";
import { titleIn } from "../pack/pack-paper.ts";
import { deviceReadings } from "../pack/reading-gaps.ts";

/** The temperature and humidity register (温湿度登记表) of a room and a month, before it is put on paper. */
export interface Register {
  room: string;
  month: string;
  rows: RegisterRow[];
  /** Of the two lines a day so far, how many have a reading inside. */
  entered: number;
  due: number;
  /** Of all readings that should have come. */
  expected: number;
  received: number;
}

export interface RegisterRow {
  date: string;
  time: string;
  /** Still to come. */
  future: boolean;
  inside: Pair;
  outside: Pair;
  /** Which limits of the room are not kept. */
  beyond: ("temperature" | "humidity")[];
  measures: string[];
}

export interface Pair {
  temperatureC: number | null;
  relativeHumidityPct: number | null;
}

const minuteMs = 60_000;
const outdoor = "outdoor";

export function registerOf(options: {
  data: string;
  site: Site;
  ledger: Ledger | null;
  room: string;
  /** `2026-11` */
  month: string;
  language: "zh" | "en";
  nowMs: number;
}): Register {
  const { data, site, ledger, room, month, language, nowMs } = options;
  if (!site.rooms.has(room)) throw new SentryError("not-found", `there is no room ${room}`);
  const days = daysOf(month);
  const { register_times, register_within } = site.config.report;
  const fromMs = instantOf(site, days[0]!, 0);
  const toMs = instantOf(site, nextMonth(month), 0);
  const limits = site.limitsOf(room);
  const measures = ledger ? measuresOf({ ledger, site, room, fromMs, toMs, language }) : new Map<string, string[]>();
  const historyPath = join(data, "history.db");
  const queries = openHistoryQueries({ historyPath, rollUpsPath: join(data, "rollups.db"), site: () => site });
  try {
    const pair = (where: string, atMs: number): Pair => ({
      temperatureC: nearest(queries, { room: where, quantity: "temperature_c", atMs, withinMs: register_within }),
      relativeHumidityPct: nearest(queries, {
        room: where,
        quantity: "relative_humidity_pct",
        atMs,
        withinMs: register_within,
      }),
    });
    const nothing: Pair = { temperatureC: null, relativeHumidityPct: null };
    const rows = days.flatMap((date) =>
      register_times.map((time, at): RegisterRow => {
        const [hour = 0, minute = 0] = time.split(":").map(Number);
        const atMs = instantOf(site, date, 60 * hour + minute);
        const future = atMs > nowMs;
        const inside = future ? nothing : pair(room, atMs);
        const outside = future || !site.rooms.has(outdoor) || room === outdoor ? nothing : pair(outdoor, atMs);
        const beyond: RegisterRow["beyond"] = [];
        if (isBeyond(inside.temperatureC, limits.temperatureC)) beyond.push("temperature");
        if (isBeyond(inside.relativeHumidityPct, limits.relativeHumidityPct)) beyond.push("humidity");
        // What was done on a day stands on its first line.
        return { date, time, future, inside, outside, beyond, measures: at === 0 ? (measures.get(date) ?? []) : [] };
      }),
    );
    const past = rows.filter(({ future }) => !future);
    const until = Math.min(toMs, nowMs);
    const readings = fromMs < until ? deviceReadings({ historyPath, site, room, fromMs, toMs: until, alarms: [] }) : [];
    return {
      room,
      month,
      rows,
      entered: past.filter(({ inside }) => inside.temperatureC !== null && inside.relativeHumidityPct !== null).length,
      due: past.length,
      expected: readings.reduce((sum, { expected }) => sum + expected, 0),
      received: readings.reduce((sum, { expected, received }) => sum + Math.min(expected, received), 0),
    };
  } finally {
    queries.close();
  }
}

const isBeyond = (value: number | null, { low, high }: { low: number | null; high: number | null }) =>
  value !== null && ((low !== null && value < low) || (high !== null && value > high));

/** The mean of what a room's sensors said nearest to a time. */
function nearest(
  queries: HistoryQueries,
  { room, quantity, atMs, withinMs }: { room: string; quantity: string; atMs: number; withinMs: number },
): number | null {
  const { readings } = queries.readings({
    room,
    quantity,
    fromMs: atMs - withinMs,
    toMs: atMs + withinMs,
    limit: 10_000,
  });
  const ofEach = [...Map.groupBy(readings, ({ device }) => device).values()].map((own) =>
    own.reduce((best, one) => (Math.abs(one.atMs - atMs) < Math.abs(best.atMs - atMs) ? one : best)),
  );
  if (ofEach.length === 0) return null;
  return Math.round((10 * ofEach.reduce((sum, { value }) => sum + value, 0)) / ofEach.length) / 10;
}

const doings = new Set(["acknowledged", "commented"]);

/** What people said they did about alarms of the room, by the day they said it. */
function measuresOf(parts: {
  ledger: Ledger;
  site: Site;
  room: string;
  fromMs: number;
  toMs: number;
  language: "zh" | "en";
}): Map<string, string[]> {
  const { ledger, site, room, fromMs, toMs, language } = parts;
  const title = titleIn(language);
  const found = new Map<string, string[]>();
  for (const { entry } of alarmsBetween(ledger, { fromMs, toMs })) {
    if (!entry || entry.body.room !== room || !climate.test(String(entry.body.condition))) continue;
    if (!doings.has(String(entry.body.transition))) continue;
    const { comment, by } = ledger.reveal(entry);
    if (typeof comment?.value !== "string") continue;
    const { date } = site.calendar.local(Date.parse(entry.at));
    const who = typeof by?.value === "string" ? ` (${by.value})` : "";
    found.set(date, [...(found.get(date) ?? []), `${title(String(entry.body.condition))}: ${comment.value}${who}`]);
  }
  return found;
}

const climate = /^(temperature|humidity|condensation|mould|preservation|climate-control)/;

function daysOf(month: string): string[] {
  const match = /^(\d{4})-(0[1-9]|1[0-2])$/.exec(month);
  if (!match) throw new SentryError("usage", `expected a month such as 2026-11, found ${month}`);
  const count = new Date(Date.UTC(Number(match[1]), Number(match[2]), 0)).getUTCDate();
  return Array.from({ length: count }, (_, at) => `${month}-${String(at + 1).padStart(2, "0")}`);
}

/** A month as the clocks of a time zone show it. @throws SentryError `usage` */
export function monthOf(month: string, timeZone: string): { fromMs: number; toMs: number } {
  const calendar = createCalendar({ weekly: {} }, [], timeZone);
  return { fromMs: instantOf({ calendar }, daysOf(month)[0]!, 0), toMs: instantOf({ calendar }, nextMonth(month), 0) };
}

function nextMonth(month: string): string {
  const [year = 0, number = 0] = month.split("-").map(Number);
  return new Date(Date.UTC(year, number, 1)).toISOString().slice(0, 10);
}

/** The time at which the site's clocks show this; where they jump over it, the jump. */
function instantOf({ calendar }: Pick<Site, "calendar">, date: string, minuteOfDay: number): number {
  const wanted = Date.parse(date) + minuteOfDay * minuteMs;
  let atMs = wanted;
  for (let turn = 0; turn < 2; turn++) {
    const shown = calendar.local(atMs);
    atMs -= Date.parse(shown.date) + shown.minuteOfDay * minuteMs - wanted;
  }
  return atMs;
}
