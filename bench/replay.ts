import { createReplay } from "../app/index.ts";
import { parseSite } from "../site/index.ts";
import { median, row, say } from "./report.ts";

/**
 * The engine alone: samples a second on one core, and how the cost grows from 10 to 10,000 rooms. In CPU time of this
 * process, collection of rubbish included.
 */

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
  let begun = process.cpuUsage();
  let transitions = 0;
  // The first ten samples of each device make its plan and state: a start, not the daily course.
  for (let n = -10 * rooms; n < samples; n++) {
    if (n === 0) begun = process.cpuUsage();
    const minute = Math.floor(n / rooms);
    transitions += replay.push({
      device: devices[(n + 10 * rooms) % rooms]!,
      atMs: startMs + minute * 60_000,
      values: airAt(minute),
    }).length;
  }
  if (transitions === 0) throw new Error("the synthetic year should have excursions");
  return samples / (process.cpuUsage(begun).user / 1e6);
}

/** Rooms that are watched at once where the cost of one among few is asked for, and among many. */
const few = 10;
const many = 10_000;
/** After the first ten. */
const minutesOfEach = 60;

/**
 * What a sample costs in CPU time over the first hour of ten thousand rooms, so many of them in one engine: the same
 * samples either way, since an hour in which everything stirs costs more than a quiet one.
 */
function costOfOneAmong(rooms: number): number {
  const site = hospital(rooms, false);
  const devices = Array.from({ length: rooms }, (_, n) => `dev-${n}`);
  const startMs = Date.parse("2026-01-01T00:00:00Z");
  let spentUs = 0;
  for (let engine = 0; engine < many / rooms; engine++) {
    const replay = createReplay(site);
    let begun = process.cpuUsage();
    for (let minute = -10; minute < minutesOfEach; minute++) {
      if (minute === 0) begun = process.cpuUsage();
      const atMs = startMs + minute * 60_000;
      for (const device of devices) replay.push({ device, atMs, values: airAt(minute) });
    }
    spentUs += process.cpuUsage(begun).user;
  }
  return spentUs / (many * minutesOfEach);
}

const airAt = (minute: number) => ({
  temperature_c: 19 + 6 * Math.sin(minute / 230),
  relative_humidity_pct: 52 + 9 * Math.sin(minute / 310 + 1),
});

export function replaySpeed(rounds: number): void {
  say(`\nEngine: ${samples.toLocaleString("en")} samples of temperature and humidity, one a minute and room, one core`);
  samplesPerS(12, true);
  const measured = (rooms: number, forecasts: boolean, toHold: string) => {
    const speed = median(Array.from({ length: rounds }, () => samplesPerS(rooms, forecasts)));
    const name = `${rooms.toLocaleString("en")} rooms, ${forecasts ? "with" : "without"} forecasts`;
    row(name, { "samples/s": Math.round(speed), "to hold": toHold });
  };
  measured(12, true, "≥ 50,000");
  measured(12, false, "≥ 500,000");
  measured(many, false, "");
  const ratio = median(Array.from({ length: rounds }, () => costOfOneAmong(many) / costOfOneAmong(few)));
  row("cost a sample, 10,000 : 10 rooms", { ratio: ratio.toFixed(2), "to hold": "≤ 1.3" });
}
