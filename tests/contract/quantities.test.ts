import { describe, expect, test } from "vitest";
import {
  derivedQuantityNames,
  judgeValue,
  presentValue,
  type Quantity,
  quantityNames,
  unitOf,
} from "../../contract/index.ts";

/** The table of the contract: quantity, unit, plausible range. */
const numeric: [Quantity, string, number, number][] = [
  ["temperature_c", "°C", -40, 125],
  ["surface_temperature_c", "°C", -40, 125],
  ["relative_humidity_pct", "%", 0, 100],
  ["smoke_obscuration_pct_per_m", "%/m", 0, 100],
  ["co_ppm", "ppm", 0, 10_000],
  ["co2_ppm", "ppm", 0, 40_000],
  ["pm2_5_ug_m3", "µg/m³", 0, 10_000],
  ["illuminance_lux", "lx", 0, 200_000],
  ["battery_pct", "%", 0, 100],
  ["rssi_dbm", "dBm", -150, 0],
  ["supply_v", "V", 0, 100],
  ["response_ms", "ms", 0, Number.MAX_VALUE],
  ["backup_age_h", "h", 0, Number.MAX_VALUE],
  ["disk_free_pct", "%", 0, 100],
  ["certificate_days", "d", 0, Number.MAX_VALUE],
];
const booleans: Quantity[] = ["motion", "leak", "tamper", "smoke_alarm", "exit_request"];

test("the contract's quantities, all of them and no other", () => {
  expect(quantityNames.toSorted()).toEqual([...numeric.map(([name]) => name), ...booleans, "door"].toSorted());
});

describe.each(numeric)("%s in %s", (name, unit, min, max) => {
  test("is taken from its least to its greatest plausible value", () => {
    expect(unitOf(name)).toBe(unit);
    expect(judgeValue(name, min)).toEqual({ ok: true, value: min });
    expect(judgeValue(name, max)).toEqual({ ok: true, value: max });
  });

  test.each([min - 0.001, Number.NaN, Number.POSITIVE_INFINITY, "21.5", true, null, [21], {}])("but not %j", (raw) => {
    expect(judgeValue(name, raw)).toMatchObject({ ok: false, reason: expect.stringMatching(`^${name}: expected `) });
  });
});

describe("states", () => {
  test.each<[Quantity, unknown, number]>([
    ["door", "open", 1],
    ["door", "closed", 0],
    ...booleans.flatMap<[Quantity, unknown, number]>((name) => [
      [name, true, 1],
      [name, false, 0],
    ]),
  ])("%s %j is kept as %i and shown as it came", (name, raw, value) => {
    expect(judgeValue(name, raw)).toEqual({ ok: true, value });
    expect(presentValue(name, value)).toBe(raw);
    expect(unitOf(name)).toBeUndefined();
  });

  test.each<[Quantity, unknown]>([
    ["door", true],
    ["door", "OPEN"],
    ["door", 1],
    ["leak", "true"],
    ["leak", 1],
    ["leak", null],
  ])("%s %j is not taken", (name, raw) => expect(judgeValue(name, raw).ok).toBe(false));
});

test("a reason says what was expected and found, and cuts what is long", () => {
  expect(judgeValue("temperature_c", 900)).toEqual({
    ok: false,
    reason: "temperature_c: expected -40…125 °C, found 900",
  });
  const long = judgeValue("door", "x".repeat(10_000));
  expect(long.ok === false && long.reason.length).toBeLessThan(120);
});

test("derived quantities have units and are shown as numbers", () => {
  expect(derivedQuantityNames.map((name) => [name, unitOf(name)])).toEqual([
    ["dew_point_c", "°C"],
    ["absolute_humidity_g_m3", "g/m³"],
    ["preservation_index_y", "y"],
  ]);
  expect(presentValue("dew_point_c", 9.5)).toBe(9.5);
});
