import type { Dashboard, Panel } from "@grafana/grafana-foundation-sdk/dashboard";
import { describe, expect, test } from "vitest";
import { buildDashboards } from "../../dashboards/index.ts";
import { dashboardOf, sampleSite } from "./sample.ts";

const site = sampleSite();

function panelOf(dashboard: Dashboard, title: string): Panel {
  const found = dashboard.panels?.find((panel) => panel.title === title);
  if (!found || !("targets" in found)) throw new Error(`no panel ${title}`);
  return found;
}

/** Tiles have no title: they are found by the first words of what they show. */
function tilesOf(wall: Dashboard, what: string): Panel {
  const found = wall.panels?.find((panel) => "targets" in panel && panel.description?.startsWith(what));
  if (!found || !("targets" in found)) throw new Error(`no tiles of ${what}`);
  return found;
}

const override = (panel: Panel, name: string, id: string): unknown =>
  panel.fieldConfig?.overrides
    .find(({ matcher }) => matcher.options === name)
    ?.properties.find((property) => property.id === id)?.value;

const titlesOf = (dashboard: Dashboard) => dashboard.panels?.map(({ title }) => title) ?? [];

describe("the limits on a chart are those that alarm", () => {
  test.each([
    ["a-101", [14, 24], [45, 60]],
    ["b-202", [13, 15], [35, 45]],
    ["b-302", [15, 20], [25, 45]],
  ])("%s, as bands behind its curves and as colours of its tile", (room, temperature, humidity) => {
    const curves = dashboardOf(site, "room");
    const wall = dashboardOf(site, "overview");
    const limits = (panel: Panel) =>
      (override(panel, room, "thresholds") as { steps: { value: number | null }[] }).steps.flatMap(
        ({ value }) => value ?? [],
      );
    for (const panel of [panelOf(curves, "Temperature"), tilesOf(wall, "Temperature")]) {
      expect(limits(panel)).toEqual(temperature);
    }
    for (const panel of [panelOf(curves, "Relative humidity"), tilesOf(wall, "Relative humidity")]) {
      expect(limits(panel)).toEqual(humidity);
    }
    expect(override(panelOf(curves, "Temperature"), room, "custom.thresholdsStyle")).toEqual({ mode: "dashed+area" });
  });

  test("a site's own limit is on its own dashboards", () => {
    const own = sampleSite((file) => ({
      ...file,
      rooms: (file.rooms ?? []).map((room) =>
        room.id === "a-101" ? { ...room, limits: { temperature_c: "16..22" } } : room,
      ),
      conditions: { "smoke-prealarm": { limit: 0.5 } },
    }));
    const wall = dashboardOf(own, "overview");
    expect(override(tilesOf(wall, "Temperature"), "a-101", "thresholds")).toMatchObject({
      steps: [{ value: null }, { value: 16 }, { value: 22 }],
    });
    expect(tilesOf(wall, "Smoke").fieldConfig?.defaults.thresholds?.steps.map(({ value }) => value)).toEqual([
      null,
      0.5,
      2,
    ]);
  });

  test("the swing of 24 hours is judged by the room's own limit", () => {
    const panel = panelOf(dashboardOf(site, "room"), "24 h swing, temperature");
    expect(override(panel, "a-101", "thresholds")).toMatchObject({ steps: [{ value: null }, { value: 4 }] });
    expect(panel.timeFrom).toBe("24h");
  });
});

describe("in both languages", () => {
  const english = buildDashboards(site).filter(({ language }) => language === "en");
  const chinese = buildDashboards(site).filter(({ language }) => language === "zh");

  test("there are seven dashboards, of the same panels and the same questions", () => {
    expect(english.map(({ key }) => key)).toEqual([
      "overview",
      "room",
      "fire-and-water",
      "preservation",
      "access",
      "alarm-performance",
      "devices-and-pipeline",
    ]);
    const asked = (dashboard: Dashboard) => JSON.stringify(dashboard).match(/"query":"SELECT[^}]*?"(?=,)/g);
    english.forEach(({ dashboard }, at) => expect(asked(dashboard)).toEqual(asked(chinese[at]!.dashboard)));
  });

  test.each(chinese.map(({ key, dashboard }) => [key, dashboard] as const))(
    "%s says everything in Chinese",
    (_key, dashboard) => {
      const says = [dashboard.title, dashboard.description];
      for (const panel of dashboard.panels ?? []) {
        if (!("targets" in panel) && panel.type === "row") continue;
        const { title, description, fieldConfig, type } = panel as Panel;
        const tile = type === "stat" && title === "";
        says.push(tile ? description : title, description, ...(type === "text" ? [] : [fieldConfig?.defaults.noValue]));
      }
      expect(says.filter((words) => !/\p{Script=Han}/u.test(words ?? ""))).toEqual([]);
    },
  );

  test("and nothing in Chinese is left in the English ones", () => {
    for (const { dashboard } of english) expect(JSON.stringify(dashboard)).not.toMatch(/\p{Script=Han}/u);
  });

  test("suspected fire is never called an alarm of fire", () => {
    for (const { dashboard } of chinese) {
      // The one place it may stand: that this is no such system.
      expect(JSON.stringify(dashboard).replaceAll(/火灾(?:自动)?报警系统/g, "")).not.toContain("火灾报警");
    }
  });
});

describe("a chart of a room's air", () => {
  const air = panelOf(dashboardOf(site, "room"), "Temperature");
  const custom = (panel: Panel) => panel.fieldConfig?.defaults.custom as Record<string, unknown>;
  test("keeps the limits of every room in sight", () => {
    expect(custom(air)).toMatchObject({ axisSoftMin: 13, axisSoftMax: 24 });
  });
  test("has a scale of its own for the air outdoors, named, without those limits", () => {
    expect(override(air, "outdoors", "custom.axisPlacement")).toBe("right");
    expect(override(air, "outdoors", "custom.axisLabel")).toBe("outdoors");
    expect(override(air, "outdoors", "custom.axisSoftMin")).toBeNull();
  });
  test("what was last known of doors and people is not drawn into the future", () => {
    for (const title of ["Doors", "People inside"]) {
      expect(JSON.stringify(panelOf(dashboardOf(site, "room"), title).targets)).toContain("AND time <= now()");
    }
  });
  test("bars begin at nothing, and each stands upon its own day", () => {
    const swing = panelOf(dashboardOf(site, "room"), "Swing a day");
    expect(custom(swing)).toMatchObject({ axisSoftMin: 0, barAlignment: 1 });
    expect(swing.timeFrom).toBe("30d");
  });
});

test("what stands in asterisks is bold: they do not close behind the sign of a sentence and before a word", () => {
  const contents = buildDashboards(site).flatMap(({ dashboard }) =>
    (dashboard.panels ?? []).flatMap((panel) =>
      panel.type === "text" && "options" in panel ? String((panel.options as { content: string }).content) : [],
    ),
  );
  expect(contents.length).toBeGreaterThan(3);
  const notBold = contents.filter((content) => {
    const parts = content.split("**");
    return parts.some((part, at) => at % 2 === 1 && /\p{P}$/u.test(part) && /^\p{L}/u.test(parts[at + 1] ?? ""));
  });
  expect(notBold).toEqual([]);
});

test("alarms of the room stand as marks on its curves, with their words", () => {
  const [alarms] = dashboardOf(site, "room", "zh").annotations?.list ?? [];
  expect(alarms).toMatchObject({
    name: "报警",
    enable: true,
    target: { fromAnnotations: true, textColumn: "message", titleColumn: "id", tagsColumn: "no-tags" },
  });
});

describe("alarms that are open", () => {
  const table = (language: "en" | "zh", key = "room", own = site) => {
    const panel = dashboardOf(own, key, language).panels?.find(({ title }) => /^What is wrong|异常$/.test(title ?? ""));
    return panel as Panel & { transformations: { id: string; options: unknown }[] };
  };
  test("are those whose newest word leaves them so: one that was acknowledged after its end is over", () => {
    const [, each, open] = table("en").transformations;
    expect(each).toMatchObject({
      id: "groupBy",
      options: { fields: { id: { operation: "groupby" }, state: { aggregations: ["first"] } } },
    });
    expect(JSON.stringify(table("en").targets)).toContain("ORDER BY time DESC");
    const states = (open!.options as { filters: { config: { options: { value: string } } }[] }).filters;
    expect(states.map(({ config }) => config.options.value)).toEqual([
      "unacknowledged",
      "acknowledged",
      "returned-unacknowledged",
      "latched",
      "shelved",
    ]);
  });
  test("may have begun long before what the charts show", () => expect(table("en", "overview").timeFrom).toBe("30d"));
  test("are told in words where the history holds them in the reader's language, and by their condition in any", () => {
    const columns = (language: "en" | "zh") =>
      Object.values(
        (table(language).transformations.at(-1)!.options as { renameByName: Record<string, string> }).renameByName,
      );
    expect(columns("zh")).toContain("最新动态");
    expect(columns("en")).not.toContain("Last word");
    expect(columns("en")).toContain("What is wrong");
    const english = sampleSite((file) => ({ ...file, site: { ...file.site, language: "en" } }));
    expect(JSON.stringify(table("en", "room", english).transformations)).toContain("Last word");
    expect(dashboardOf(site, "room", "en").annotations?.list?.[0]?.target).toMatchObject({ textColumn: "condition" });
  });
});

describe("what a reader must know", () => {
  const notes = (dashboard: Dashboard) =>
    JSON.stringify(dashboard.panels?.filter((panel) => "type" in panel && panel.type === "text"));
  test("fire and the wall: no certified fire alarm", () => {
    for (const key of ["overview", "fire-and-water"]) {
      expect(notes(dashboardOf(site, key))).toContain("Not a certified fire alarm system");
      expect(notes(dashboardOf(site, key, "zh"))).toContain("不是经认证的火灾自动报警系统");
    }
  });
  test("access: the ledger is the authority, and a badge leads into the console", () => {
    const dashboard = dashboardOf(
      sampleSite((file) => ({ ...file, console: { public_url: "https://archive.example.org" } })),
      "access",
    );
    expect(notes(dashboard)).toContain("ledger is the authority");
    expect(JSON.stringify(panelOf(dashboard, "Newest badges"))).toContain("https://archive.example.org/access?event=");
  });
});

describe("the wall", () => {
  const wall = dashboardOf(site, "overview");
  test("repeats one line of tiles for each floor", () => {
    const row = wall.panels?.find(({ type }) => type === "row");
    expect(row).toMatchObject({ repeat: "floor", title: "$floor" });
    const floors = wall.templating?.list?.find(({ name }) => name === "floor");
    expect(floors?.query).toContain("Inpatient building · floor 1 : a-101|a-102|a-103");
    expect(String(floors?.query)).not.toContain("outdoor");
  });
  test("a tile is called as people call the room, and leads to it with the time range", () => {
    const tiles = tilesOf(wall, "Temperature");
    expect(override(tiles, "a-101", "displayName")).toBe("Medical records store 1");
    expect(override(tiles, "a-101", "links")).toEqual([
      { title: "Open the room", url: `/d/north-room-en?var-room=a-101&\${__url_time_range}` },
    ]);
  });
  test("on it a room is called as short messages call it, where these are in the reader's language", () => {
    const name = (language: "en" | "zh", what: string) =>
      override(tilesOf(dashboardOf(site, "overview", language), what), "a-101", "displayName");
    expect(name("zh", "本层各库房的最新温度")).toBe("病案一库");
    expect(name("en", "Temperature")).toBe("Medical records store 1");
  });
  test("its tiles fill a line, without a title, in letters that fit them and can be read from afar", () => {
    const tiles = (own: typeof site) =>
      dashboardOf(own, "overview", "zh").panels?.filter(
        (panel): panel is Panel => "targets" in panel && panel.type === "stat" && panel.title === "",
      ) ?? [];
    expect(tiles(site).map(({ gridPos }) => gridPos?.w)).toEqual([5, 5, 6, 4, 4]);
    const sizes = (own: typeof site) =>
      tiles(own).map(({ options }) => (options as { text?: { titleSize: number; valueSize: number } }).text);
    for (const text of sizes(site)) {
      expect(text?.titleSize).toBeGreaterThanOrEqual(18);
      expect(text?.valueSize).toBeGreaterThanOrEqual(19);
      // Two lines in the 74 pixels that a tile of three units has inside.
      expect((text!.titleSize + text!.valueSize) * 1.2).toBeLessThanOrEqual(74);
    }
    const crowded = sampleSite((file) => ({
      ...file,
      rooms: (file.rooms ?? []).map((room) =>
        room.id === "outdoor" ? room : { ...room, building: file.buildings?.[0]?.id, floor: 1, plan: undefined },
      ),
    }));
    expect(sizes(crowded)).toEqual([undefined, undefined, undefined, undefined, undefined]);
  });
  test("fits a screen of 1080 lines with the sample hospital's six floors", () => {
    const above = wall.panels?.find(({ type }) => type === "row")?.gridPos?.y ?? 0;
    // A unit of the grid is 30 pixels, and 8 stand between; a row's title is one unit, its tiles three.
    const floors = new Set(
      [...site.rooms.values()].filter(({ building }) => building).map((room) => `${room.building}${room.floor}`),
    );
    expect(tilesOf(wall, "Temperature").gridPos?.h).toBe(3);
    expect((above + floors.size * (1 + 3)) * 38).toBeLessThanOrEqual(1_080);
  });
});

describe("links", () => {
  test.each(
    buildDashboards(site).map(({ dashboard, key, language }) => [`${language}/${key}`, dashboard, language] as const),
  )("%s leads to the six others of its language, with room and time range", (_name, dashboard, language) => {
    const uids = new Set(
      buildDashboards(site)
        .filter((built) => built.language === language)
        .map((built) => `/d/${built.dashboard.uid}`),
    );
    const urls = dashboard.links?.map(({ url }) => url ?? "") ?? [];
    expect(urls).toHaveLength(6);
    expect(new Set([...urls, `/d/${dashboard.uid}`])).toEqual(uids);
  });
});

describe("only what can be shown is there", () => {
  test("the band of EN 15757 is left out for Chinese presets, and there for others", () => {
    const british = sampleSite((file) => ({
      ...file,
      rooms: (file.rooms ?? []).map((room) =>
        room.id === "a-101" ? { ...room, profile: "uk-general" as const } : room,
      ),
    }));
    expect(titlesOf(dashboardOf(site, "preservation"))).not.toContain("Seasonal band of EN 15757");
    const panel = panelOf(dashboardOf(british, "preservation"), "Seasonal band of EN 15757");
    expect(JSON.stringify(panel.targets)).toContain("/^(a-101)$/");
  });
  test("without door contacts there is no panel of doors", () => {
    const bare = sampleSite((file) => ({
      ...file,
      doors: [],
      devices: (file.devices ?? []).filter(({ quantities }) => !quantities.includes("door")),
    }));
    expect(titlesOf(dashboardOf(bare, "room"))).not.toContain("Doors");
    expect(titlesOf(dashboardOf(site, "room"))).toContain("Doors");
  });
  test("no chart asks for an interval shorter than its sensors report in", () => {
    const slow = sampleSite((file) => ({
      ...file,
      devices: (file.devices ?? []).map((device) => ({ ...device, interval: "10m" })),
    }));
    expect(panelOf(dashboardOf(slow, "room"), "Temperature").interval).toBe("10m");
    expect(panelOf(dashboardOf(site, "room"), "Temperature").interval).toBe("1m");
  });
});

test("colours are told apart with any colour vision: none but Okabe and Ito's", () => {
  const colours = buildDashboards(site).flatMap(
    ({ dashboard }) => JSON.stringify(dashboard).match(/#[0-9A-Fa-f]{6}/g) ?? [],
  );
  const palette = ["#0072B2", "#E69F00", "#D55E00", "#CC79A7", "#56B4E9", "#009E73", "#7F7F7F"];
  expect([...new Set(colours)].filter((colour) => !palette.includes(colour))).toEqual([]);
});

describe("what is not there", () => {
  const panels = buildDashboards(site).flatMap(({ dashboard }) =>
    (dashboard.panels ?? []).flatMap((panel) => ("targets" in panel ? [panel] : [])),
  );
  const ofKind = (...kinds: string[]) => panels.filter(({ type }) => kinds.includes(type));

  test("is a dash in a table and a chart, not the words for an empty one", () => {
    const some = ofKind("timeseries", "state-timeline", "table", "heatmap");
    expect(some.length).toBeGreaterThan(60);
    for (const panel of some) {
      const dashed = (type: string) => ({
        matcher: { id: "byType", options: type },
        properties: [{ id: "noValue", value: "–" }],
      });
      // An alarm of the system itself has no room: "nothing is wrong" must not stand there.
      expect(panel.fieldConfig?.overrides.slice(0, 2)).toEqual([dashed("number"), dashed("string")]);
    }
  });
  test("is grey on a tile, not the colour of what is well", () => {
    const some = ofKind("stat");
    expect(some.length).toBeGreaterThan(40);
    for (const { fieldConfig } of some) {
      expect(fieldConfig?.defaults.mappings?.[0]).toEqual({
        type: "special",
        options: { match: "null+nan", result: { text: fieldConfig?.defaults.noValue, color: "#7F7F7F" } },
      });
    }
  });
  test("no column is there of what no device of the table reports", () => {
    const health = panelOf(dashboardOf(site, "fire-and-water"), "Health of the detectors");
    expect(override(health, "Battery", "unit")).toBe("percent");
    expect(override(health, "Signal", "unit")).toBeUndefined();
  });
});

describe("nothing is called by its id", () => {
  const panels = buildDashboards(site)
    .filter(({ language }) => language === "zh")
    .flatMap(({ dashboard }) => (dashboard.panels ?? []).flatMap((panel) => ("targets" in panel ? [panel] : [])));
  const lines = panels.flatMap((panel) =>
    (panel.targets ?? []).flatMap((target) => {
      const { alias } = target as { alias?: string };
      return alias === undefined ? [] : [[panel, alias] as const];
    }),
  );
  test("lines have words", () => {
    expect(lines.length).toBeGreaterThan(40);
    expect(lines.map(([, alias]) => alias).filter((alias) => !/\p{Script=Han}|\$tag_/u.test(alias))).toEqual([]);
  });
  test.each([
    ["$tag_room", [...site.rooms.keys()].filter((id) => id !== "outdoor")],
    [
      "$tag_category",
      ["archivist", "logistics", "it", "facilities", "contractor", "visitor", "health-authority", "leader", "auditor"],
    ],
    ["$tag_result", ["granted", "denied"]],
    ["$tag_priority", ["critical", "high", "medium", "low"]],
    ["$tag_part", ["engine", "history", "access", "ledger"]],
  ])("so have those of %s", (alias, ids) => {
    const some = lines.filter(([, name]) => name === alias);
    expect(some.length).toBeGreaterThan(0);
    for (const [panel] of some) {
      for (const id of ids)
        expect(override(panel, id, "displayName"), `${panel.title}: ${id}`).toMatch(/\p{Script=Han}/u);
    }
  });
  test("rooms, the air outdoors and doors in tables", () => {
    const mapped = (title: string, column: string) => {
      const panel = panels.find((one) => one.title === title)!;
      const [mapping] = override(panel, column, "mappings") as { options: Record<string, { text: string }> }[];
      return mapping?.options ?? {};
    };
    expect(mapped("设备", "库房").outdoor?.text).toBe("室外");
    expect(mapped("最近刷卡", "库门")["d-a-101"]?.text).toMatch(/\p{Script=Han}/u);
  });
});

describe("units", () => {
  const panels = buildDashboards(site).flatMap(({ dashboard }) =>
    (dashboard.panels ?? []).flatMap((panel) => ("targets" in panel ? [panel] : [])),
  );
  const asking = (field: string) =>
    panels.filter(({ targets }) => JSON.stringify(targets).includes(`(\\"${field}\\")`));

  test.each([
    ["temperature_c", ["celsius", "suffix:°C/min"]],
    ["dew_point_c", ["celsius"]],
    ["forecast_temperature_c", ["celsius"]],
    ["relative_humidity_pct", ["percent"]],
    ["smoke_obscuration_pct_per_m", ["suffix:%/m", "suffix:%/m smoke", "suffix:%/m 烟"]],
    ["co_ppm", ["ppm"]],
    ["absolute_humidity_g_m3", ["suffix:g/m³"]],
    ["preservation_index_y", ["suffix:y", "suffix:年"]],
    ["twpi_y", ["suffix:y", "suffix:年"]],
    ["emc_pct", ["percent"]],
    ["minutes_outside", ["percent", "suffix:min"]],
    ["oldest_open_s", ["dtdhms"]],
    ["latency_max_ms", ["suffix:s"]],
    ["bytes", ["bytes"]],
  ])("%s is shown in %j", (field, units) => {
    const shown = new Set(asking(field).map(({ fieldConfig }) => fieldConfig?.defaults.unit));
    expect([...shown].sort()).toEqual([...units].sort());
  });

  test("columns of a table have their own", () => {
    const devices = panelOf(dashboardOf(site, "devices-and-pipeline"), "Devices");
    expect(override(devices, "Battery", "unit")).toBe("percent");
    expect(override(devices, "Signal", "unit")).toBe("suffix:dBm");
    expect(override(devices, "Clock is off by", "unit")).toBe("suffix:s");
    expect(override(panelOf(dashboardOf(site, "alarm-performance"), "Time to acknowledge"), "Longest", "unit")).toBe(
      "dtdhms",
    );
  });

  test("of the Chinese ones none that Grafana says in English words", () => {
    const units = buildDashboards(site)
      .filter(({ language }) => language === "zh")
      .flatMap(({ dashboard }) => [...JSON.stringify(dashboard).matchAll(/"(?:unit|id":"unit","value)":"([^"]+)"/g)])
      .map(([, unit]) => unit);
    expect(units.length).toBeGreaterThan(50);
    expect(units.filter((unit) => /^([smhdw]|ms|dtdurations|dtdurationms|dateTimeFromNow)$/.test(unit!))).toEqual([]);
  });

  test("a tile says of how many sensors it counts", () => {
    const devices = site.config.devices.filter(({ room }) => room === "a-101").length;
    expect(override(tilesOf(dashboardOf(site, "overview"), "Sensors"), "a-101", "unit")).toBe(
      `suffix:/ ${devices} heard`,
    );
  });

  test("what is changed for one line or column is something that Grafana knows", () => {
    const known =
      /^(displayName|unit|decimals|color|thresholds|mappings|links|noValue|custom\.(width|axisPlacement|axisLabel|axisSoftMin|axisSoftMax|lineStyle|lineWidth|fillBelowTo|fillOpacity|thresholdsStyle|cellOptions))$/;
    const ids = panels.flatMap(({ fieldConfig }) =>
      (fieldConfig?.overrides ?? []).flatMap(({ properties }) => properties.map(({ id }) => id)),
    );
    expect(ids.length).toBeGreaterThan(500);
    expect(ids.filter((id) => !known.test(id))).toEqual([]);
  });
});
