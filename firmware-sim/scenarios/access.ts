import { type PersonnelCategory, type Site, standingRight } from "../../site/index.ts";
import type { Visit } from "../people.ts";
import { type Causes, chooseRoom, defineScenario, type Target } from "./scenario.ts";

/** What people do at doors that they should not, and a controller that cannot tell of it for a while. */

const minuteMs = 60_000;
const quarterMs = 15 * minuteMs;

/** A room with a door that has both a reader and a contact. */
const chooseGuardedRoom = (site: Site, wish: Target): Target =>
  chooseRoom(site, wish, (room) => site.config.doors.some((door) => door.room === room && door.reader && door.contact));

function guardedDoor(site: Site, room: string): number {
  const doors = site.config.doors.filter((door) => door.room === room);
  return Math.max(
    0,
    doors.findIndex((door) => door.reader && door.contact),
  );
}

/** Somebody goes in and comes out; without a person, without a badge too. */
function goIn(causes: Causes, room: string, visit: { person: string | null; fromMs: number; minutes: number }): void {
  const { person, fromMs, minutes } = visit;
  const toMs = fromMs + minutes * minuteMs;
  const openings: Visit["openings"] = [
    { fromMs, toMs: fromMs + 8_000 },
    { fromMs: toMs, toMs: toMs + 8_000 },
  ];
  causes.room(room).visitors.push({ person, room, door: guardedDoor(causes.site, room), fromMs, toMs, openings });
}

function personWith(site: Site, room: string, atMs: number, right: boolean, preferred: PersonnelCategory): string {
  const fits = site.config.people.filter(
    ({ category }) => (standingRight(site, { category, room, atMs }) !== "none") === right,
  );
  const person = fits.find(({ category }) => category === preferred) ?? fits[0];
  // Somebody from elsewhere, whose badge nobody here has given out.
  return person?.id ?? "a stranger";
}

export const forcedDoor = defineScenario({
  name: "forced-door",
  summary: "Somebody levers a door open, without a badge, and leaves again.",
  parameters: { minutes: { default: 3, unit: "min", meaning: "How long the intruder stays" } },
  startAfterMs: 20_000,
  target: chooseGuardedRoom,
  begin(causes, target, { minutes }) {
    goIn(causes, target.room!, { person: null, fromMs: causes.nowMs() + 2_000, minutes });
    return { durationMs: (minutes + 1) * minuteMs, end() {} };
  },
});

export const unapprovedVisit = defineScenario({
  name: "unapproved-visit",
  summary: "The controller lets somebody in who has no standing right and whom nobody has given leave.",
  parameters: { minutes: { default: 5, unit: "min", meaning: "How long the visit lasts" } },
  startAfterMs: 20_000,
  target: chooseGuardedRoom,
  begin(causes, target, { minutes }) {
    const room = target.room!;
    const person = personWith(causes.site, room, causes.nowMs(), false, "facilities");
    goIn(causes, room, { person, fromMs: causes.nowMs() + 2_000, minutes });
    return { durationMs: (minutes + 1) * minuteMs, end() {} };
  },
});

export const afterHoursVisit = defineScenario({
  name: "after-hours-visit",
  summary: "An archivist goes in as soon as working hours are over.",
  parameters: { minutes: { default: 10, unit: "min", meaning: "How long the visit lasts" } },
  startAfterMs: 20_000,
  target: chooseGuardedRoom,
  begin(causes, target, { minutes }) {
    const room = target.room!;
    const nowMs = causes.nowMs();
    let fromMs = nowMs + 2_000;
    while (causes.site.calendar.isWorkingTime(fromMs)) fromMs = (Math.floor(fromMs / quarterMs) + 1) * quarterMs;
    goIn(causes, room, { person: personWith(causes.site, room, fromMs, true, "archivist"), fromMs, minutes });
    return { durationMs: fromMs - nowMs + (minutes + 1) * minuteMs, end() {} };
  },
});

export const controllerOffline = defineScenario({
  name: "controller-offline",
  summary: "A door's controller loses its network: reader and contact remember, and tell everything when it is back.",
  parameters: { minutes: { default: 120, demo: 5, unit: "min", meaning: "How long there is no network" } },
  startAfterMs: 20_000,
  target: chooseGuardedRoom,
  begin(causes, target, { minutes }) {
    const affected = causes.site.config.doors
      .filter(({ room }) => room === target.room)
      .flatMap(({ reader, contact }) => [reader, contact])
      .flatMap((id) => (id === undefined ? [] : [causes.device(id)]));
    for (const device of affected) device.setNetwork(false);
    return {
      durationMs: minutes * minuteMs,
      end() {
        for (const device of affected) device.setNetwork(true);
      },
    };
  },
});
