import { describe, expect, test } from "vitest";
import {
  type Action,
  actions,
  administratorRoles,
  authorise,
  type Person,
  type PersonnelCategory,
  type Role,
} from "../../site/index.ts";
import { head, read } from "./builder.ts";

function person(yaml: string): Person {
  const { site } = read(`${head}rooms: [{ id: a }, { id: b }]\npeople: [{ id: "1", name: A, ${yaml} }]\n`);
  return site.people.get("1")!;
}
const allowed = (who: Person, room: string | null) => actions.filter((action) => authorise(who, action, room).allowed);

test("what each category may do unless the site file says otherwise", () => {
  const table: Record<PersonnelCategory, Action[]> = {
    archivist: ["read", "comment", "acknowledge", "shelve", "reset", "keep-records", "consent"],
    logistics: ["read", "comment", "acknowledge"],
    it: ["read", "comment", "acknowledge", "configure"],
    facilities: ["read", "comment", "acknowledge", "shelve", "reset"],
    contractor: [],
    visitor: [],
    "health-authority": ["read"],
    leader: ["read", "comment", "acknowledge", "consent"],
    auditor: ["read", "read-access", "read-trail"],
  };
  for (const [category, expected] of Object.entries(table)) {
    expect([category, allowed(person(`category: ${category}`), "a")]).toEqual([category, expected]);
    expect([category, allowed(person(`category: ${category}`), null)]).toEqual([category, expected]);
  }
});

test("a role takes the place of the category, and administration is split in three", () => {
  const rights = (role: Role) => allowed(person(`category: archivist, role: ${role}`), null);
  expect(rights("viewer")).toEqual(["read"]);
  expect(rights("on-call")).toEqual(["read", "comment", "acknowledge"]);
  const administration: readonly Action[] = ["configure", "manage-accounts", "manage-rights", "read-trail"];
  const held = administratorRoles.map((role) => rights(role).filter((action) => administration.includes(action)));
  expect(held).toEqual([["configure", "manage-accounts"], ["manage-rights"], ["read-trail"]]);
  // What one of them may do of administration, no other may, nor does any of them answer alarms or read of persons.
  expect(new Set(held.flat()).size).toBe(held.flat().length);
  for (const role of administratorRoles) expect(rights(role)).not.toContain("read-access");
});

describe("rights in the site file replace those of the category", () => {
  const contractor = person("category: contractor, rights: [{ actions: [read, comment], rooms: [a] }]");
  test.each<[Action, string | null, boolean, string]>([
    ["read", "a", true, "right in the site file"],
    ["read", "b", false, "no right to read on b"],
    ["acknowledge", "a", false, "no right to acknowledge on a"],
    // What belongs to no room concerns the whole site.
    ["read", null, false, "no right to read"],
  ])("%s in room %s: %s", (action, room, isAllowed, reason) => {
    expect(authorise(contractor, action, room)).toEqual({ allowed: isAllowed, reason });
  });

  test("an archivist with rights of their own has only those", () => {
    expect(allowed(person("category: archivist, rights: [{ actions: [read] }]"), "a")).toEqual(["read"]);
    expect(allowed(person("category: archivist, rights: []"), "a")).toEqual([]);
  });

  test("several rights add up", () => {
    const two = person(
      "category: visitor, rights: [{ actions: [read], rooms: all }, { actions: [comment], rooms: [b] }]",
    );
    expect(allowed(two, "a")).toEqual(["read"]);
    expect(allowed(two, "b")).toEqual(["read", "comment"]);
    expect(allowed(two, null)).toEqual(["read"]);
  });
});

test("a refusal says why", () => {
  expect(authorise(person("category: visitor"), "acknowledge", "a")).toEqual({
    allowed: false,
    reason: "category visitor has no right to acknowledge",
  });
});
