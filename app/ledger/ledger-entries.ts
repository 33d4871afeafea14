import type { NewEntry, Personal } from "../../access/index.ts";
import type { JournalRow } from "../../alerts/index.ts";
import type { Entry } from "../../collector/index.ts";
import { loggedCommand, loggedEvent } from "../engine/log-events.ts";

/** What of the intake log and of the alarm journal is recorded for auditors. */

const about = (person: string, value = person): Personal => ({ person, value });

/** `null` for what is none of the ledger's business: measurements are kept in the history. */
export function entryOfIntake(entry: Entry): NewEntry | null {
  const { position, receivedAtMs: atMs } = entry;
  if (entry.kind === "command") {
    const { do: act, alarm, by, comment, via, forMs } = loggedCommand.parse(JSON.parse(entry.payload.toString()));
    return {
      kind: "operator-command",
      atMs,
      body: { do: act, alarm, via, position, ...(forMs === undefined ? {} : { for_ms: forMs }) },
      // What somebody wrote may name anybody: it is erased with who wrote it.
      personal: { by: about(by), ...(comment === "" ? {} : { comment: about(by, comment) }) },
    };
  }
  if (entry.kind === "event" && entry.topic === "security") {
    const event = loggedEvent.parse(JSON.parse(entry.payload.toString()));
    if (event.event !== "security") return null;
    const { what, subject, detail, from } = event;
    return {
      kind: "security-event",
      atMs,
      body: { what, subject, detail, position, ...(from === undefined ? {} : { from }) },
    };
  }
  return null;
}

export function entryOfJournal(row: JournalRow): NewEntry {
  const { n, alarm, condition, transition, state, priority, room, device, subject, value, limit, unit } = row;
  const { reason, via, by, comment } = row;
  return {
    kind: "alarm-journal",
    atMs: row.at_ms,
    body: { n, alarm, condition, transition, state, priority, room, device, subject, value, limit, unit, reason, via },
    ...(by === null ? {} : { personal: { by: about(by), ...(comment ? { comment: about(by, comment) } : {}) } }),
  };
}
