import type { Values } from "../../../contract/index.ts";
import type { Clock } from "../../../core/index.ts";

/** What one look at a system found: its figures, or why there are none. */
export type Finding = { ok: true; values: Values } | { ok: false; reason: string };

/**
 * Looks once. May also reject, with whatever error the system gave. The signal aborts when the time is up: everything
 * that was opened is then closed, and nobody waits for the answer any more.
 */
export type Look = (signal: AbortSignal) => Promise<Finding>;

export interface LookOptions {
  /** Folder that relative paths start from: the site file's. */
  directory: string;
  clock: Clock;
}

export const failed = (reason: string): Finding => ({ ok: false, reason });

/** Whole tenths: what is below says nothing over a network. */
export const responseMs = (clock: Clock, fromMs: number) => Math.round((clock.monotonicMs() - fromMs) * 10) / 10;
