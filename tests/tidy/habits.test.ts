// biome-ignore-all lint/suspicious/noTemplateCurlyInString: source text is what is tested here
import { describe, expect, test } from "vitest";
import { bareCode } from "./bare-code.ts";
import {
  folderIndexes,
  forbiddenCode,
  type LongFiles,
  lockWithoutRegistry,
  longestFile,
  names,
  noLeftovers,
  noMachinePaths,
  shortFiles,
  wholeLock,
} from "./habits.ts";
import { projectFiles, type Rule } from "./source-tree.ts";

/** Files longer than the house likes, each with the reason. */
const longFiles: LongFiles = {};

const files = projectFiles();
const broken = (rule: Rule, path: string, text: string) => rule([{ path, text }]);

describe("time, chance and the environment come in by one door", () => {
  test("in this project", () => expect(forbiddenCode(files)).toEqual([]));

  test.each([
    ["const at = Date.now();", "clock.nowMs()"],
    ["const at = new Date();", "new Date(clock.nowMs())"],
    ["const at = performance.now();", "clock.monotonicMs()"],
    ["setTimeout(work, 5);", "clock.after"],
    ["const timer = setInterval(work, 5);", "clock.every"],
    ['import { setTimeout as sleep } from "node:timers/promises";', "clock.sleep"],
    ["const x = `${Math.random()}`;", "randomFraction"],
    ["const debug = process.env.DEBUG;", "an option that cli/ passes on"],
  ])("%s is caught, with what to use instead", (text, instead) => {
    expect(broken(forbiddenCode, "broker/broker.ts", text)).toContainEqual(expect.stringContaining(instead));
    expect(broken(forbiddenCode, "cli/main.ts", text)).toEqual([]);
    expect(broken(forbiddenCode, "tests/broker/broker.test.ts", text)).toEqual([]);
  });

  test.each([
    "new Date(atMs);",
    "setImmediate(work);",
    "queueMicrotask(work);",
    "socket.setTimeout(limitMs);",
    "// Date.now() may step",
    '"Date.now"',
    "/Date.now/",
  ])("%s is fine", (text) => expect(broken(forbiddenCode, "broker/broker.ts", text)).toEqual([]));
});

test.each([
  ["const value = body as any;", "zod"],
  ["export enum Kind { A }", "union of literals"],
  ["declare namespace Aedes { }", "a file"],
  ["export default class {}", "named export"],
  ["// @ts-ignore", "types that fit"],
])("%s is caught", (text, instead) => {
  expect(broken(forbiddenCode, "cli/main.ts", text)).toEqual([expect.stringContaining(instead)]);
});

describe("nothing is left to be done", () => {
  test("in this project", () => expect(noLeftovers(files)).toEqual([]));
  test("a note to do it later is caught", () => {
    expect(broken(noLeftovers, "core/a.ts", "// FIXME\n")).toHaveLength(1);
    expect(broken(noLeftovers, "docs/a.md", "one\nTODO: two\n")).toEqual([expect.stringContaining("docs/a.md:2")]);
  });
});

describe("files are short", () => {
  test("in this project", () => expect(shortFiles(longFiles)(files)).toEqual([]));
  test("a long file is caught, unless somebody argued for it", () => {
    const long = { path: "core/a.ts", text: "a;\n".repeat(longestFile + 1) };
    expect(shortFiles({})([long])).toEqual([expect.stringContaining("core/a.ts is longer")]);
    expect(shortFiles({ "core/a.ts": "a table" })([long])).toEqual([]);
    expect(shortFiles({})([{ ...long, text: "a;\n".repeat(longestFile) }])).toEqual([]);
    expect(shortFiles({ "core/b.ts": "was long once" })([])).toEqual([expect.stringContaining("take it off the list")]);
  });
});

describe("names say what is inside", () => {
  test("in this project", () => expect(names(files)).toEqual([]));
  test.each([
    "core/myClock.ts",
    "core/My-clock.ts",
    "core/utils/clock.ts",
    "tests/helpers/a.ts",
    "core/subFolder/a.ts",
  ])("%s is caught", (path) => expect(broken(names, path, "")).toHaveLength(1));
  test.each(["core/clock.ts", "tests/core/clock.property.test.ts", "docs/README.zh-CN.md"])("%s is fine", (path) =>
    expect(broken(names, path, "")).toEqual([]),
  );
});

describe("a folder says its job at the head of its index", () => {
  test("in this project", () => expect(folderIndexes(files)).toEqual([]));
  test("an index without the sentence, and a folder without an index, are caught", () => {
    expect(broken(folderIndexes, "core/index.ts", 'export { a } from "./a.ts";\n')).toHaveLength(1);
    expect(broken(folderIndexes, "core/a.ts", "")).toEqual(["core/ has no index.ts"]);
    expect(broken(folderIndexes, "core/index.ts", "/** What every part needs. */\n")).toEqual([]);
  });
});

describe("the project is the same on every machine", () => {
  test("no registry in the lock file", () => {
    expect(lockWithoutRegistry(files)).toEqual([]);
    const line = '  "resolved": "https://registry.example.org/a/-/a-1.0.0.tgz",\n';
    expect(broken(lockWithoutRegistry, "package-lock.json", line)).toHaveLength(1);
  });
  test("every package that a locked one needs is locked, for every system", () => {
    expect(wholeLock(files)).toEqual([]);
    const packages = {
      "": { dependencies: { a: "1" } },
      "node_modules/a": { dependencies: { b: "1" }, optionalDependencies: { "a-win32": "1" } },
      "node_modules/a/node_modules/b": { dependencies: { a: "1" } },
    };
    expect(broken(wholeLock, "package-lock.json", JSON.stringify({ packages }))).toEqual([
      "package-lock.json has no a-win32, which node_modules/a needs: npm ci will refuse it",
    ]);
  });
  test("no path of somebody's machine", () => {
    expect(noMachinePaths(files)).toEqual([]);
    expect(broken(noMachinePaths, "docs/a.md", "see /home/anna/notes")).toEqual([
      expect.stringContaining("/home/anna"),
    ]);
    expect(broken(noMachinePaths, "docs/a.md", "GET https://host/home/page and /var/lib/archive-sentry")).toEqual([]);
  });
});

test.each([
  ["a(/* b */ c); // d", "a(        c);     "],
  ["x = 'it\\'s' + y;", "x = '     ' + y;"],
  ["x = /[/'\"]\\//g.test(y)", "x = /       /g.test(y)"],
  ["x = a / b / c; // d", "x = a / b / c;     "],
  ["`a ${b + `c ${d}`} e` + f", "`  ${b + `  ${d}`}  ` + f"],
  ["`${{ a: 1 }.a} // no`; b", "`${{ a: 1 }.a}      `; b"],
])("%s, bare: %s", (source, bare) => expect(bareCode(source, { strings: "blank" })).toBe(bare));
