import { z } from "zod";
import type { StatusPayload, Values } from "../contract/index.ts";
import type { Site } from "../site/index.ts";
import { ClockWitnesses, type DeviceClock, judgeTime, StepWitnesses } from "./clock-rules.ts";
import { markSeen, type SeenSequences } from "./duplicates.ts";
import type { Entry } from "./entry.ts";
import { type Fault, type ParsedPayload, parsePayload, type RawSample } from "./parse-payload.ts";
import { sampleFlags } from "./stores/history-schema.ts";

/** A sample with its time decided; duplicates by sequence number are already gone. */
export interface Sample {
  device: string;
  atMs: number;
  receivedAtMs: number;
  session: string | null;
  seq: number | null;
  /** Bits of `sampleFlags`. */
  flags: number;
  /** Receipt − the sample's own time; `null` when it stated none. */
  offsetMs: number | null;
  /** How far our own clock is thought to be ahead of the time; nearly always 0. */
  serverAheadMs: number;
  values: Values;
  /** What the history still has to look up: an equal (device, quantity, at), or an equal (device, session, seq). */
  doubt: "none" | "same-time" | "same-sequence";
}

export type Decoded =
  | { kind: "samples"; device: string; samples: Sample[]; faults: Fault[]; duplicates: number; unknownKeys: number }
  | { kind: "status"; device: string; status: StatusPayload }
  /** Somebody was let in or out. */
  | { kind: "badge"; device: string; atMs: number; direction: "in" | "out" }
  | { kind: "fault"; device: string | null; unknownDevice: boolean; reason: string }
  | { kind: "none" };

const deviceState = z.object({
  sessions: z.array(
    z.object({ session: z.string(), forgottenUpTo: z.number(), ranges: z.array(z.tuple([z.number(), z.number()])) }),
  ),
  offsetMs: z.number().nullable(),
  heardAtMs: z.number(),
  lastSubstituteMs: z.number(),
  samples: z.number(),
  quarantined: z.number(),
  lastSampleAtMs: z.number(),
  /** Share of samples received more than a minute late, as a moving mean. */
  lateness: z.number(),
  status: z.object({ state: z.enum(["online", "offline"]), session: z.string(), atMs: z.number() }).nullable(),
});
/** What is remembered of a device between entries; kept in the consumer's own file beside its cursor. */
export type DeviceMemory = z.infer<typeof deviceState> & SeenSequences & DeviceClock;

const freshMemory = (): DeviceMemory => ({
  sessions: [],
  offsetMs: null,
  heardAtMs: 0,
  lastSubstituteMs: 0,
  samples: 0,
  quarantined: 0,
  lastSampleAtMs: 0,
  lateness: 0,
  status: null,
});

const lateMs = 60_000;
/** Entered into the log by whoever notices that our own clock was set. */
const clockStepped = z.object({ byMs: z.number() });

/**
 * The stateful half of decoding: clock rules and duplicates. Each consumer of the log has one of its own, saved with
 * its cursor, so that whatever a crash makes it read again is decoded as it was the first time.
 */
export class Decoder {
  readonly memories = new Map<string, DeviceMemory>();
  readonly #changed = new Set<string>();
  readonly #witnesses = new ClockWitnesses();
  readonly #steps = new StepWitnesses();
  readonly #site: () => Site;

  constructor(site: () => Site) {
    this.#site = site;
  }

  /** True while half of the devices contradict our own clock; `null` while too few have spoken, as after a start. */
  get serverClockSuspected(): boolean | null {
    return this.#witnesses.enough() ? this.#witnesses.suspectServer() : null;
  }

  decode(entry: Entry): Decoded {
    if (entry.kind === "event" && entry.topic === "clock-stepped") {
      this.#steps.stepped(clockStepped.parse(JSON.parse(entry.payload.toString())).byMs);
    }
    if (entry.kind !== "message") return { kind: "none" };
    entry.parsed ??= parsePayload(entry.topic, entry.payload);
    const parsed = entry.parsed;
    if (parsed.kind === "fault") {
      if (parsed.device !== null && this.#site().devices.has(parsed.device))
        this.#memory(parsed.device).quarantined += 1;
      return { kind: "fault", device: parsed.device, unknownDevice: false, reason: parsed.reason };
    }
    const site = this.#site();
    if (parsed.site !== site.id) {
      return {
        kind: "fault",
        device: null,
        unknownDevice: false,
        reason: `topic: site ${parsed.site} is not ${site.id}`,
      };
    }
    if (!site.devices.has(parsed.device)) {
      return {
        kind: "fault",
        device: parsed.device,
        unknownDevice: true,
        reason: `device ${parsed.device} is not in the site file`,
      };
    }
    if (parsed.kind === "status") return this.#status(parsed.device, parsed.status, entry.receivedAtMs);
    if (parsed.kind === "telemetry") return this.#telemetry(parsed, entry.receivedAtMs, site);
    if (parsed.kind === "badge" && parsed.granted) {
      const { device, direction } = parsed;
      const { trusted_past: pastMs } = site.config.limits;
      const statedMs = parsed.atMs ?? entry.receivedAtMs;
      const trusted = statedMs <= entry.receivedAtMs && entry.receivedAtMs - statedMs <= pastMs;
      return { kind: "badge", device, atMs: trusted ? statedMs : entry.receivedAtMs, direction };
    }
    return { kind: "none" };
  }

  /** Memories changed since the last call, as JSON, to be saved in the transaction that moves the cursor. */
  *takeChanged(): Iterable<[device: string, state: string]> {
    for (const device of this.#changed) yield [device, JSON.stringify(this.memories.get(device))];
    this.#changed.clear();
  }

  /** Marks everything as changed: after a save that failed. */
  touchAll(): void {
    for (const device of this.memories.keys()) this.#changed.add(device);
  }

  /** Forgets everything and takes what was saved: at start, and after a commit that failed. */
  restore(saved: Iterable<[device: string, state: string]>): void {
    this.memories.clear();
    this.#changed.clear();
    for (const [device, state] of saved) this.memories.set(device, deviceState.parse(JSON.parse(state)));
  }

  #memory(device: string): DeviceMemory {
    let memory = this.memories.get(device);
    if (!memory) {
      memory = freshMemory();
      this.memories.set(device, memory);
    }
    this.#changed.add(device);
    return memory;
  }

  /** The will of an earlier session never marks a living one offline. */
  #status(device: string, status: StatusPayload, atMs: number): Decoded {
    const memory = this.#memory(device);
    if (status.state === "offline" && memory.status?.state === "online" && memory.status.session !== status.session) {
      return { kind: "none" };
    }
    memory.status = { state: status.state, session: status.session, atMs };
    return { kind: "status", device, status };
  }

  #telemetry(parsed: ParsedPayload & { kind: "telemetry" }, receivedAtMs: number, site: Site): Decoded {
    const { device, faults, unknownKeys } = parsed;
    const memory = this.#memory(device);
    const limits = {
      trustedPastMs: site.config.limits.trusted_past,
      trustedFutureMs: site.config.limits.trusted_future,
    };
    const samples: Sample[] = [];
    let duplicates = 0;
    for (const raw of parsed.samples) {
      const mark = raw.session !== null && raw.seq !== null ? markSeen(memory, raw.session, raw.seq) : null;
      if (mark === "seen") {
        duplicates += 1;
        continue;
      }
      const time = judgeTime(raw.time, receivedAtMs, device, memory, this.#witnesses, this.#steps, limits);
      const aheadMs = time.trusted ? time.aheadMs : 0;
      const late = time.trusted && receivedAtMs - aheadMs - time.atMs > lateMs;
      memory.lateness += ((late ? 1 : 0) - memory.lateness) / 20;
      memory.samples += 1;
      if (time.atMs > memory.lastSampleAtMs) memory.lastSampleAtMs = time.atMs;
      samples.push({
        device,
        atMs: time.atMs,
        receivedAtMs,
        session: raw.session,
        seq: raw.seq,
        flags: (time.trusted ? 0 : sampleFlags["clock-untrusted"]) | (late ? sampleFlags.late : 0),
        offsetMs: time.offsetMs,
        serverAheadMs: aheadMs,
        values: raw.values,
        doubt: mark === "uncertain" ? "same-sequence" : mark === null ? doubtOfTime(raw, time.trusted) : "none",
      });
    }
    memory.heardAtMs = Math.max(memory.heardAtMs, receivedAtMs);
    memory.quarantined += faults.length;
    return { kind: "samples", device, samples, faults, duplicates, unknownKeys };
  }
}

/** Without a sequence number two samples are the same when they state the same time; without a time none are. */
function doubtOfTime(raw: RawSample, trusted: boolean): Sample["doubt"] {
  return raw.time.kind === "at" && trusted ? "same-time" : "none";
}
