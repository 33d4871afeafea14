import { existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it, test } from "vitest";
import { replayLine, replaySummary } from "../../contract/index.ts";
import { aDevice, aHouse, eventually, siteFile, startSentry, storedSamples } from "../sentry.ts";
import { aFolder, runCli } from "./builders.ts";

const london = join(
  process.env.SENTRY_DATA_DIR ?? join(import.meta.dirname, "../../../shared/data"),
  "london-room1-2024-jan-aug.csv",
);
const startMs = Date.parse("2025-06-01T00:00:00Z");

/** A recording every five minutes: temperatures one after the other, `null` an empty cell. */
function aRecording(
  temperatures: readonly (number | null)[],
  options: { fromMs?: number; extra?: string } = {},
): string {
  const path = join(aFolder(), "recording.csv");
  const { fromMs = startMs, extra } = options;
  const rows = temperatures.map((temperature, at) => {
    const time = new Date(fromMs + at * 300_000).toISOString();
    const humidity = temperature === null ? "" : "50";
    return `${time},${temperature ?? ""},${humidity}${extra === undefined ? "" : ",x"}`;
  });
  const header = `time,temperature_c,relative_humidity_pct${extra === undefined ? "" : `,${extra}`}`;
  writeFileSync(path, `${[header, ...rows].join("\n")}\n`);
  return path;
}

function linesOf(out: string) {
  const lines = out.trimEnd().split("\n");
  const summary = replaySummary.parse(JSON.parse(lines.at(-1) ?? ""));
  return { transitions: lines.slice(0, -1).map((line) => replayLine.parse(JSON.parse(line))), ...summary };
}

/** Above 24 °C for a while, and never 4 °C from its lowest. */
const warm = [22, 22, 25, 26, 25.5, 25, 22, null, 22, 22];

describe("replay", () => {
  it("prints each transition and a summary, with the moments the rules demand", async () => {
    const { code, out, err } = await runCli(["replay", "--room", "store", "--json", aRecording(warm)]);
    expect(err).toBe("");
    expect(code).toBe(0);
    const { transitions, summary } = linesOf(out);
    expect(transitions.map(({ at, room, condition, transition }) => [at, room, condition, transition])).toEqual([
      ["2025-06-01T00:20:00.000Z", "store", "temperature-high", "raised"],
      ["2025-06-01T00:30:00.000Z", "store", "temperature-high", "returned"],
    ]);
    expect(transitions[0]).toMatchObject({ limit: 24, unit: "°C" });
    expect(summary).toMatchObject({
      samples: 9,
      from: "2025-06-01T00:00:00.000Z",
      to: "2025-06-01T00:45:00.000Z",
      alarms: { "temperature-high": 1 },
    });
  });

  it("judges by other limits or another preset when told to", async () => {
    const recording = aRecording(warm);
    const wider = await runCli(["replay", "--json", "--limits", "temperature_c=14..30", recording]);
    expect(linesOf(wider.out).transitions).toEqual([]);
    const stricter = await runCli(["replay", "--json", "--profile", "cn-film-master", recording]);
    expect(Object.keys(linesOf(stricter.out).summary.alarms).sort()).toEqual(["humidity-high", "temperature-high"]);
  });

  it("takes the room's own limits and language from a site file, and names its device", async () => {
    const rooms = [
      { id: "a-101", limits: { temperature_c: "14..24" } },
      { id: "a-102", limits: { temperature_c: "14..30" } },
    ];
    const house = aHouse(siteFile(["dev-7"], { rooms }));
    const recording = aRecording(warm);
    const first = await runCli(["replay", "--config", house.config, "--room", "a-101", "--json", recording]);
    expect(linesOf(first.out).transitions[0]).toMatchObject({ room: "a-101", device: "dev-7" });
    expect(linesOf(first.out).transitions[0]?.message).toContain("温度");
    const second = await runCli(["replay", "--config", house.config, "--room", "a-102", "--json", recording]);
    expect(linesOf(second.out).transitions).toEqual([]);
  });

  it("goes through several files in order, and refuses them in the wrong one", async () => {
    const first = aRecording(warm.slice(0, 4));
    const second = aRecording(warm.slice(4), { fromMs: startMs + 4 * 300_000 });
    const apart = await runCli(["replay", "--json", first, second]);
    const together = await runCli(["replay", "--json", aRecording(warm)]);
    expect(linesOf(apart.out).transitions).toEqual(linesOf(together.out).transitions);
    const wrong = await runCli(["replay", "--json", second, first]);
    expect(wrong.code).toBe(1);
    expect(wrong.err).toContain(`${first} line 2: expected a time after 2025-06-01T00:45:00.000Z`);
  });

  it("says that a sensor fell silent, judged by how often the recording speaks", async () => {
    const gap = aRecording([...warm.slice(0, 2), ...Array<null>(6).fill(null), ...warm.slice(8)]);
    const { summary } = linesOf((await runCli(["replay", "--json", gap])).out);
    expect(summary.alarms).toEqual({ "sensor-silent": 1, "room-blind": 1 });
  });

  it("merges the outdoor air without judging it", async () => {
    const outdoor = aRecording([-5, -5, -5, -5, -5, -5, -5, -5, -5, -5]);
    const recording = aRecording(warm);
    const with_ = await runCli(["replay", "--json", "--outdoor", outdoor, recording]);
    const without = await runCli(["replay", "--json", recording]);
    expect(with_.code).toBe(0);
    // It is evidence for what the room does, and raises nothing of its own.
    const told = (out: string) => linesOf(out).transitions.map(({ evidence: _, message: __, ...rest }) => rest);
    expect(told(with_.out)).toEqual(told(without.out));
    expect(told(with_.out)).not.toEqual([]);
  });

  it("shows people what happened", async () => {
    const { code, out, err } = await runCli(["replay", "--room", "store", aRecording(warm, { extra: "colour" })]);
    expect(code).toBe(0);
    expect(err).toMatch(/columns that are no quantity are ignored: colour\n$/);
    expect(out).toContain("store: 9 samples");
    expect(out).toMatch(/temperature-high +medium +1 +10 min/);
    expect(out).toMatch(/temperature-high +2025-06-01 08:20 +2025-06-01 08:30 +10 min +25\.5 °C +24 °C/);
    expect(out).toContain("TWPI");
  });

  it.each([
    [["--limits", "temperature=1..2"], 2, /^--limits: expected/],
    [["--profile", "paper"], 2, /^--profile: expected one of cn-paper/],
    [["--mqtt", "http://x", "--site", "s", "--device", "d"], 2, /^--mqtt: expected mqtt:/],
    [["--mqtt", "mqtt://127.0.0.1:1", "--site", "s", "--device", "d"], 1, /^cannot connect to mqtt:\/\/127\.0\.0\.1:1/],
  ])("with %j ends with %i and a sentence", async (args, code, sentence) => {
    const ended = await runCli(["replay", ...args, aRecording(warm)]);
    expect(ended.err).toMatch(sentence);
    expect(ended.code).toBe(code);
  });

  it("names file and line of what it cannot read", async () => {
    const path = join(aFolder(), "bad.csv");
    writeFileSync(path, "time,temperature_c\n2025-06-01T00:00:00Z,20\nyesterday,21\n");
    const ended = await runCli(["replay", path]);
    expect(ended.code).toBe(1);
    expect(ended.err).toContain(`${path} line 3: time: expected RFC 3339, found "yesterday"`);
  });
});

describe("replay --mqtt", () => {
  it("publishes everything, and a wrong password ends in a sentence", async () => {
    const house = aHouse(siteFile([], { limits: { trusted_past: "1100d" }, devices: [aDevice("dev-7")] }));
    const { username, password } = house.login("dev-7");
    const csv = join(house.folder, "devices.csv");
    writeFileSync(csv, `device,username,password\ndev-7,${username},${password}\n`, { mode: 0o600 });
    const sentry = await startSentry(house);
    const args = ["replay", "--config", house.config, "--mqtt", sentry.mqttUrl];
    const { code, out } = await runCli([...args, "--json", aRecording(warm)]);
    expect(code).toBe(0);
    expect(JSON.parse(out)).toMatchObject({ published: 9, acknowledged: 9, site: "north", device: "dev-7" });
    const stored = await eventually("nine samples", () => {
      const rows = storedSamples(house);
      return rows.length >= 9 ? rows : null;
    });
    expect(stored.map(({ seq, temperatureC }) => [seq, temperatureC])).toEqual(
      warm.filter((value) => value !== null).map((value, seq) => [seq, value]),
    );

    writeFileSync(csv, "device,password\ndev-7,wrong\n");
    const refused = await runCli([...args, aRecording(warm)]);
    expect(refused.code).toBe(1);
    expect(refused.err).toMatch(/refuses dev-7 as dev-7: .*Not authorized/);
  });
});

describe.skipIf(!existsSync(london))("eight months of a real sensor (skipped without the shared recordings)", () => {
  test("are replayed in seconds, with the figures of the design", async () => {
    const { code, out } = await runCli(["replay", "--room", "room1", "--json", london]);
    expect(code).toBe(0);
    const { transitions, summary } = linesOf(out);
    expect(summary).toMatchObject({
      samples: 23_419,
      from: "2024-01-01T00:00:00.000Z",
      to: "2024-08-31T23:45:00.000Z",
      alarms: { "humidity-low": 77, "humidity-high": 37, "temperature-high": 4, "sensor-silent": 1 },
    });
    expect(summary.alarms).toMatchObject({ "temperature-swing": 1, "humidity-swing": 73, "room-blind": 1 });
    expect(summary.climate?.daySwing.temperature_c, "of days in Shanghai; of those in London, none").toMatchObject({
      ...{ largest: 4.3, day: "2024-01-20", daysOver: 1 },
    });
    expect(summary.climate?.ashrae).toMatchObject({ type: "C", days: 244 });
    // Its longest plateau is 17 hours of 21.4 °C.
    expect(summary.alarms).not.toHaveProperty("sensor-stuck");
    const limits = transitions.filter(({ condition }) => /-(high|low|swing)$/.test(condition));
    expect(limits.filter(({ transition }) => transition === "raised")).toHaveLength(192);
    const table = await runCli(["replay", "--room", "room1", london]);
    expect(table.out).toContain("TWPI): 39.3 years");
  });
});
