import { createReplay } from "../app/index.ts";
import { parseSite } from "../site/index.ts";
import { median, row, say } from "./report.ts";

/** The engine alone: samples a second on one core, and how the cost grows from 10 to 10,000 rooms. */

const samples = 1_000_000;

const noForecasts = `conditions: { temperature-forecast: { enabled: false }, humidity-forecast: { enabled: false } }`;

function hospital(rooms: number, forecasts: boolean) {
  const lines = Array.from({ length: rooms }, (_, n) => n);
  const { site } = parseSite(
    `site: { id: bench, name: { zh: 基准, en: Bench } }
${forecasts ? "" : noForecasts}
rooms:
${lines.map((n) => `  - { id: room-${n} }`).join("\n")}
devices:
${lines.map((n) => `  - { id: dev-${n}, room: room-${n}, quantities: [temperature_c, relative_humidity_pct] }`).join("\n")}
`,
    { directory: ".", name: "bench", nowMs: 0 },
  );
  return site;
}

function samplesPerS(rooms: number, forecasts: boolean): number {
  const replay = createReplay(hospital(rooms, forecasts));
  const startMs = Date.parse("2026-01-01T00:00:00Z");
  const devices = Array.from({ length: rooms }, (_, n) => `dev-${n}`);
  let beginMs = 0;
  let transitions = 0;
  // The first ten samples of each device make its plan and state: a start, not the daily course.
  for (let n = -10 * rooms; n < samples; n++) {
    if (n === 0) beginMs = performance.now();
    const minute = Math.floor(n / rooms);
    const values = {
      temperature_c: 19 + 6 * Math.sin(minute / 230),
      relative_humidity_pct: 52 + 9 * Math.sin(minute / 310 + 1),
    };
    transitions += replay.push({
      device: devices[(n + 10 * rooms) % rooms]!,
      atMs: startMs + minute * 60_000,
      values,
    }).length;
  }
  if (transitions === 0) throw new Error("the synthetic year should have excursions");
  return samples / ((performance.now() - beginMs) / 1_000);
}

export function replaySpeed(rounds: number): void {
  say(`\nEngine: ${samples.toLocaleString("en")} samples of temperature and humidity, one a minute and room, one core`);
  samplesPerS(12, true);
  const measured = (rooms: number, forecasts: boolean, toHold: string) => {
    const speed = median(Array.from({ length: rounds }, () => samplesPerS(rooms, forecasts)));
    const name = `${rooms.toLocaleString("en")} rooms, ${forecasts ? "with" : "without"} forecasts`;
    row(name, { "samples/s": Math.round(speed), "to hold": toHold });
    return speed;
  };
  measured(12, true, "≥ 50,000");
  measured(12, false, "≥ 500,000");
  const few = measured(10, false, "");
  const many = measured(10_000, false, "");
  row("cost a sample, 10,000 : 10 rooms", { ratio: (few / many).toFixed(2), "to hold": "≤ 1.3" });
}
