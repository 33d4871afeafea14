import { describe, expect, test } from "vitest";
import {
  errorCodes,
  jsonLogger,
  messageOf,
  randomFraction,
  randomId,
  randomSecret,
  SentryError,
  systemCodeOf,
} from "../../core/index.ts";

describe("random names", () => {
  test("an id is 16 characters without look-alikes, and its own", () => {
    const ids = Array.from({ length: 2_000 }, () => randomId());
    for (const id of ids) expect(id).toMatch(/^[0-9a-hjkmnp-tv-z]{16}$/);
    expect(new Set(ids).size).toBe(ids.length);
  });

  test("every character is used about equally often", () => {
    const counts = new Map<string, number>();
    for (const character of Array.from({ length: 2_000 }, () => randomId()).join(""))
      counts.set(character, (counts.get(character) ?? 0) + 1);
    expect(counts.size).toBe(32);
    for (const count of counts.values()) expect(count).toBeGreaterThan(800);
  });

  test.each([
    [1, 2],
    [5, 8],
    [10, 16],
    [16, 26],
  ])("%i bytes give %i characters", (bytes, length) => expect(randomId(bytes)).toHaveLength(length));

  test("a secret has 192 bits and needs no quoting anywhere", () => {
    expect(randomSecret()).toMatch(/^[\w-]{32}$/);
    expect(randomSecret()).not.toBe(randomSecret());
  });

  test("a random fraction is in [0, 1)", () => {
    for (let n = 0; n < 1_000; n++) {
      const fraction = randomFraction();
      expect(fraction >= 0 && fraction < 1).toBe(true);
    }
  });
});

describe("errors", () => {
  test("carry a code of the table, a sentence, a cause and facts", () => {
    const cause = new Error("no route to host");
    const error = new SentryError("store-unreachable", "influx-v1 does not answer", { cause, details: { tries: 3 } });
    expect(error).toMatchObject({ code: "store-unreachable", cause, details: { tries: 3 }, name: "SentryError" });
    expect(error.message).toBe("influx-v1 does not answer");
  });

  test("every code is kebab-case, has a sentence and an HTTP status that fits", () => {
    for (const [code, { http, meaning }] of Object.entries(errorCodes)) {
      expect(code).toMatch(/^[a-z]+(-[a-z]+)*$/);
      expect(meaning).toMatch(/^[A-Z].*\.$/);
      expect(http).toBeGreaterThanOrEqual(400);
      expect(http).toBeLessThan(600);
    }
  });

  test("anything thrown has a sentence; only system errors have a code", () => {
    expect(messageOf(new Error("x"))).toBe("x");
    expect(messageOf("text")).toBe("text");
    expect(systemCodeOf(Object.assign(new Error("x"), { code: "ENOSPC" }))).toBe("ENOSPC");
    expect(systemCodeOf(Object.assign(new Error("x"), { code: 7 }))).toBeUndefined();
    expect(systemCodeOf("ENOSPC")).toBeUndefined();
  });
});

test("a log line is one JSON object with level, time, event and facts", () => {
  const lines: string[] = [];
  const log = jsonLogger({ level: "info", destination: { write: (line) => void lines.push(line) } });
  log.debug("core.test.hidden");
  log.warn("core.test.happened", { device: "d-1", count: 2 });
  expect(lines).toHaveLength(1);
  const line: unknown = JSON.parse(lines[0]!);
  expect(line).toEqual({
    level: "warn",
    time: expect.stringMatching(/^\d{4}-\d\d-\d\dT.*Z$/),
    event: "core.test.happened",
    device: "d-1",
    count: 2,
  });
});
