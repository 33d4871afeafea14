import { type grantPurposes, type RecordClass, recordClasses } from "../../contract/index.ts";
import type { PersonnelCategory } from "../../site/index.ts";

/** Leave to enter rooms for a purpose and a time: asked for, decided by somebody else, used, over. */

export type Purpose = (typeof grantPurposes)[number];
export { type RecordClass, recordClasses };

/** Somebody by number: of the site file, or a guest whom a request names. */
export interface Who {
  id: string;
  name: string;
  category: PersonnelCategory;
}

export interface Grant {
  id: string;
  /** `null` once the person was erased: the grant then lets nobody in. */
  person: Who | null;
  /** Staff numbers that go in with the person, under the same grant. */
  companions: readonly string[];
  rooms: readonly string[];
  /** `break-glass` was asked of nobody. */
  purpose: Purpose | "break-glass";
  records: readonly string[];
  /** Highest class of the records. */
  recordClass: RecordClass;
  /** Half-open, [fromMs, toMs). */
  fromMs: number;
  toMs: number;
  requestedBy: string | null;
  requestedAtMs: number;
  comment: string;
  decision: { approved: boolean; by: string | null; atMs: number; comment: string } | null;
  /** Revoked, or withdrawn by whoever asked. */
  endedAtMs: number | null;
  endedHow: "revoked" | "withdrawn" | null;
  usedAtMs: number | null;
  expiryNoted: boolean;
  /** When it was last said that a break-glass is still not explained. */
  remindedAtMs: number | null;
  explainedAtMs: number | null;
  explanation: string | null;
}

export const grantStates = ["requested", "refused", "approved", "in-force", "expired", "revoked", "withdrawn"] as const;
export type GrantState = (typeof grantStates)[number];

/** What a grant was at that moment: what is decided later says nothing about before. */
export function grantStateAt(grant: Grant, atMs: number): GrantState {
  if (grant.endedAtMs !== null && grant.endedHow !== null && atMs >= grant.endedAtMs) return grant.endedHow;
  const decided = grant.decision !== null && atMs >= grant.decision.atMs ? grant.decision : null;
  if (decided?.approved === false) return "refused";
  if (atMs >= grant.toMs) return "expired";
  if (decided === null) return "requested";
  return atMs < grant.fromMs ? "approved" : "in-force";
}
