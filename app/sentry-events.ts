import type { JournalRow } from "../alerts/index.ts";
import type { HistoryCommit } from "../collector/index.ts";
import type { Told } from "../notify/index.ts";
import type { SetUpLink } from "./console/signing-in.ts";

/** What people at the terminal want to see as it happens. */
export interface SentryEvents {
  alarm(row: JournalRow): void;
  stored(commit: HistoryCommit): void;
  told(told: Told): void;
  /** An administrator's account waits to be set up. */
  setUpLink(link: SetUpLink): void;
}
