// biome-ignore-all lint/suspicious/noTemplateCurlyInString: source text is what is tested here
import { describe, expect, test } from "vitest";
import { declaredPackages, importArrows, importsOf, pureFolders } from "./arrows.ts";
import { projectFiles } from "./source-tree.ts";

const files = projectFiles();
const one = (path: string, text: string) => [{ path, text }];

describe("arrows point one way: core ← contract, climate ← site ← the parts ← app ← cli", () => {
  test("in this project", () => expect(importArrows(files)).toEqual([]));

  test.each([
    ["core/log.ts", "../site/index.ts", "stands above core/"],
    ["contract/http.ts", "../climate/index.ts", "its sibling climate/"],
    ["site/load.ts", "../broker/index.ts", "stands above site/"],
    ["broker/broker.ts", "../collector/index.ts", "its sibling collector/"],
    ["alerts/engine/step.ts", "../../notify/index.ts", "its sibling notify/"],
    ["firmware-sim/device.ts", "../app/index.ts", "stands above firmware-sim/"],
    ["cli/main.ts", "../app/create-sentry.ts", "outsiders import app/index.ts"],
    ["app/create-sentry.ts", "../alerts/engine/index.ts", "outsiders import alerts/index.ts"],
    ["app/create-sentry.ts", "../tests/servers.ts", "not part of the program"],
  ])("%s may not import %s", (path, specifier, reason) => {
    const forms = [
      `import { a } from "${specifier}";`,
      `import {\n  a,\n  b,\n} from '${specifier}';`,
      `import type { A } from "${specifier}";`,
      `export * from "${specifier}";`,
      `export { a } from "${specifier}";`,
      `import "${specifier}";`,
      `const a = await import("${specifier}");`,
      `let a: import("${specifier}").A;`,
      `new Worker(new URL("${specifier}", import.meta.url));`,
    ];
    for (const form of forms)
      expect([form, importArrows(one(path, form))]).toEqual([form, [expect.stringContaining(reason)]]);
  });

  test.each([
    ["collector/derived.ts", "../climate/index.ts"],
    ["collector/stores/influx-v1.ts", "../decode.ts"],
    ["app/create-sentry.ts", "../notify/index.ts"],
    ["cli/main.ts", "../contract/index.ts"],
    ["app/health.ts", "../package.json"],
  ])("%s may import %s", (path, specifier) => {
    expect(importArrows(one(path, `import { a } from "${specifier}";`))).toEqual([]);
  });

  test("what only looks like an import is none", () => {
    const text =
      '// import { a } from "../app/index.ts"\n/* export * from "../app/index.ts" */\nconst slashes = /a\\/\\//;\n';
    expect(importArrows(one("core/log.ts", text))).toEqual([]);
  });
});

describe("the engine and the formulas of climate are pure", () => {
  test("in this project", () => expect(pureFolders(files)).toEqual([]));

  test.each([
    ['import { readFileSync } from "node:fs";', "no input or output"],
    ['import type { Logger } from "../core/index.ts";', "imports Logger"],
    ["const now = new Date(0);", "new Date"],
    ["const now = Date.parse(text);", "Date.parse"],
    ["export async function step() {}", "async"],
    ["await settled;", "await"],
  ])("%s is caught", (text, reason) => {
    expect(pureFolders(one("climate/air.ts", text))).toEqual([expect.stringContaining(reason)]);
    expect(
      pureFolders(one("alerts/engine/conditions/smoke.ts", text.replace("../core", "../../../core"))),
    ).toHaveLength(1);
    expect(pureFolders(one("alerts/store.ts", text))).toEqual([]);
  });
});

describe("every package that is imported is declared", () => {
  test("in this project", () => expect(declaredPackages(files)).toEqual([]));

  const manifest = { path: "package.json", text: '{"dependencies":{"@a/b":"1"},"devDependencies":{"c":"1"}}' };
  test.each([
    ["core/a.ts", 'import "@a/b/sub";', []],
    ["tests/a.ts", 'import "c";', []],
    ["core/a.ts", 'import "c";', ["core/a.ts:1 imports c: declare it in package.json"]],
    ["core/a.ts", 'import "d/sub";', ["core/a.ts:1 imports d: declare it in package.json"]],
  ])("%s: %s", (path, text, expected) => expect(declaredPackages([manifest, { path, text }])).toEqual(expected));
});

test("imports are found wherever they stand", () => {
  const text = 'import a from "a";\nconst b = `${await import("b")} // no comment`;\nimport type { C } from "c";\n';
  expect(importsOf({ path: "x.ts", text }).map(({ line, specifier }) => [line, specifier])).toEqual([
    [1, "a"],
    [2, "b"],
    [3, "c"],
  ]);
});
