import { expect, test } from "vitest";
import { createExcursionRecord } from "../../app/engine/replay.ts";
import { parseSite } from "../../site/index.ts";

const hour = 3_600_000;
const startMs = Date.UTC(2026, 0, 1);
const text = `
site: { id: north, name: { zh: 北院, en: North } }
rooms: [{ id: a-101 }]
devices: [{ id: climate, room: a-101, quantities: [temperature_c, relative_humidity_pct], interval: 15m }]
`;

test("stays beyond a limit and changes of a day are on record, each with its extreme", () => {
  const { site } = parseSite(text, { directory: ".", name: "site.yaml", nowMs: startMs });
  const record = createExcursionRecord(site);
  // 20 °C; for two hours 26 °C and once 27 °C.
  for (let h = 0; h <= 60; h += 0.25) {
    const temperature_c = h === 11 ? 27 : h >= 10 && h < 12 ? 26 : 20;
    record.push({ device: "climate", atMs: startMs + h * hour, values: { temperature_c } });
  }
  const at = (hours: number) => new Date(startMs + hours * hour).toISOString();
  expect(record.excursions).toEqual([
    {
      ...{ room: "a-101", device: "climate", condition: "temperature-high", unit: "°C" },
      ...{ from: at(10.25), to: at(12), limit: 24, extreme: 27 },
    },
    {
      ...{ room: "a-101", device: "climate", condition: "temperature-swing", unit: "°C" },
      ...{ from: at(10.25), to: at(36), limit: 4, extreme: 7 },
    },
  ]);
});
