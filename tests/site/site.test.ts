import { chmodSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { presets, readSecret } from "../../site/index.ts";
import { folder, head, read } from "./builder.ts";

const at = (text: string) => Date.parse(text);

describe("where a device was when", () => {
  const { site } = read(`${head}rooms: [{ id: a }, { id: b }]
devices:
  - { id: fixed, room: a, quantities: [door] }
  - id: moved
    quantities: [door]
    assignments:
      - { room: a, to: "2026-03-01T00:00:00+08:00" }
      - { room: b, from: "2026-03-01T00:00:00+08:00", to: "2026-06-01T00:00:00+08:00" }
      - { room: a, from: "2026-07-01T00:00:00+08:00" }
`);
  test.each([
    ["fixed", "2020-01-01T00:00:00Z", "a"],
    ["moved", "2020-01-01T00:00:00Z", "a"],
    ["moved", "2026-02-28T15:59:59.999Z", "a"],
    ["moved", "2026-02-28T16:00:00Z", "b"],
    ["moved", "2026-06-15T00:00:00Z", null],
    ["moved", "2026-07-01T00:00:00+08:00", "a"],
    ["nobody", "2026-07-01T00:00:00Z", null],
  ])("%s at %s: %s", (device, when, room) => expect(site.roomOf(device, at(when))).toBe(room));
});

describe("limits of a room", () => {
  // The figures of standards.md §1 and §2; the swing is twice the ± figure, read as the range of 24 h.
  test.each([
    ["cn-paper", [14, 24], [45, 60], [4, 10]],
    ["cn-special-collections", [14, 20], [45, 55], [4, 10]],
    ["cn-magnetic", [14, 24], [40, 60], [4, 10]],
    ["cn-film-copy", [14, 24], [40, 60], [4, 10]],
    ["cn-film-master", [13, 15], [35, 45], [4, 10]],
    ["cn-optical-disc", [15, 20], [25, 45], [4, 10]],
    ["uk-general", [13, 23], [35, 60], null],
    ["iso11799-paper", [2, 18], [30, 45], [2, 6]],
  ])("%s", (profile, temperature, humidity, swing) => {
    const limits = read(`${head}rooms: [{ id: a, profile: ${profile} }]\n`).site.limitsOf("a");
    expect(Object.values(limits.temperatureC)).toEqual(temperature);
    expect(Object.values(limits.relativeHumidityPct)).toEqual(humidity);
    expect(limits.swing && Object.values(limits.swing)).toEqual(swing);
  });

  test("a preset whose document nobody has read says so", () => {
    const unconfirmed = Object.values(presets).filter((preset) => preset.status === "unconfirmed");
    expect(unconfirmed.map((preset) => preset.source)).toHaveLength(2);
    for (const { source } of unconfirmed) expect(source).toContain("check against your copy");
  });

  test("a room's own limits win over its preset; an open end is no limit", () => {
    const { site } = read(`${head}rooms: [{ id: a, limits: { temperature_c: ..25, humidity_swing_pct: 12 } }]\n`);
    expect(site.limitsOf("a")).toEqual({
      temperatureC: { low: null, high: 25 },
      relativeHumidityPct: { low: 45, high: 60 },
      swing: { temperatureC: 4, relativeHumidityPct: 12 },
    });
  });

  test("a room without climate control is not judged by its swing", () => {
    expect(read(`${head}rooms: [{ id: a, climate_control: none }]\n`).site.limitsOf("a").swing).toBeNull();
  });

  test("a room's settings of a condition win key by key over the site's", () => {
    const { site } = read(`${head}conditions: { door-held-open: { delay: 5m, priority: low } }
rooms: [{ id: a, conditions: { door-held-open: { delay: 1m } } }]
`);
    expect(site.conditionSettings("door-held-open", "a")).toEqual({ delay: 60_000, priority: "low" });
    expect(site.conditionSettings("door-held-open", null)).toEqual({ delay: 300_000, priority: "low" });
  });
});

describe("secrets are read from files", () => {
  test("one secret on one line, without the line's end", () => {
    expect(readSecret({ directory: folder({ pass: "s3cret\n" }) }, "pass")).toBe("s3cret");
  });

  test.each<[string, (path: string) => void, RegExp]>([
    ["that are missing", () => {}, /cannot read the secret in .*pass: it does not exist/],
    ["that are empty", (path) => writeFileSync(path, "\n", { mode: 0o600 }), /pass is empty: expected one secret/],
    [
      "that everybody can read",
      (path) => {
        writeFileSync(path, "s3cret\n");
        chmodSync(path, 0o644);
      },
      /pass can be read by everybody: run chmod 600 on it/,
    ],
  ])("files %s are refused, and the secret is not in the message", (_title, prepare, message) => {
    const directory = folder();
    prepare(join(directory, "pass"));
    const attempt = () => readSecret({ directory }, "pass");
    expect(attempt).toThrow(expect.objectContaining({ code: "secret-unreadable" }));
    expect(attempt).toThrow(message);
    expect(attempt).not.toThrow(/s3cret/);
  });
});
