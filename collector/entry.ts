import type { ParsedPayload } from "./parse-payload.ts";

/**
 * A line of the intake log: everything that may change what the program knows or does.
 * - `message`: an MQTT message, from our broker or an external one; `origin` says which.
 * - `event`: something a part of this program saw (a refused publish, a store that stopped answering …), JSON.
 * - `command`: an operator's command, JSON.
 * - `tick`: time passed that matters to the engine; no payload.
 */
export type EntryKind = "message" | "event" | "command" | "tick";

export interface NewEntry {
  kind: EntryKind;
  receivedAtMs: number;
  /** `broker`, the name of a source, or the part that saw it. */
  origin: string;
  /** MQTT topic, or the event's or command's name. */
  topic: string;
  payload: Buffer;
}

export interface Entry extends NewEntry {
  /** Grows by one an entry, never reused. */
  position: number;
  /** What the payload says, judged once and shared by the consumers that run side by side. */
  parsed?: ParsedPayload;
}
