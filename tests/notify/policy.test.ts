import { describe, expect, test } from "vitest";
import type { AlarmState, Priority, Transition } from "../../contract/index.ts";
import { type ToldBefore, whoIsTold } from "../../notify/index.ts";
import { aNotice, aPerson, aSite } from "./builders.ts";

const site = aSite({
  people: [
    aPerson({ id: "archivist", told: { from_priority: "medium" } }),
    aPerson({ id: "leader", told: { from_priority: "critical" } }),
    aPerson({ id: "film-store", told: { from_priority: "low", rooms: ["a-102"] } }),
    aPerson({ id: "no-mail", email: undefined, told: { from_priority: "low" } }),
    aPerson({ id: "never", told: { from_priority: "none" } }),
  ],
});
const told = (person: string, priority: Priority): ToldBefore => ({ person, channel: "email", priority, knows: true });

describe("who is told of what is out of sight", () => {
  const both = [told("archivist", "critical"), told("leader", "critical")];
  test.each<[string, Transition, AlarmState, ToldBefore[], Record<string, string>]>([
    ["raised while suppressed", "raised", "suppressed", [], {}],
    ["returned while shelved", "returned", "shelved", both, {}],
    ["worse while out of service", "priority-changed", "out-of-service", [], {}],
    [
      "unshelved with its cause still there: everybody again",
      "unshelved",
      "acknowledged",
      both,
      { archivist: "shelving-over", leader: "shelving-over" },
    ],
    [
      "unshelved when it is over: those who were told",
      "unshelved",
      "returned-unacknowledged",
      [told("leader", "critical")],
      { leader: "returned-after-told" },
    ],
    [
      "unsuppressed and standing: those who do not know",
      "unsuppressed",
      "unacknowledged",
      [told("leader", "critical")],
      { archivist: "in-sight-again" },
    ],
    ["back in service, and acknowledged by now", "in-service", "acknowledged", [], {}],
    ["unshelved into a suppression", "unshelved", "suppressed", both, {}],
  ])("%s", (_what, transition, state, before, expected) => {
    const tellings = whoIsTold(aNotice({ transition, state, priority: "critical" }), site, before);
    expect(Object.fromEntries(tellings.map(({ person, reason }) => [person, reason]))).toEqual(expected);
  });
});

describe("who is told", () => {
  test.each<[string, Transition, Priority, string | null, ToldBefore[], Record<string, string>]>([
    ["of a raise in a room", "raised", "high", "a-101", [], { archivist: "raised" }],
    ["of a critical raise", "raised", "critical", "a-101", [], { archivist: "raised", leader: "raised" }],
    ["in a room of their own", "raised", "low", "a-102", [], { "film-store": "raised" }],
    ["below everybody's priority", "raised", "low", "a-101", [], {}],
    ["of what belongs to no room", "raised", "medium", null, [], { archivist: "raised" }],
    [
      "when the priority rises",
      "priority-changed",
      "critical",
      "a-101",
      [told("archivist", "high")],
      { archivist: "priority-rose", leader: "priority-rose" },
    ],
    ["when the priority falls", "priority-changed", "medium", "a-101", [told("archivist", "high")], {}],
    ["when it rises to what they were told", "priority-changed", "high", "a-101", [told("archivist", "high")], {}],
    [
      "when it returns",
      "returned",
      "low",
      "a-101",
      [told("leader", "critical"), told("archivist", "high")],
      { leader: "returned-after-told", archivist: "returned-after-told" },
    ],
    ["when it returns and nobody was told", "returned", "critical", "a-101", [], {}],
    ["when it returns and who was told has left", "returned", "high", "a-101", [told("left", "high")], {}],
    ["when it is acknowledged", "acknowledged", "critical", "a-101", [told("archivist", "critical")], {}],
    ["when it is shelved", "shelved", "critical", "a-101", [told("archivist", "critical")], {}],
  ])("%s", (_what, transition, priority, room, before, expected) => {
    const tellings = whoIsTold(aNotice({ transition, priority, room }), site, before);
    expect(Object.fromEntries(tellings.map(({ person, reason }) => [person, reason]))).toEqual(expected);
    expect(tellings.every((telling) => telling.channel === "email")).toBe(true);
  });
});
