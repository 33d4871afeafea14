import {
  badgePayload,
  isQuantity,
  judgeValue,
  parseTopic,
  type StatusPayload,
  statusPayload,
  type Values,
} from "../contract/index.ts";
import { undecodable } from "./confidential.ts";

/** A sample as its payload states it; times not yet judged. */
export interface RawSample {
  seq: number | null;
  session: string | null;
  /** What the sample says of its time: an instant, an age on arrival, or nothing. */
  time: { kind: "at"; atMs: number } | { kind: "age"; ageMs: number } | { kind: "none" };
  values: Values;
}

export interface Fault {
  reason: string;
}

/** What a message says, whatever was known before: the stateless half of decoding. */
export type ParsedPayload =
  | { kind: "telemetry"; site: string; device: string; samples: RawSample[]; faults: Fault[]; unknownKeys: number }
  | { kind: "status"; site: string; device: string; status: StatusPayload }
  | { kind: "badge"; site: string; device: string; atMs: number | null; direction: "in" | "out"; granted: boolean }
  | { kind: "other"; site: string; device: string; channel: "badge" | "command" | "result" | "scan" }
  | { kind: "fault"; device: string | null; reason: string };

/** More samples than a logger's memory holds in one packet of the default size. */
const maxSamples = 10_000;

export function parsePayload(topic: string, payload: Buffer): ParsedPayload {
  const target = parseTopic(topic);
  if (target.kind !== "device") return { kind: "fault", device: null, reason: "topic: not one a device publishes on" };
  const { site, device, channel } = target;
  if (channel === "command" || channel === "result") return { kind: "other", site, device, channel };
  let json: unknown;
  try {
    json = JSON.parse(payload.toString("utf8"));
  } catch {
    return { kind: "fault", device, reason: payload.length === 0 ? "payload: empty" : "payload: not JSON" };
  }
  if (channel === "badge" || channel === "scan") {
    const lost = undecodable.safeParse(json);
    if (!lost.success)
      return channel === "badge" ? readBadge(site, device, json) : { kind: "other", site, device, channel };
    const reason = `${channel}: not of its form; only its length (${lost.data.undecodable.length}) and keyed hash are kept`;
    return { kind: "fault", device, reason };
  }
  if (channel === "status") {
    const status = statusPayload.safeParse(json);
    return status.success
      ? { kind: "status", site, device, status: status.data }
      : { kind: "fault", device, reason: 'status: expected {"state":"online"|"offline","session"}' };
  }
  const list: unknown[] = Array.isArray(json) ? json : [json];
  if (list.length > maxSamples) {
    return { kind: "fault", device, reason: `telemetry: at most ${maxSamples} samples, found ${list.length}` };
  }
  const samples: RawSample[] = [];
  const faults: Fault[] = [];
  let unknownKeys = 0;
  for (const item of list) unknownKeys += readSample(item, samples, faults);
  return { kind: "telemetry", site, device, samples, faults, unknownKeys };
}

/** That somebody passed; the credential stays with those who keep the record of access. */
function readBadge(site: string, device: string, json: unknown): ParsedPayload {
  const badge = badgePayload.safeParse(json);
  if (!badge.success) return { kind: "other", site, device, channel: "badge" };
  const { at, direction, decision } = badge.data;
  const atMs = at === undefined ? null : (readInstant(at) ?? null);
  return { kind: "badge", site, device, atMs, direction, granted: decision === "granted" };
}

/** Reads one sample; what is wrong goes to `faults`, and what is right of it is kept all the same. */
function readSample(item: unknown, samples: RawSample[], faults: Fault[]): number {
  if (typeof item !== "object" || item === null || Array.isArray(item)) {
    faults.push({ reason: `sample: expected an object, found ${JSON.stringify(item)?.slice(0, 60)}` });
    return 0;
  }
  const sample: RawSample = { seq: null, session: null, time: { kind: "none" }, values: {} };
  let unknownKeys = 0;
  let anyValue = false;
  for (const [key, raw] of Object.entries(item)) {
    if (isQuantity(key)) {
      const judged = judgeValue(key, raw);
      if (judged.ok) {
        sample.values[key] = judged.value;
        anyValue = true;
      } else faults.push({ reason: judged.reason });
    } else if (key === "seq") {
      if (Number.isSafeInteger(raw) && (raw as number) >= 0) sample.seq = raw as number;
      else faults.push({ reason: `seq: expected a whole number ≥ 0, found ${JSON.stringify(raw)?.slice(0, 60)}` });
    } else if (key === "session") {
      if (typeof raw === "string" && raw !== "" && raw.length <= 64) sample.session = raw;
      else faults.push({ reason: "session: expected a text of 1 to 64 characters" });
    } else if (key === "at") {
      const atMs = readInstant(raw);
      if (atMs !== undefined) sample.time = { kind: "at", atMs };
      else
        faults.push({
          reason: `at: expected RFC 3339 or epoch milliseconds, found ${JSON.stringify(raw)?.slice(0, 60)}`,
        });
    } else if (key === "age_ms") {
      if (typeof raw === "number" && Number.isFinite(raw) && raw >= 0) {
        if (sample.time.kind === "none") sample.time = { kind: "age", ageMs: Math.round(raw) };
      } else faults.push({ reason: "age_ms: expected a number ≥ 0" });
    } else unknownKeys += 1;
  }
  if (anyValue) samples.push(sample);
  else if (faults.length === 0) faults.push({ reason: "sample: no known quantity" });
  return unknownKeys;
}

const rfc3339 = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/i;

/** RFC 3339 with an offset, or epoch milliseconds. */
export function readInstant(raw: unknown): number | undefined {
  if (typeof raw === "number") return Number.isSafeInteger(Math.round(raw)) ? Math.round(raw) : undefined;
  if (typeof raw !== "string" || !rfc3339.test(raw)) return undefined;
  const atMs = Date.parse(raw);
  return Number.isNaN(atMs) ? undefined : atMs;
}
