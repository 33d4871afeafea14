import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { ownClimateText } from "../../cli/tables.ts";
import { loadSite, parseSite } from "../../site/index.ts";
import { aRoom } from "../console/builders.ts";
import { aFolder } from "../sentry.ts";

const profile = { temperature_c: { low: 14, high: 24 }, relative_humidity_pct: { low: 45, high: 60 } };
const own = { ...profile, relative_humidity_pct: { low: 30.2, high: 51.4 } };
const noon = "2027-12-23T12:00:00.000Z";

test.each([
  [{ limits: profile, ownClimate: null }, null, null],
  [
    { limits: profile, ownClimate: { inForce: false, from: null } },
    "a: 13 months of its past are not known yet, so humidity 45–60 % of cn-paper",
    "a：历史不足 13 个月，湿度限值暂依 cn-paper：45–60 %",
  ],
  [
    { limits: profile, ownClimate: { inForce: false, from: noon } },
    "a: 13 months of its past are not known yet, so humidity 45–60 % of cn-paper; own-climate (EN 15757) from 2027-12-23 on",
    "a：历史不足 13 个月，湿度限值暂依 cn-paper：45–60 %；自 2027-12-23 起依自身历史气候（own-climate，EN 15757）",
  ],
  [
    { limits: own, ownClimate: { inForce: true, from: noon } },
    "a: humidity 30.2–51.4 %, by the room's own past (EN 15757), since 2027-12-23",
    "a：湿度限值 30.2–51.4 %，依库房自身历史气候（EN 15757），自 2027-12-23 起",
  ],
])("rooms says what humidity a room is held to: %j", (room, en, zh) => {
  const view = { ...aRoom("a"), ...room };
  expect([ownClimateText(view, "en"), ownClimateText(view, "zh")]).toEqual([en, zh]);
});

const site = (limits: string, more = "") => `site: { id: north, name: { zh: 北院, en: North } }
rooms: [{ id: a, limits: ${limits} }, { id: b }]
${more}`;

test("a site file that chooses it is told what it needs, and one that does not is told nothing", () => {
  const warningsOf = (text: string) => {
    const path = join(aFolder(), "site.yaml");
    writeFileSync(path, text);
    return loadSite(path, { nowMs: 0 }).warnings;
  };
  expect(warningsOf(site("{}"))).toEqual([]);
  const [need, ...others] = warningsOf(site("{ relative_humidity_pct: own-climate }"));
  expect(need).toMatch(
    /^rooms a: humidity limits own-climate need 13 months of history; until then those of the profile/,
  );
  expect(others).toEqual([]);
  expect(warningsOf(site("{ relative_humidity_pct: own-climate }", "history: { hour: 400d }"))[1]).toMatch(
    /^history.hour: expected at least 460d/,
  );
});

test("what is neither a range nor own-climate is refused", () => {
  const read = (text: string) => parseSite(text, { directory: ".", name: "site.yaml", nowMs: 0 });
  expect(() => read(site("{ relative_humidity_pct: own }"))).toThrow(/or own-climate, found "own" \(line 2\)/);
  expect(() => read(site("{ temperature_c: own-climate }"))).toThrow(/expected a range such as 14\.\.24/);
});
