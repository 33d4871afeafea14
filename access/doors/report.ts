import type { PersonnelCategory } from "../../site/index.ts";
import type { Grant, Who } from "../grants/grant.ts";
import type { EntryRules } from "../grants/may-enter.ts";

/** What a door's controller, contact or button reported, whenever it arrived. */
interface Seen {
  /** The same for the same report, however often it is delivered. */
  id: string;
  atMs: number;
  receivedAtMs: number;
  position: number;
  device: string;
  door: string | null;
  room: string;
  seq: number | null;
}
export type BadgeReport = Seen & {
  kind: "badge";
  /** Keyed hash. */
  credential: string;
  direction: "in" | "out";
  decision: "granted" | "denied";
};
export type DoorReport = Seen & { kind: "door"; open: boolean };
/** `erased`: it was a badge, and nobody may know any more whose. */
export type ExitReport = Seen & { kind: "exit-request"; erased?: true };
export type Report = BadgeReport | DoorReport | ExitReport;

/** Of several at one moment: who badged before the door opened, and always in the same order. */
const ranks = { badge: 0, "exit-request": 1, door: 2 } as const;
export function inOrder(a: Report, b: Report): number {
  return a.atMs - b.atMs || ranks[a.kind] - ranks[b.kind] || (a.id < b.id ? -1 : a.id > b.id ? 1 : 0);
}

/** What is known beside the reports themselves. Everything in it holds from a moment on, so that late reports are
 * judged by what was in force when they happened. */
export interface DoorRules {
  entry: EntryRules;
  holderOf(credential: string, atMs: number): Who | null;
  grantsFor(room: string): readonly Grant[];
  inMaintenance(door: string, atMs: number): boolean;
  isWorkingTime(atMs: number): boolean;
  /** `null`: nothing at this door could explain an opening. */
  unlockMs(door: string): number | null;
  freeExit(door: string): boolean;
  slackMs: number;
  togetherMs: number;
  insideLongestMs: number;
  deniedLimit: number;
  deniedWithinMs: number;
}

/** Somebody inside, as far as badges tell. */
export interface Inside {
  /** Staff number, or the hash of a badge that is nobody's. */
  key: string;
  who: Who | null;
  category: PersonnelCategory | "unknown";
  sinceMs: number;
  visit: string;
  door: string | null;
  /** Whether our rights let the person in. */
  entitled: boolean;
}

export const doorConditions = [
  "door-forced",
  "door-after-hours",
  "access-unauthorised",
  "access-denied-repeated",
] as const;

/** A difference between what was reported and what our rights say. */
export interface Suspicion {
  condition: (typeof doorConditions)[number];
  /** One of the identifiers that `accessDetail` puts in words. */
  detail: string;
  priority?: "critical" | "low";
  /** How long something that explains it may still come. */
  waits: "not" | "for-reports" | "for-company";
}

export interface Judgement {
  judged: string;
  who: Who | null;
  grant?: string;
  visit?: string;
  suspicions: Suspicion[];
  /** Not recorded: a sign of life, or no opening after all. */
  silent?: true;
}
