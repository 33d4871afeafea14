import type { ConditionName, Priority } from "../../contract/index.ts";
import type { AlarmDrill, Evidence, Expectation } from "./state.ts";

/** What makes an alarm: the facts that its condition found. */
export interface Raise {
  key: string;
  condition: ConditionName;
  device: string | null;
  subject: string | null;
  room: string | null;
  sinceMs: number;
  atMs: number;
  value: number | null;
  limit: number | null;
  unit: string | null;
  detail: string | null;
  lateMs: number | null;
  /** In place of the condition's own. */
  priority?: Priority | undefined;
  /** Of warnings: what is still to come. */
  expectation?: Expectation;
  evidence?: Evidence[];
  /** An exercise, and who began it. */
  drill?: AlarmDrill;
  author?: More;
}

/** What else the journal says of a transition. */
export interface More {
  lateMs?: number | null;
  by?: string | undefined;
  comment?: string;
  via?: string;
}
