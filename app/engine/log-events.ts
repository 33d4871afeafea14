import { z } from "zod";
import { type EngineEvent, ownClimate, partConditions } from "../../alerts/index.ts";
import type { Sample } from "../../collector/index.ts";
import { type Decoded, type Entry, sampleFlags } from "../../collector/index.ts";
import { drillScenarios, priorities } from "../../contract/index.ts";

/** What parts of this program enter into the intake log beside messages, and how the engine hears all of it. */

export const loggedEvent = z.discriminatedUnion("event", [
  z.object({ event: z.literal("started") }),
  /** `by`: staff number, where a person asked for it; `user` of the operating system, where a signal did. */
  z.object({
    event: z.literal("reloaded"),
    by: z.string().nullable().default(null),
    via: z.string().default("signal"),
    user: z.string().optional(),
  }),
  z.object({ event: z.literal("clock-stepped"), byMs: z.number() }),
  z.object({
    event: z.literal("security"),
    what: z.enum(["topic-violation", "message-flood", "login-failed", "unknown-device"]),
    subject: z.string(),
    /** Network address, where there is one. */
    from: z.string().optional(),
    detail: z.string(),
  }),
  /** How any part raises a condition of its own, and returns it: `alerts/engine/conditions` says what it means. */
  z.object({
    event: z.literal("condition"),
    condition: z.enum(partConditions),
    subject: z.string().min(1),
    active: z.boolean(),
    room: z.string().optional(),
    device: z.string().optional(),
    value: z.number().nullable().default(null),
    limit: z.number().nullable().default(null),
    unit: z.string().nullable().default(null),
    detail: z.string().optional(),
    priority: z.enum(priorities).optional(),
  }),
  /** What outdoor air is expected to be, from whoever knows the weather: in place of what was said before. */
  z.object({
    event: z.literal("outdoor-expected"),
    points: z
      .array(
        z.object({
          atMs: z.number(),
          temperatureC: z.number().min(-60).max(60),
          relativeHumidityPct: z.number().min(0).max(100),
        }),
      )
      .max(1_000),
  }),
  /** What a room's own past says of its humidity, worked out once a day from the history. */
  ownClimate.extend({ event: z.literal("own-climate"), room: z.string() }),
  z.object({
    event: z.literal("drill"),
    id: z.string().min(1).max(40),
    purpose: z.enum(["drill", "check"]),
    scenario: z.enum(drillScenarios),
    room: z.string(),
    untilMs: z.number(),
    by: z.string().nullable(),
    comment: z.string(),
    via: z.string(),
  }),
  z.object({ event: z.literal("drill-end"), id: z.string(), by: z.string(), via: z.string() }),
  z.object({
    event: z.literal("system"),
    condition: z.enum([
      "history-unreachable",
      "intake-backlog",
      "disk-low",
      "server-clock-fault",
      "archive-system-unreachable",
      "certificate-expiring",
    ]),
    subject: z.string(),
    wrong: z.boolean(),
    value: z.number().nullable(),
    limit: z.number().nullable(),
    unit: z.string().nullable(),
    detail: z.string().optional(),
  }),
]);
export type LoggedEvent = z.input<typeof loggedEvent>;

export const loggedCommand = z.object({
  do: z.enum(["acknowledge", "comment", "reset", "shelve", "unshelve", "remedy"]),
  alarm: z.string(),
  by: z.string(),
  comment: z.string(),
  forMs: z.number().positive().optional(),
  remedy: z.object({ owner: z.string(), measure: z.string(), dueMs: z.number() }).optional(),
  via: z.string(),
});
export type LoggedCommand = z.infer<typeof loggedCommand>;

/** The engine's view of one entry of the log; `null` when it says nothing to the engine. */
export function engineEventOf(entry: Entry, decoded: Decoded): EngineEvent | null {
  const { receivedAtMs } = entry;
  if (entry.kind === "tick") return { kind: "tick", receivedAtMs };
  if (entry.kind === "event") return eventOf(loggedEvent.parse(JSON.parse(entry.payload.toString())), receivedAtMs);
  if (entry.kind === "command") {
    return { kind: "command", receivedAtMs, command: loggedCommand.parse(JSON.parse(entry.payload.toString())) };
  }
  if (decoded.kind === "samples") {
    const { device, faults } = decoded;
    const samples = decoded.samples.map(engineSampleOf);
    if (faults.length === 0) return { kind: "samples", receivedAtMs, device, samples };
    return { kind: "samples", receivedAtMs, device, samples, faults: faults.map(({ reason }) => reason) };
  }
  if (decoded.kind === "badge") {
    const { device, atMs, direction } = decoded;
    return { kind: "badge", receivedAtMs, device, atMs, direction };
  }
  if (decoded.kind === "fault" && decoded.unknownDevice) {
    return { kind: "unknown-device", receivedAtMs, device: decoded.device ?? "", detail: `MQTT ${entry.topic}` };
  }
  if (decoded.kind === "fault" && decoded.device !== null) {
    return { kind: "samples", receivedAtMs, device: decoded.device, samples: [], faults: [decoded.reason] };
  }
  return null;
}

export function engineSampleOf(sample: Sample) {
  const { atMs, values, flags, offsetMs, session, seq } = sample;
  // Its lateness decides whether it pages: that must not come from a fault of our own clock.
  const receivedAtMs = sample.receivedAtMs - sample.serverAheadMs;
  const clockUntrusted = (flags & sampleFlags["clock-untrusted"]) !== 0;
  const imported = (flags & sampleFlags.imported) !== 0;
  return { atMs, receivedAtMs, values, clockUntrusted, offsetMs, imported, session, seq };
}

function eventOf(event: z.infer<typeof loggedEvent>, receivedAtMs: number): EngineEvent | null {
  switch (event.event) {
    case "started":
    case "reloaded":
      return { kind: "started", receivedAtMs };
    case "clock-stepped":
      return { kind: "clock-stepped", receivedAtMs, byMs: event.byMs };
    case "security":
      if (event.what === "login-failed") {
        const { subject, from = null, detail } = event;
        return { kind: "login-failed", receivedAtMs, subject, from, detail };
      }
      if (event.what === "unknown-device") {
        return { kind: "unknown-device", receivedAtMs, device: event.subject, detail: event.detail };
      }
      return { kind: "security", receivedAtMs, condition: event.what, subject: event.subject, detail: event.detail };
    case "outdoor-expected":
      return { kind: "outdoor-expected", receivedAtMs, points: event.points };
    case "own-climate": {
      const { room, band, fromMs } = event;
      return { kind: "own-climate", receivedAtMs, room, band, fromMs };
    }
    case "drill": {
      const { event: _, ...drill } = event;
      return { kind: "drill", receivedAtMs, drill };
    }
    case "drill-end": {
      const { event: _, ...end } = event;
      return { kind: "drill-end", receivedAtMs, ...end };
    }
    case "condition": {
      const { event: _, active, ...report } = event;
      return { kind: "system", receivedAtMs, report: { ...report, wrong: active } };
    }
    case "system": {
      const { event: _, ...report } = event;
      return { kind: "system", receivedAtMs, report };
    }
  }
}
