import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { dashboardFiles, faultsOfDashboards } from "../../dashboards/index.ts";
import { projectFolder } from "../tidy/source-tree.ts";
import { parsedFiles, sampleSite } from "./sample.ts";

const committed = join(projectFolder, "dashboards/json");

describe("the committed dashboards are those of the sample hospital (npm run docs writes them anew)", () => {
  const built = dashboardFiles(sampleSite());
  test.each([...built.keys()])("%s", (path) => {
    expect(readFileSync(join(committed, path), "utf8") === built.get(path), `${path} differs`).toBe(true);
  });
  test("and no others", () => {
    const found = readdirSync(committed, { recursive: true, encoding: "utf8" }).filter((path) =>
      path.endsWith(".json"),
    );
    expect(found.sort()).toEqual([...built.keys()].sort());
  });
  test("made again, they are the same to the letter", () => {
    expect(dashboardFiles(sampleSite())).toEqual(built);
  });
});

describe("every dashboard keeps the rules that make it load the first time", () => {
  test("those of the sample hospital", () => expect(faultsOfDashboards(parsedFiles(sampleSite()))).toEqual([]));

  test("those of a site with other limits, long names, and no doors", () => {
    const site = sampleSite((file) => ({
      ...file,
      site: { ...file.site, id: "the-teaching-hospital-of-the-north-western-district" },
      rooms: (file.rooms ?? []).map((room) => ({ ...room, profile: "uk-general" as const })),
      doors: [],
    }));
    expect(faultsOfDashboards(parsedFiles(site))).toEqual([]);
  });

  type Json = Record<string, unknown>;
  const overview = () =>
    structuredClone(parsedFiles(sampleSite()).get("en/overview.json")) as Json & { panels: Json[] };
  const tile = (dashboard: { panels: Json[] }, title: string) =>
    dashboard.panels.find(
      ({ title: own, description }) => (own || String(description).split(" ")[0]) === title,
    )! as Json & {
      fieldConfig: { defaults: Json };
      targets: { query: string; resultFormat: string; datasource: Json }[];
    };
  const wrong = "What is wrong, and what will be within hours";
  test.each<[string, string, (dashboard: ReturnType<typeof overview>) => void]>([
    [
      "an id",
      "id: expected null",
      (d) => {
        d.id = 7;
      },
    ],
    [
      "a uid that Grafana refuses",
      "uid: expected 1 to 40",
      (d) => {
        d.uid = "a b";
      },
    ],
    [
      "the viewer's time zone",
      "timezone: expected the site's",
      (d) => {
        d.timezone = "browser";
      },
    ],
    [
      "a data source to be asked for",
      "a data source that somebody",
      (d) => {
        d.description = "$" + "{DS_INFLUX}";
      },
    ],
    [
      "inputs",
      "__inputs",
      (d) => {
        d.__inputs = [];
      },
    ],
    [
      "a panel without an id",
      "a panel without an id",
      (d) => {
        delete d.panels[0]!.id;
      },
    ],
    [
      "two panels with one id",
      "two panels with one id",
      (d) => {
        d.panels[1]!.id = d.panels[0]!.id;
      },
    ],
    [
      "no description",
      "no description",
      (d) => {
        delete tile(d, wrong).description;
      },
    ],
    [
      "no unit",
      "no unit",
      (d) => {
        delete tile(d, wrong).fieldConfig.defaults.unit;
      },
    ],
    [
      "a unit with a space",
      "a unit with a space",
      (d) => {
        tile(d, wrong).fieldConfig.defaults.unit = "suffix: y";
      },
    ],
    [
      "no decimals",
      "no decimals",
      (d) => {
        delete tile(d, wrong).fieldConfig.defaults.decimals;
      },
    ],
    [
      "no words for nothing",
      "no words for an empty panel",
      (d) => void delete tile(d, wrong).fieldConfig.defaults.noValue,
    ],
    [
      "another data source",
      "another data source",
      (d) => {
        tile(d, wrong).datasource = { type: "influxdb", uid: "x" };
      },
    ],
    [
      "no query",
      "no query",
      (d) => {
        tile(d, wrong).targets = [];
      },
    ],
    [
      "a table in any order",
      "in any order",
      (d) => {
        const table = tile(d, wrong);
        table.transformations = [];
        table.targets[0]!.query += ' GROUP BY "room", "condition"';
      },
    ],
    [
      "braces",
      "without braces",
      (d) => {
        const [target] = tile(d, "Temperature").targets;
        target!.query = target!.query.replace("$timeFilter", "$" + "{timeFilter}");
      },
    ],
    [
      "all of time",
      "reads all of time",
      (d) => {
        const [target] = tile(d, "Temperature").targets;
        target!.query = target!.query.replace(" AND $timeFilter", "");
      },
    ],
    [
      "dots for lines",
      "lines become dots",
      (d) => {
        const panel = tile(d, "Temperature");
        delete panel.interval;
        panel.targets[0]!.query += ", time($__interval)";
      },
    ],
    [
      "days of another place",
      "days that are not the site's",
      (d) => {
        tile(d, "Temperature").targets[0]!.query += ", time(1d)";
      },
    ],
    [
      "a link that forgets the time",
      "expected to keep the time range",
      (d) => {
        (d.links as Json[])[0]!.keepTime = false;
      },
    ],
  ])("%s is caught", (_what, fault, breakIt) => {
    const dashboard = overview();
    breakIt(dashboard);
    expect(faultsOfDashboards(new Map([["x.json", dashboard]]))).toEqual([expect.stringContaining(fault)]);
  });

  test("one uid or one title twice is caught", () => {
    const faults = faultsOfDashboards(
      new Map([
        ["a.json", overview()],
        ["b.json", overview()],
      ]),
    );
    expect(faults).toEqual([
      expect.stringMatching(/^b\.json: uid: .* is that of a\.json/),
      expect.stringMatching(/^b\.json: title: .* is that of a\.json/),
    ]);
  });

  test("what is no dashboard is caught", () => {
    expect(faultsOfDashboards(new Map([["x.json", { panels: "none" }]]))).toEqual([expect.stringContaining("x.json")]);
  });
});
