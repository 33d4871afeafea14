import type { Calendar } from "./calendar.ts";
import type { LayerConfig, RotaConfig } from "./schema.ts";
import type { Site } from "./site.ts";

/**
 * Who is on duty. Everything is computed from the site file and a moment, on the site's wall clock: a hand-over at
 * Monday 08:00 is at Monday 08:00 also in the weeks in which the clocks change.
 */

export interface Duty {
  /** Staff numbers; empty in a gap. */
  people: string[];
  /** The layer's place in the rota, or an override; `null` in a gap. */
  from: { kind: "layer"; at: number } | { kind: "override"; reason: string | undefined } | null;
  /** Whose turn it is, where they are on leave and another stands in. */
  standsInFor: string | null;
}

/** Half-open, [from, to). */
export interface Gap {
  fromMs: number;
  toMs: number;
}

const dayMs = 86_400_000;
const nobody: Duty = { people: [], from: null, standsInFor: null };

/** Who is on duty by a rota at a moment. A rota that does not exist has nobody. */
export function whoIsOn(site: Site, rota: string, atMs: number): Duty {
  const config = site.config.telling.rotas.find(({ id }) => id === rota);
  return config === undefined ? nobody : dutyOf(site, config, atMs);
}

/** When next somebody else is on duty, or nobody; `null` when that does not happen within `withinMs` (eight weeks). */
export function nextHandover(site: Site, rota: string, atMs: number, withinMs = 56 * dayMs): number | null {
  const now = whoIsOn(site, rota, atMs).people.join();
  for (const candidateMs of turningPoints(site, rota, { fromMs: atMs, toMs: atMs + withinMs })) {
    if (candidateMs > atMs && whoIsOn(site, rota, candidateMs).people.join() !== now) return candidateMs;
  }
  return null;
}

/** The times within a period in which nobody is on duty. */
export function gapsOf(site: Site, rota: string, period: { fromMs: number; toMs: number }): Gap[] {
  const gaps: Gap[] = [];
  const points = [...turningPoints(site, rota, period), period.toMs];
  points.forEach((fromMs, at) => {
    const toMs = points[at + 1];
    if (toMs === undefined || whoIsOn(site, rota, fromMs).people.length > 0) return;
    const last = gaps.at(-1);
    if (last?.toMs === fromMs) last.toMs = toMs;
    else gaps.push({ fromMs, toMs });
  });
  return gaps;
}

/** The rotas that must have somebody at every time: those that policies name, and those that no other leans on. */
export function lastingRotas(site: Site): RotaConfig[] {
  const { rotas, policies } = site.config.telling;
  const named = new Set(
    policies.flatMap(({ steps }) =>
      steps.flatMap(({ tell }) =>
        tell.flatMap((whom) => (typeof whom === "object" && "rota" in whom ? whom.rota : [])),
      ),
    ),
  );
  const leanedOn = new Set(rotas.flatMap(({ layers }) => layers.flatMap(({ rota }) => rota ?? [])));
  return rotas.filter(({ id }) => named.has(id) || !leanedOn.has(id));
}

export function isOnLeave(site: Site, person: string, atMs: number): boolean {
  const { date } = site.calendar.local(atMs);
  return site.people.get(person)?.leave.some(({ from, to }) => date >= from && date <= to) ?? false;
}

/** The members of a team who are not on leave. */
export function teamAt(site: Site, team: string, atMs: number): string[] {
  const members = site.config.telling.teams.find(({ id }) => id === team)?.members ?? [];
  return members.filter((person) => !isOnLeave(site, person, atMs));
}

function dutyOf(site: Site, rota: RotaConfig, atMs: number): Duty {
  const override = rota.overrides.findLast(
    ({ from, to, person }) => atMs >= Date.parse(from) && atMs < Date.parse(to) && !isOnLeave(site, person, atMs),
  );
  if (override) {
    return { people: [override.person], from: { kind: "override", reason: override.reason }, standsInFor: null };
  }
  for (const [at, layer] of rota.layers.entries()) {
    if (!counts(site.calendar, layer, atMs)) continue;
    const { people, standsInFor } = peopleOf(site, layer, atMs);
    if (people.length > 0) return { people, from: { kind: "layer", at }, standsInFor };
  }
  return nobody;
}

function counts(calendar: Calendar, layer: LayerConfig, atMs: number): boolean {
  if (layer.when === "working-hours" && !calendar.isWorkingTime(atMs)) return false;
  if (layer.hours === undefined) return dayCounts(calendar, layer, atMs);
  // A night belongs to the day on which it begins.
  return isWithin(calendar, layer.hours, atMs, (date) => dayCounts(calendar, layer, calendar.instantOf(date, 12 * 60)));
}

function dayCounts(calendar: Calendar, { when }: LayerConfig, atMs: number): boolean {
  if (when === "working-days") return calendar.isWorkingDay(atMs);
  return when !== "days-off" || !calendar.isWorkingDay(atMs);
}

/** Whether a moment is within hours of the wall clock that begin on a day that counts. */
export function isWithin(calendar: Calendar, hours: string, atMs: number, onDay: (date: string) => boolean): boolean {
  const { date } = calendar.local(atMs);
  return [dayBefore(date), date].some((day) => {
    if (!onDay(day)) return false;
    const { fromMs, toMs } = boundsOf(calendar, hours, day);
    return atMs >= fromMs && atMs < toMs;
  });
}

/** The moments between which hours of the wall clock lie that begin on a day. */
export function boundsOf(calendar: Calendar, hours: string, date: string): Gap {
  const from = minuteOf(hours.slice(0, 5));
  const to = minuteOf(hours.slice(6));
  return {
    fromMs: calendar.instantOf(date, from),
    toMs: to > from ? calendar.instantOf(date, to) : calendar.instantOf(dayAfter(date), to),
  };
}

function peopleOf(site: Site, layer: LayerConfig, atMs: number): { people: string[]; standsInFor: string | null } {
  const present = (person: string) => !isOnLeave(site, person, atMs);
  if (layer.person !== undefined) return { people: [layer.person].filter(present), standsInFor: null };
  if (layer.team !== undefined) return { people: teamAt(site, layer.team, atMs), standsInFor: null };
  if (layer.rota !== undefined) return whoIsOn(site, layer.rota, atMs);
  const rotation = layer.rotation!;
  const turn = turnOf(site.calendar, rotation, atMs);
  const inOrder = rotation.members.map((_, n) => rotation.members[(turn + n) % rotation.members.length]!);
  const standing = inOrder.find(present);
  if (standing === undefined) return { people: [], standsInFor: null };
  return { people: [standing], standsInFor: standing === inOrder[0] ? null : inOrder[0]! };
}

/** Whose turn it is: the place in the list of members. */
function turnOf(calendar: Calendar, rotation: NonNullable<LayerConfig["rotation"]>, atMs: number): number {
  const weekday = rotation.hand_over.slice(0, 3);
  const minute = minuteOf(rotation.hand_over.slice(4));
  let start = onOrBefore(calendar.local(atMs).date, weekday);
  if (calendar.instantOf(start, minute) > atMs) start = shifted(start, -7);
  const weeks = (Date.parse(start) - Date.parse(onOrBefore(rotation.first, weekday))) / (7 * dayMs);
  const count = rotation.members.length;
  return ((Math.floor(weeks / rotation.weeks) % count) + count) % count;
}

/** Every moment in [from, to) at which the answer may change, in order, beginning with `from`. */
function turningPoints(site: Site, rota: string, { fromMs, toMs }: Gap): number[] {
  const { calendar } = site;
  const rotas = rotasUnder(site, rota);
  const layers = rotas.flatMap((each) => each.layers);
  const points = new Set([fromMs]);
  for (const { from, to } of rotas.flatMap((each) => each.overrides)) points.add(Date.parse(from)).add(Date.parse(to));
  const handOvers = layers.flatMap((layer) => (layer.rotation ? [layer.rotation.hand_over] : []));
  const last = dayAfter(calendar.local(toMs).date);
  for (let date = dayBefore(calendar.local(fromMs).date); date <= last; date = dayAfter(date)) {
    // Leave and days off begin and end at midnight.
    points.add(calendar.instantOf(date, 0));
    const working = calendar.workingMinutes(date);
    if (working) points.add(calendar.instantOf(date, working.from)).add(calendar.instantOf(date, working.to));
    for (const { hours } of layers) {
      if (hours === undefined) continue;
      const bounds = boundsOf(calendar, hours, date);
      points.add(bounds.fromMs).add(bounds.toMs);
    }
    for (const handOver of handOvers) {
      if (weekdayOf(date) === handOver.slice(0, 3)) points.add(calendar.instantOf(date, minuteOf(handOver.slice(4))));
    }
  }
  return [...points].filter((atMs) => atMs >= fromMs && atMs < toMs).sort((a, b) => a - b);
}

/** A rota and those it leans on. The site file's check has refused circles; a name seen before is not followed again. */
function rotasUnder(site: Site, id: string, seen = new Set<string>()): RotaConfig[] {
  const rota = site.config.telling.rotas.find((each) => each.id === id);
  if (rota === undefined || seen.has(id)) return [];
  seen.add(id);
  return [rota, ...rota.layers.flatMap((layer) => (layer.rota ? rotasUnder(site, layer.rota, seen) : []))];
}

const weekdays = ["sun", "mon", "tue", "wed", "thu", "fri", "sat"];
const minuteOf = (text: string) => Number(text.slice(0, 2)) * 60 + Number(text.slice(3, 5));
const shifted = (date: string, days: number) => new Date(Date.parse(date) + days * dayMs).toISOString().slice(0, 10);
const dayBefore = (date: string) => shifted(date, -1);
const dayAfter = (date: string) => shifted(date, 1);
const weekdayOf = (date: string) => weekdays[new Date(Date.parse(date)).getUTCDay()]!;

function onOrBefore(date: string, weekday: string): string {
  return shifted(date, -((weekdays.indexOf(weekdayOf(date)) - weekdays.indexOf(weekday) + 7) % 7));
}
