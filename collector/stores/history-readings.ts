import { type Database, SentryError } from "../../core/index.ts";
import type { Site } from "../../site/index.ts";
import type { ReadingsRequest } from "./history-queries.ts";
import { flagNames, type StoredSample, valueColumns } from "./history-schema.ts";
import { decodeCursor, encodeCursor } from "./page-cursor.ts";
import { type SampleRow, selectSamples, toSample } from "./sample-reader.ts";
import { devicesEverIn, type Stay, staysOf } from "./whereabouts.ts";

/** One value of one sample. Booleans and doors are 0 or 1 here; `presentValue` turns them back. */
export interface HistoryReading {
  atMs: number;
  receivedAtMs: number;
  room: string | null;
  device: string;
  quantity: string;
  value: number;
  session: string | null;
  seq: number | null;
  flags: string[];
}

/** The stays a request asks about: of one device, of a room's devices while they were there, or of all. */
export function requestedStays(history: Database, site: Site, request: ReadingsRequest): Stay[] {
  const { room, device, quantity } = request;
  if (quantity !== undefined && !valueColumns.includes(quantity)) {
    throw new SentryError("request-invalid", `quantity: expected one of ${valueColumns.join(", ")}, found ${quantity}`);
  }
  const fromMs = request.fromMs ?? Number.MIN_SAFE_INTEGER;
  const toMs = request.toMs ?? Number.MAX_SAFE_INTEGER;
  if (fromMs >= toMs) return [];
  const devices =
    device !== undefined
      ? [device]
      : room !== undefined
        ? devicesEverIn(site, room)
        : history
            .prepare("SELECT device FROM device_names ORDER BY device")
            .all()
            .map((row) => String(row.device));
  return staysOf(site, { devices, room, fromMs, toMs });
}

export function createReadingQuery(history: Database, site: () => Site) {
  return (request: ReadingsRequest): { readings: HistoryReading[]; next: string | null } => {
    const [cursorAtMs, cursorId, given] = request.cursor === undefined ? [] : decodeCursor(request.cursor);
    const after = { atMs: cursorAtMs ?? Number.MIN_SAFE_INTEGER, id: (cursorId ?? 0) - 1 };
    const stays = requestedStays(history, site(), request);
    const wanted = request.quantity === undefined ? valueColumns : [request.quantity];
    // Short reads where many devices share a page: most of what each has comes on later pages.
    const chunk = Math.min(Math.max(Math.ceil(request.limit / Math.max(stays.length, 1)), 20), request.limit) + 1;
    const filter = request.quantity === undefined ? "" : `AND s.${request.quantity} IS NOT NULL`;
    const statement = history.prepare(
      `${selectSamples(wanted)} WHERE s.device = (SELECT n FROM device_names WHERE device = ?1)
       AND s.at_ms >= ?2 AND s.at_ms < ?3 AND (s.at_ms > ?4 OR (s.at_ms = ?4 AND s.id > ?5)) ${filter}
       ORDER BY s.at_ms, s.id LIMIT ${chunk}`,
    );
    statement.setReturnArrays(true);
    const streams = stays.map((stay) => ({ stay, samples: [] as StoredSample[], next: 0, ended: false, after }));
    const refill = (stream: (typeof streams)[number]) => {
      const { stay, after } = stream;
      const fromMs = Math.max(stay.fromMs, after.atMs);
      const rows = statement.all(stay.device, fromMs, stay.toMs, after.atMs, after.id) as unknown as SampleRow[];
      stream.samples = rows.map((row) => toSample(row, wanted));
      stream.next = 0;
      stream.ended = rows.length < chunk;
      const last = stream.samples.at(-1);
      if (last !== undefined) stream.after = { atMs: last.atMs, id: last.id };
    };
    const head = (stream: (typeof streams)[number]): StoredSample | undefined => {
      if (stream.next >= stream.samples.length && !stream.ended) refill(stream);
      return stream.samples[stream.next];
    };

    const readings: HistoryReading[] = [];
    let skip = given ?? 0;
    for (;;) {
      let first: (typeof streams)[number] | undefined;
      let sample: StoredSample | undefined;
      for (const stream of streams) {
        const candidate = head(stream);
        if (candidate === undefined) continue;
        const earlier =
          sample === undefined ||
          candidate.atMs < sample.atMs ||
          (candidate.atMs === sample.atMs && candidate.id < sample.id);
        if (earlier) {
          first = stream;
          sample = candidate;
        }
      }
      if (first === undefined || sample === undefined) return { readings, next: null };
      first.next++;
      const carried = wanted.filter((name) => sample.values[name] !== undefined);
      for (let at = skip; at < carried.length; at++) {
        if (readings.length >= request.limit) return { readings, next: encodeCursor([sample.atMs, sample.id, at]) };
        readings.push({
          atMs: sample.atMs,
          receivedAtMs: sample.receivedAtMs,
          room: first.stay.room,
          device: sample.device,
          quantity: carried[at]!,
          value: sample.values[carried[at]!]!,
          session: sample.session,
          seq: sample.seq,
          flags: flagNames(sample.flags),
        });
      }
      skip = 0;
    }
  };
}
