import type { ServerResponse } from "node:http";
import type { Reading } from "../contract/index.ts";
import type { Clock, Logger, Timer } from "../core/index.ts";
import type { ConsoleSource, StreamEvent } from "./ports.ts";
import { shownAlarm, type View } from "./rights.ts";

const heartbeatMs = 15_000;
/** Readings are gathered for so long, and of each device and quantity only the newest is sent. */
const gatherMs = 500;
/** Events go on being kept for so long after the last client has left, for it may come back. */
const lingerMs = 60_000;

export interface StreamClient {
  response: ServerResponse;
  /** What the client may see now; throws when it may no longer see anything. */
  view: () => View;
  /** Id of the last event it has received, when it resumes. */
  lastEventId: number | null;
}

/** The live stream: one bounded memory of events, which each client reads at its own pace. */
export interface StreamHub {
  add(client: StreamClient): void;
  clients(): number;
  /** Looks again at who may see what: after a reload. */
  recheck(): void;
  stop(): void;
}

interface Kept {
  id: number;
  event: StreamEvent;
  bytes: number;
  /** The event as each view shows it; null where it shows nothing of it. */
  frames: WeakMap<View, string | null>;
}

interface Reader {
  response: ServerResponse;
  view: View;
  currentView: () => View;
  /** Id of the next event to send. */
  nextId: number;
  /** Since when its socket has been full; null while it is not. */
  stalledSinceMs: number | null;
}

export function createStreamHub(options: {
  source: Pick<ConsoleSource, "site" | "subscribe">;
  clock: Clock;
  log: Logger;
}): StreamHub {
  const { source, clock, log } = options;
  const limits = () => source.site().config.limits;
  const readers = new Set<Reader>();
  const kept: Kept[] = [];
  let keptBytes = 0;
  // Ids go on growing over restarts, so that an id of an earlier run is recognised as gone.
  let nextId = Math.round(clock.nowMs()) * 1_000;
  let gathered = new Map<string, Reading>();
  let gathering: Timer | null = null;
  let unsubscribe: (() => void) | null = null;
  let heartbeat: Timer | null = null;
  let linger: Timer | null = null;

  const keep = (event: StreamEvent) => {
    const entry: Kept = { id: nextId++, event, bytes: JSON.stringify(event).length, frames: new WeakMap() };
    kept.push(entry);
    keptBytes += entry.bytes;
    while (keptBytes > limits().stream_history && kept.length > 1) keptBytes -= kept.shift()!.bytes;
    for (const reader of readers) send(reader);
  };
  const flush = () => {
    gathering?.cancel();
    gathering = null;
    const readings = [...gathered.values()];
    gathered = new Map();
    if (readings.length > 0) keep({ kind: "reading", readings });
  };
  const hear = (event: StreamEvent) => {
    if (event.kind !== "reading") {
      flush();
      keep(event);
      return;
    }
    for (const reading of event.readings) {
      const key = `${reading.device} ${reading.quantity}`;
      const earlier = gathered.get(key);
      if (earlier === undefined || earlier.at <= reading.at) gathered.set(key, reading);
    }
    gathering ??= clock.after(gatherMs, flush);
  };

  const oldestId = () => kept[0]?.id ?? nextId;

  /** Writes as much as the socket takes; what remains is written when it has drained. */
  const send = (reader: Reader) => {
    if (reader.nextId < oldestId()) return drop(reader, "fell behind what is kept");
    while (reader.nextId < nextId && reader.stalledSinceMs === null) {
      const frame = frameOf(kept[reader.nextId - oldestId()]!, reader.view);
      reader.nextId++;
      if (frame !== null) write(reader, frame);
    }
  };
  const write = (reader: Reader, text: string) => {
    if (!reader.response.write(text)) reader.stalledSinceMs = clock.monotonicMs();
  };
  const drop = (reader: Reader, reason: string) => {
    log.info("console.stream.dropped", { reason });
    forget(reader);
    reader.response.destroy();
  };
  const forget = (reader: Reader) => {
    if (readers.delete(reader) && readers.size === 0) {
      heartbeat?.cancel();
      heartbeat = null;
      linger = clock.after(lingerMs, silence);
    }
  };
  const recheck = (reader: Reader): boolean => {
    try {
      reader.view = reader.currentView();
      return true;
    } catch {
      drop(reader, "may no longer read");
      return false;
    }
  };
  const beat = () => {
    for (const reader of [...readers]) {
      if (reader.stalledSinceMs === null) {
        if (recheck(reader)) write(reader, ": still here\n\n");
      } else if (clock.monotonicMs() - reader.stalledSinceMs >= limits().stream_stalled) drop(reader, "does not read");
    }
  };

  // Nobody listening costs nothing: readings are only turned into events while somebody does.
  const listen = () => {
    linger?.cancel();
    linger = null;
    unsubscribe ??= source.subscribe(hear);
    heartbeat ??= clock.every(heartbeatMs, beat);
  };
  const silence = () => {
    for (const timer of [linger, heartbeat, gathering]) timer?.cancel();
    linger = heartbeat = gathering = null;
    unsubscribe?.();
    unsubscribe = null;
    gathered = new Map();
    kept.length = 0;
    keptBytes = 0;
    // Leaves a hole in the ids: what happens from here on is missed, and known to be.
    nextId = Math.max(nextId + 1, Math.round(clock.nowMs()) * 1_000);
  };

  return {
    add({ response, view, lastEventId }) {
      listen();
      const resumes = lastEventId !== null && lastEventId >= oldestId() - 1 && lastEventId < nextId;
      const reader: Reader = {
        response,
        view: view(),
        currentView: view,
        nextId: resumes ? lastEventId + 1 : nextId,
        stalledSinceMs: null,
      };
      readers.add(reader);
      response.on("drain", () => {
        reader.stalledSinceMs = null;
        if (readers.has(reader)) send(reader);
      });
      response.on("close", () => forget(reader));
      response.on("error", () => forget(reader));
      write(reader, "retry: 2000\n\n");
      if (lastEventId !== null && !resumes) write(reader, 'event: gap\ndata: {"missed":true}\n\n');
      send(reader);
    },
    clients: () => readers.size,
    recheck() {
      for (const reader of [...readers]) recheck(reader);
    },
    stop() {
      for (const reader of readers) reader.response.end();
      readers.clear();
      silence();
    },
  };
}

function frameOf(entry: Kept, view: View): string | null {
  const made = entry.frames.get(view);
  if (made !== undefined) return made;
  const data = shown(entry.event, view);
  const frame = data === null ? null : `id: ${entry.id}\nevent: ${entry.event.kind}\ndata: ${JSON.stringify(data)}\n\n`;
  entry.frames.set(view, frame);
  return frame;
}

function shown(event: StreamEvent, view: View): unknown {
  switch (event.kind) {
    case "reading": {
      const readings = event.readings.filter((reading) => view.sees(reading.room));
      return readings.length > 0 ? { readings } : null;
    }
    case "alarm": {
      const alarm = shownAlarm(view, event.alarm);
      return alarm && { transition: event.transition, alarm };
    }
    case "health":
      return event.health;
  }
}
