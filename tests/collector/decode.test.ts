import { describe, expect, it } from "vitest";
import { type Decoded, Decoder, type Entry } from "../../collector/index.ts";
import { parseSite } from "../../site/index.ts";

const nowMs = Date.parse("2026-11-22T08:00:00Z");
const { site } = parseSite(
  `
site: { id: north, name: { zh: 北院, en: North } }
rooms: [{ id: a-101 }]
devices: [${["d1", "d2", "d3", "d4"].map((id) => `{ id: ${id}, room: a-101, quantities: [temperature_c] }`).join(", ")}]
`,
  { directory: ".", name: "site.yaml", nowMs },
);

let position = 0;
function message(payload: unknown, options: { device?: string; atMs?: number; topic?: string } = {}): Entry {
  return {
    position: ++position,
    kind: "message",
    receivedAtMs: options.atMs ?? nowMs,
    origin: "broker",
    topic: options.topic ?? `sentry/north/${options.device ?? "d1"}/telemetry`,
    payload: Buffer.from(typeof payload === "string" ? payload : JSON.stringify(payload)),
  };
}
const samplesOf = (decoded: Decoded) => (decoded.kind === "samples" ? decoded.samples : []);
const decoder = () => new Decoder(() => site);

describe("a payload", () => {
  const faults: [what: string, payload: unknown, reason: RegExp][] = [
    ["that is broken JSON", "{", /not JSON/],
    ["that is empty", "", /empty/],
    ["that is a number", 42, /expected an object/],
    ["with no known quantity", { humidity: 3 }, /no known quantity/],
    ["with NaN spelt as text", { temperature_c: "NaN" }, /temperature_c: expected a finite number, found "NaN"/],
    ["with a text for a number", { temperature_c: "21" }, /found "21"/],
    ["with a value beyond what is plausible", { temperature_c: 400 }, /-40…125 °C, found 400/],
    ["with a number for a door", { door: 1 }, /"open" or "closed"/],
    ["with a time that is none", { at: "yesterday", temperature_c: 20 }, /at: expected RFC 3339/],
    ["with a time without offset", { at: "2026-11-22T08:00:00", temperature_c: 20 }, /at: expected RFC 3339/],
    ["with a negative seq", { seq: -1, temperature_c: 20 }, /seq/],
  ];
  it.each(faults)("%s is a fault that says why", (_, payload, reason) => {
    const decoded = decoder().decode(message(payload));
    const reasons =
      decoded.kind === "fault"
        ? [decoded.reason]
        : decoded.kind === "samples"
          ? decoded.faults.map((f) => f.reason)
          : [];
    expect(reasons.join()).toMatch(reason);
  });

  it("with one bad quantity keeps the others", () => {
    const decoded = decoder().decode(message({ temperature_c: 21, relative_humidity_pct: 140 }));
    expect(samplesOf(decoded)[0]?.values).toEqual({ temperature_c: 21 });
  });

  it("with unknown keys has them counted", () => {
    const decoded = decoder().decode(message({ temperature_c: 21, colour: "red", mood: 3 }));
    expect(decoded).toMatchObject({ kind: "samples", unknownKeys: 2, faults: [] });
  });

  it("of a device that the site does not know is a fault of its own kind", () => {
    expect(decoder().decode(message({ temperature_c: 1 }, { device: "ghost" }))).toMatchObject({ unknownDevice: true });
  });

  it.each(["sentry/south/d1/telemetry", "bms/x", "sentry/north/alarms/a-101"])(
    "on the topic %s is a fault",
    (topic) => {
      expect(decoder().decode(message({ temperature_c: 1 }, { topic }))).toMatchObject({ kind: "fault" });
    },
  );
});

describe("time of a sample", () => {
  const minute = 60_000;
  const day = 24 * 60 * minute;
  const judged = (sample: object) => samplesOf(decoder().decode(message({ ...sample, temperature_c: 20 })))[0]!;

  it("is its own when that can be believed", () => {
    expect(judged({ at: nowMs - 30 * day })).toMatchObject({ atMs: nowMs - 30 * day, flags: 2 });
    expect(judged({ at: "2026-11-22T16:03:00+08:00" })).toMatchObject({ atMs: nowMs + 3 * minute, flags: 0 });
  });
  it("is its age before receipt", () => expect(judged({ age_ms: 5_000 })).toMatchObject({ atMs: nowMs - 5_000 }));
  it("is the receipt when it states none", () => expect(judged({})).toMatchObject({ atMs: nowMs, offsetMs: null }));
  it("is the receipt, flagged, when it lies too far ahead or back", () => {
    expect(judged({ at: nowMs + 6 * minute })).toMatchObject({ atMs: nowMs, flags: 1 });
    expect(judged({ at: nowMs - 32 * day })).toMatchObject({ atMs: nowMs, flags: 1 });
  });
  it("goes one millisecond further for each untrusted sample of one receipt", () => {
    const array = [1, 2, 3].map((n) => ({ at: 1_000 * n, temperature_c: n }));
    expect(samplesOf(decoder().decode(message(array))).map((s) => s.atMs - nowMs)).toEqual([0, 1, 2]);
  });
  it("is believed again with the next sample whose clock is right", () => {
    const d = decoder();
    d.decode(message({ at: nowMs + day, temperature_c: 1 }));
    expect(samplesOf(d.decode(message({ at: nowMs, temperature_c: 1 })))[0]).toMatchObject({ atMs: nowMs, flags: 0 });
  });
  it("is the devices' own when half of them contradict our clock together", () => {
    const d = decoder();
    const ahead = ["d1", "d2", "d3", "d4"].map(
      (device) => samplesOf(d.decode(message({ at: nowMs + day, temperature_c: 1 }, { device })))[0],
    );
    expect(d.serverClockSuspected).toBe(true);
    expect(ahead.at(-1)).toMatchObject({ atMs: nowMs + day, flags: 0 });
  });
});

describe("a repeated sample", () => {
  const sample = { seq: 7, session: "s", at: nowMs, temperature_c: 20 };

  it("is recognised by session and sequence number, whatever else it says", () => {
    const d = decoder();
    expect(samplesOf(d.decode(message(sample)))).toHaveLength(1);
    expect(d.decode(message({ ...sample, temperature_c: 21 }))).toMatchObject({ samples: [], duplicates: 1 });
  });
  it("is new in another session, and when it carries no session", () => {
    const d = decoder();
    d.decode(message(sample));
    expect(samplesOf(d.decode(message({ ...sample, session: "t" })))).toHaveLength(1);
    expect(samplesOf(d.decode(message({ seq: 7, at: nowMs, temperature_c: 20 })))).toMatchObject([
      { doubt: "same-time" },
    ]);
  });
  it("is recognised after a restart that restored what was saved", () => {
    const before = decoder();
    before.decode(message(sample));
    const after = decoder();
    after.restore([...before.takeChanged()]);
    expect(after.decode(message(sample))).toMatchObject({ duplicates: 1 });
  });
  it("fills the hole it belongs to, in any order", () => {
    const d = decoder();
    const seqs = [5, 9, 6, 8, 7, 6, 9, 0];
    const taken = seqs.flatMap((seq) => samplesOf(d.decode(message({ ...sample, seq }))).map((s) => s.seq));
    expect(taken).toEqual([5, 9, 6, 8, 7, 0]);
  });
  it("is in doubt, never refused, when it is older than what is remembered", () => {
    const d = decoder();
    for (let seq = 0; seq <= 400; seq += 2) d.decode(message({ ...sample, seq }));
    expect(samplesOf(d.decode(message({ ...sample, seq: 1 })))).toMatchObject([{ doubt: "same-sequence" }]);
    expect(samplesOf(d.decode(message({ ...sample, seq: 399 })))).toMatchObject([{ doubt: "none" }]);
  });
});

describe("presence", () => {
  const status = (state: string, session: string) => message({ state, session }, { topic: "sentry/north/d1/status" });

  it("is not ended by the will of an earlier session", () => {
    const d = decoder();
    d.decode(status("online", "old"));
    d.decode(status("online", "new"));
    expect(d.decode(status("offline", "old"))).toEqual({ kind: "none" });
    expect(d.memories.get("d1")?.status).toMatchObject({ state: "online", session: "new" });
    expect(d.decode(status("offline", "new"))).toMatchObject({ kind: "status", status: { state: "offline" } });
  });
});
