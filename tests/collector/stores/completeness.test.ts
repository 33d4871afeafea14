import { join } from "node:path";
import { expect, test } from "vitest";
import { importedSample } from "../../../app/history/imported-sample.ts";
import { completenessOf, openSqliteHistory } from "../../../collector/index.ts";
import { loadSite } from "../../../site/index.ts";
import { aHouse, siteFile } from "../../sentry.ts";

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const fromMs = Date.UTC(2026, 10, 22);
const toMs = fromMs + 24 * hourMs;

/** Readings of one day, each so many minutes after its beginning. */
function aDay(readings: { imported: readonly number[]; live?: readonly number[] }) {
  const house = aHouse(siteFile(["dev-1"]));
  const { site } = loadSite(house.config, { nowMs: toMs });
  const path = join(house.data, "history.db");
  const history = openSqliteHistory(path, () => site);
  const at = (minute: number) =>
    importedSample({ device: "dev-1", atMs: fromMs + minute * minuteMs, values: { temperature_c: 20 } }, toMs);
  history.importSamples(readings.imported.map(at));
  history.importSamples((readings.live ?? []).map((minute) => ({ ...at(minute), flags: 0 })));
  history.close();
  const device = { device: "dev-1", intervalMs: minuteMs, gapMs: 15 * minuteMs };
  const [found] = completenessOf(path, { devices: [device], fromMs, toMs });
  const inMinutes = (ms: number) => (ms - fromMs) / minuteMs;
  return { ...found!, gaps: found!.gaps.map((gap) => [inMinutes(gap.fromMs), inMinutes(gap.toMs)]) };
}
const every = (minutes: number, from: number, to: number) =>
  Array.from({ length: (to - from) / minutes }, (_, n) => from + n * minutes);

test("what was imported is whole by its own rhythm", () => {
  expect(aDay({ imported: every(10, 0, 1_440) })).toMatchObject({ received: 144, expected: 144, gaps: [] });
  expect(aDay({ imported: every(60, 0, 1_440) })).toMatchObject({ received: 24, expected: 24, gaps: [] });
});

test("a logger's readings need not begin with the day", () => {
  expect(aDay({ imported: every(60, 46, 1_486) })).toMatchObject({ received: 24, expected: 24, gaps: [] });
});

test("a hole in what was imported is a gap", () => {
  const found = aDay({ imported: [...every(10, 0, 600), ...every(10, 720, 1_440)] });
  expect(found).toMatchObject({ received: 132, expected: 144, gaps: [[590, 720]] });
});

test("from its own first reading on a device is held to its interval", () => {
  const found = aDay({ imported: every(10, 0, 720), live: [...every(1, 720, 1_000), ...every(1, 1_100, 1_440)] });
  expect(found).toMatchObject({ received: 72 + 620, expected: 72 + 720, gaps: [[999, 1_100]] });
});
