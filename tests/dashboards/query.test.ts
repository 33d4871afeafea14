// biome-ignore-all lint/suspicious/noTemplateCurlyInString: variables of a dashboard are tested here
import { describe, expect, test } from "vitest";
import { queriesOf } from "../../dashboards/query.ts";
import { projectFiles } from "../tidy/source-tree.ts";
import { sampleSite } from "./sample.ts";

const q = queriesOf(sampleSite());

describe("a query", () => {
  test("asks for its site, its rooms and the dashboard's time range", () => {
    const query = q.select({
      from: "environment",
      select: [{ field: "temperature_c", as: "measured", call: "mean" }],
      where: [{ tag: "room", matches: "${room:regex}" }],
      by: ["device"],
      every: "auto",
    });
    expect(query.text).toBe(
      'SELECT mean("temperature_c") AS "measured" FROM "environment" WHERE "site" = \'north\' AND ' +
        '"room" =~ /^(${room:regex})$/ AND $timeFilter GROUP BY time($__interval), "device" fill(null)',
    );
    expect(query).toMatchObject({ columns: ["measured"], tags: ["device"] });
  });

  test("reads the coarse series where it is allowed to", () => {
    const of = (coarse: boolean) =>
      q.select({ from: "room", select: [{ field: "twpi_y", as: "y", call: "last" }], coarse }).text;
    expect(of(true)).toContain('FROM ${series:raw}"room"');
    expect(of(false)).toContain('FROM "room"');
    const doors = () => q.select({ from: "door", select: [{ field: "state", as: "s" }], coarse: true });
    expect(doors).toThrow("door has no coarse series");
  });

  test.each([
    ["1d", true],
    ["1w", true],
    ["1h", false],
  ] as const)("grouped by %s it follows the site's time zone: %s", (every, follows) => {
    const inner = q.select({ from: "alarm", select: [{ field: "id", as: "n", call: "count" }], every });
    const outer = q.summarise({ of: inner, select: [{ field: "n", as: "most", call: "max" }] });
    expect(inner.text.endsWith("tz('Asia/Shanghai')")).toBe(follows);
    expect(outer.text.endsWith("tz('Asia/Shanghai')")).toBe(follows);
  });

  test.each([
    ["a field", () => q.select({ from: "environment", select: [{ field: "temperature_f", as: "t" }] })],
    ["a tag to group by", () => q.select({ from: "room", select: [{ field: "twpi_y", as: "y" }], by: ["device"] })],
    [
      "a tag to choose by",
      () => q.select({ from: "alarm", select: [{ field: "id", as: "n" }], where: [{ tag: "door", is: "d1" }] }),
    ],
    [
      "a column of the inner selection",
      () =>
        q.summarise({
          of: q.select({ from: "alarm", select: [{ field: "id", as: "n", call: "count" }] }),
          select: [{ field: "m", as: "most", call: "max" }],
        }),
    ],
  ])("%s that the contract does not know ends the build", (_what, build) => expect(build).toThrow(/^expected one of /));

  test("a quote in a name stays inside its string", () => {
    const query = q.select({
      from: "alarm",
      select: [{ field: "id", as: "n", call: "count" }],
      where: [{ tag: "priority", is: "x' OR 1=1" }],
    });
    expect(query.text).toContain("\"priority\" = 'x\\' OR 1=1'");
  });
});

test("no other file of dashboards/ writes InfluxQL", () => {
  const others = projectFiles().filter(
    ({ path }) => /^dashboards\/.*\.ts$/.test(path) && path !== "dashboards/query.ts",
  );
  expect(others.length).toBeGreaterThan(15);
  expect(others.filter(({ text }) => /SELECT |GROUP BY|\bFROM "/.test(text)).map(({ path }) => path)).toEqual([
    // The rules read what it wrote.
    "dashboards/lint.ts",
  ]);
});
