import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { parse } from "yaml";
import { editSite, parseSite, siteValue } from "../../site/index.ts";

const text = `# The north campus.
site: { id: north, name: { zh: 北院, en: North } }
rooms:
  - id: a-101 # the big one
    limits:
      temperature_c: "14..24" # of the profile
  - { id: a-102 }
people:
  # The archivist.
  - id: "10231"
    name: 王芳
    category: archivist
    phone: +86 100 0000 0231
`;

describe("one place is changed, and nothing else", () => {
  test("a value of a member", () => {
    const edited = editSite(text, [{ path: ["people", "10231", "phone"], value: "+86 100 1111 2222" }]);
    expect(edited).toBe(text.replace("+86 100 0000 0231", "+86 100 1111 2222"));
  });
  test("a limit keeps the comments around it", () => {
    const edited = editSite(text, [{ path: ["rooms", "a-101", "limits", "temperature_c"], value: "16..22" }]);
    expect(edited).toContain("# the big one");
    expect(
      parseSite(edited, { directory: "/", name: "site.yaml", nowMs: 0 }).site.rooms.get("a-101")?.limits,
    ).toMatchObject({
      temperature_c: { low: 16, high: 22 },
    });
  });
  test("a key that was not there, and one that goes", () => {
    const added = editSite(text, [{ path: ["rooms", "a-102", "limits"], value: { temperature_c: "14..20" } }]);
    expect(siteValue(added, ["rooms", "a-102", "limits", "temperature_c"])).toBe("14..20");
    const gone = editSite(text, [{ path: ["people", "10231", "phone"], value: null }]);
    expect(gone).toBe(text.replace("    phone: +86 100 0000 0231\n", ""));
    expect(gone).toContain("# The archivist.");
  });
  test("a member is added, and taken away", () => {
    const person = { id: "10400", name: "李雷", category: "it" };
    const added = editSite(text, [{ path: ["people", "10400"], value: person }]);
    expect(siteValue(added, ["people", "10400"])).toEqual(person);
    expect(editSite(added, [{ path: ["people", "10400"], value: null }])).toBe(text);
  });
  test("within braces, and in a file of the size of a hospital", () => {
    const limits = editSite(text, [{ path: ["rooms", "a-102", "floor"], value: -1 }]);
    expect(limits).toBe(text.replace("{ id: a-102 }", "{ id: a-102, floor: -1 }"));
    const hospital = readFileSync(new URL("../../config/sample-hospital.yaml", import.meta.url), "utf8");
    const lines = (whole: string) => whole.split("\n");
    const edited = editSite(hospital, [
      { path: ["people", "10231", "phone"], value: "+86 100 0000 0000" },
      { path: ["rooms", "a-201", "two_persons"], value: false },
      { path: ["people", "10999"], value: { id: "10999", name: "新人", category: "logistics" } },
    ]);
    const fresh = lines(edited).filter((line) => !lines(hospital).includes(line));
    expect(fresh.map((line) => line.trim())).toEqual([
      "two_persons: false",
      "phone: +86 100 0000 0000",
      '- { id: "10999", name: 新人, category: logistics }',
    ]);
    expect(() => parseSite(edited, { directory: "config", name: "site.yaml", nowMs: 0 })).not.toThrow();
  });
  test("a list that is not there yet begins with its first member's key", () => {
    const edited = editSite(text, [{ path: ["devices"], value: [{ id: "t-1", room: "a-101", quantities: ["door"] }] }]);
    expect(siteValue(edited, ["devices", "t-1", "room"])).toBe("a-101");
  });
  test("text that looks like YAML stays text", () => {
    const name = '张三: "# not a comment" {a: 1}\n- x';
    const edited = editSite(text, [{ path: ["people", "10231", "name"], value: name }]);
    expect(siteValue(edited, ["people", "10231", "name"])).toBe(name);
    expect(siteValue(edited, ["people", "10231", "category"])).toBe("archivist");
  });
});

test("a place that cannot be is refused", () => {
  expect(() => editSite(text, [{ path: ["people", "nobody", "phone"], value: "1" }])).toThrow("no such place");
  expect(() => editSite("a: [", [{ path: ["a"], value: 1 }])).toThrow("not readable YAML");
});

describe("however the file is written", () => {
  const entry = { id: "x", quantities: ["door"] };
  test.each([
    ["no list yet", "a: 1"],
    ["an empty list", "list: [] # none\n"],
    ["entries on one line", "list: [{ id: a }] # one\n"],
    ["entries of several lines", "list:\n- id: a\n  b: 1 # why\n\nz: 1\n"],
    ["no line break at the end", "list:\n    - { id: a }"],
  ])("appends where there is/are %s", (_, text) => {
    const isList = siteValue(text, ["list"]) !== undefined;
    const changed = editSite(text, [
      isList ? { path: ["list", "x"], value: entry } : { path: ["list"], value: [entry] },
    ]);
    expect(parse(changed).list.at(-1)).toEqual(entry);
    expect({ ...parse(changed), list: [] }).toEqual({ ...parse(text), list: [] });
    expect(changed.match(/# .*/g)).toEqual(text.match(/# .*/g));
  });

  test.each([
    ["a map", "broker:\n  # said\n  other: 1\n", "broker:\n  # said\n  other: 1\n  key: f\n"],
    ["a map on one line", "broker: { other: 1 } # why\n", "broker: { other: 1, key: f } # why\n"],
  ])("sets a key where there is %s", (_, text, expected) => {
    expect(editSite(text, [{ path: ["broker", "key"], value: "f" }])).toBe(expected);
  });
});
