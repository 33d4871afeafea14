import type { PastIncident } from "../../firmware-sim/index.ts";
import type { Site } from "../../site/index.ts";

/** What happened to the sample hospital in its month: one of each kind, so that every page has something to show. */

const dayMs = 86_400_000;

/** Days before the end, and the time of that day on the wall. */
const month: readonly (Omit<PastIncident, "atMs"> & { daysBefore: number; at: string })[] = [
  { daysBefore: 26, at: "10:00", name: "hvac-failure", room: "b-202", parameters: { hours: 9 } },
  { daysBefore: 21, at: "13:10", name: "door-propped", room: "a-102", parameters: { minutes: 9 } },
  { daysBefore: 17, at: "06:20", name: "water-leak", room: "c-101", parameters: { minutes: 80 } },
  { daysBefore: 12, at: "19:40", name: "forced-door", room: "c-201" },
  { daysBefore: 9, at: "15:30", name: "sensor-silent", device: "climate-b-301", parameters: { minutes: 95 } },
  { daysBefore: 6, at: "11:45", name: "smouldering-fire", room: "c-102", parameters: { duration_s: 1_500 } },
  { daysBefore: 4, at: "09:20", name: "unapproved-visit", room: "a-201" },
  { daysBefore: 2, at: "12:15", name: "hvac-failure", room: "b-302", parameters: { hours: 8 } },
];

export function sampleIncidents(site: Site, { fromMs, toMs }: { fromMs: number; toMs: number }): PastIncident[] {
  const all = month.map(({ daysBefore, at, ...incident }) => {
    const [hours = 0, minutes = 0] = at.split(":").map(Number);
    const { date } = site.calendar.local(toMs - daysBefore * dayMs);
    return { ...incident, atMs: site.calendar.instantOf(date, hours * 60 + minutes) };
  });
  return all.filter(({ atMs }) => atMs >= fromMs);
}
