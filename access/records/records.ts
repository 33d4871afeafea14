import type { RecordAction, RecordClass, RecordEntry } from "../../contract/index.ts";
import { type Clock, isoTime, SentryError } from "../../core/index.ts";
import type { Site } from "../../site/index.ts";
import type { NewEntry, Personal } from "../ledger/kinds.ts";
import type { Ledger } from "../ledger/ledger.ts";
import { createRecordViews, somebodyOf } from "./record-views.ts";
import { createReferences, shortName, stricter } from "./references.ts";
import { createShelf, type Holding } from "./shelf.ts";

/** What somebody did with a record. */
export interface Deed {
  action: RecordAction;
  reference?: string | undefined;
  /** In place of a reference: the scanner whose latest barcode it is. */
  scanner?: string | undefined;
  class?: RecordClass | undefined;
  room?: string | undefined;
  person: string;
  second?: string | undefined;
  grant?: string | undefined;
  visit?: string | undefined;
  dueMs?: number | undefined;
  atMs?: number | undefined;
  comment?: string | undefined;
  /** Who enters it. */
  by: string;
}

/** Says whether a person has leave for a deed, and finds the grant and the visit that it belongs to. */
export type LeaveFor = (deed: {
  person: string;
  room: string | null;
  reference: string;
  action: RecordAction;
  atMs: number;
  grant: string | undefined;
  visit: string | undefined;
}) => { allowed: true; grant?: string | undefined; visit?: string | undefined } | { allowed: false; reason: string };

export interface OverdueReport {
  subject: string;
  active: boolean;
  room: string | null;
  detail: string;
}

export interface RecordsQuery {
  reference?: string | undefined;
  state: "out" | "overdue" | "all";
  fromMs?: number | undefined;
  toMs?: number | undefined;
  limit: number;
  cursor?: string | undefined;
}

/** The book of records: who had which in hand, when, by whose leave; every line of it an entry of the ledger. */
export interface Records {
  /** @throws SentryError `two-persons-required`, `not-authorised`, `state-conflict`, `request-invalid` */
  enter(deed: Deed): RecordEntry;
  list(query: RecordsQuery): { records: RecordEntry[]; next: string | null };
  /** A barcode was read at a desk. */
  scanned(scan: { device: string; atMs: number; code: string }): void;
  /** Warns of what should be back by now. */
  lookForOverdue(): void;
}

export function createRecords(options: {
  ledger: Ledger;
  site: () => Site;
  /** Of 32 bytes: makes the names of core records. */
  key: Buffer;
  reportOverdue: (report: OverdueReport) => void;
  leaveFor?: LeaveFor;
  clock: Clock;
}): Records {
  const { ledger, site, clock } = options;
  const references = createReferences(site, options.key);
  const shelf = createShelf(ledger);
  const views = createRecordViews({ ledger, shelf, references, site, clock });
  const scans = new Map<string, { atMs: number; code: string }>();
  /** Alarms that this run has raised or found. */
  const said = new Map<string, boolean>();

  const referenceOf = ({ reference, scanner }: Deed): string => {
    if ((reference === undefined) === (scanner === undefined)) {
      throw new SentryError("request-invalid", "expected either reference or scanner");
    }
    const typed = reference ?? scanOf(scanner!);
    const tidy = references.tidy(typed);
    if (tidy === "" || tidy.startsWith("hmac-sha256:")) {
      throw new SentryError("request-invalid", "reference: expected what stands on the record");
    }
    return tidy;
  };
  const scanOf = (scanner: string): string => {
    const scan = scans.get(scanner);
    const { scan_within } = site().config.records;
    if (scan && clock.nowMs() - scan.atMs <= scan_within) return scan.code;
    throw new SentryError("not-found", `scanner: nothing was scanned at ${scanner} within ${scan_within / 1_000} s`);
  };
  const holdingsOf = (reference: string): Holding[] =>
    references.names(reference).flatMap((name) => shelf.holding(name) ?? []);

  const mustFit = (deed: Deed, { atMs, loan }: { atMs: number; loan: Holding["loan"] }) => {
    if (deed.room !== undefined && !site().rooms.has(deed.room)) {
      throw new SentryError("not-found", `room: there is no room ${deed.room}`);
    }
    if (atMs > clock.nowMs()) throw new SentryError("request-invalid", "at: expected a time that is past");
    if (deed.action === "return" && !loan) throw new SentryError("state-conflict", "the record is not on loan");
    const renewed = deed.action === "loan" && loan !== null && borrowerOf(loan.index) === deed.person;
    if (loan && deed.action !== "return" && !renewed) {
      throw new SentryError(
        "state-conflict",
        `the record is on loan until ${isoTime(loan.dueMs)}: enter its return first`,
      );
    }
    if ((deed.action === "loan") !== (deed.dueMs !== undefined)) {
      throw new SentryError("request-invalid", "due: expected of a loan, and of nothing else");
    }
    if (deed.dueMs === undefined) return;
    const { loan_longest } = site().config.records;
    if (deed.dueMs <= atMs || deed.dueMs - atMs > loan_longest) {
      const days = loan_longest / 86_400_000;
      throw new SentryError("request-invalid", `due: expected within ${days} days of the loan (records.loan_longest)`);
    }
  };
  const borrowerOf = (index: number): string | null => {
    const entry = ledger.read({ from: index, limit: 1 })[0]?.entry;
    return entry ? (somebodyOf(ledger.reveal(entry).person?.value, site())?.id ?? null) : null;
  };

  /** What was refused is worth an entry too: somebody wanted to. */
  const refuse = (deed: Deed, name: string, fault: SentryError): never => {
    const detail = `${deed.action}: ${fault.code}`;
    const body = { what: "record-refused", subject: shortName(name), detail };
    ledger.append([{ kind: "security-event", atMs: clock.nowMs(), body, personal: { person: about(deed.person) } }]);
    throw fault;
  };

  const sayOverdue = (holding: Holding, active: boolean) => {
    const { name, loan } = holding;
    if (said.get(name) === active) return;
    said.set(name, active);
    const detail = loan ? `due ${isoTime(loan.dueMs)}, entry ${loan.index}` : "returned";
    options.reportOverdue({ subject: shortName(name), active, room: loan?.room ?? null, detail });
  };

  return {
    enter(deed) {
      const reference = referenceOf(deed);
      const before = holdingsOf(reference);
      const recordClass = before.reduce((least, one) => stricter(least, one.class), references.classOf(reference));
      const name = references.keyed(reference, stricter(recordClass, deed.class ?? "ordinary"));
      if (deed.class !== undefined && stricter(deed.class, recordClass) !== deed.class) {
        throw new SentryError("request-invalid", `class: the record is ${recordClass}, found ${deed.class}`);
      }
      const inForce = deed.class ?? recordClass;
      const atMs = deed.atMs ?? clock.nowMs();
      mustFit(deed, { atMs, loan: before.find(({ loan }) => loan)?.loan ?? null });
      if (inForce === "core" && (deed.second === undefined || deed.second === deed.person)) {
        const text = "second: a core record is handled by two persons, found one";
        refuse(deed, name, new SentryError("two-persons-required", text));
      }
      const { person, room = null, action, grant, visit } = deed;
      const leave = options.leaveFor?.({ person, room, reference, action, atMs, grant, visit });
      if (leave?.allowed === false) refuse(deed, name, new SentryError("not-authorised", leave.reason));
      const found = leave?.allowed ? leave : null;
      const entry: NewEntry = {
        kind: "record",
        atMs,
        body: {
          action,
          reference: name,
          class: inForce,
          room,
          ...withText("grant", grant ?? found?.grant),
          ...withText("visit", visit ?? found?.visit),
          ...(deed.dueMs === undefined ? {} : { due: isoTime(deed.dueMs) }),
        },
        personal: {
          person: about(person),
          by: about(deed.by),
          ...(deed.second === undefined ? {} : { second: about(deed.second) }),
          ...(deed.comment ? { comment: { person: deed.by, value: deed.comment } } : {}),
          // With a key of its own: it outlives whoever had the record in hand.
          ...(inForce === "core" ? { reference: { person: `record ${name}`, value: reference } } : {}),
        },
      };
      const closes = before.filter((one) => one.name !== name && one.loan);
      const { first } = ledger.append([entry, ...closes.map((one) => movedTo(one, entry))]);
      for (const one of holdingsOf(reference)) {
        if (said.get(one.name) && !(one.loan && one.loan.dueMs <= clock.nowMs())) sayOverdue(one, false);
      }
      return views.at(first)!;
    },
    list: views.list,
    scanned: ({ device, atMs, code }) => void scans.set(device, { atMs, code }),
    lookForOverdue() {
      const nowMs = clock.nowMs();
      for (const holding of shelf.all()) {
        const { name, loan } = holding;
        if (!loan || loan.dueMs > nowMs) {
          // Returned just before a crash: whoever reports asks whether it still stands.
          if (!said.has(name) && holding.indexes.length > 1) sayOverdue(holding, false);
          continue;
        }
        if (!loan.overdue) {
          const body = {
            action: "overdue" as const,
            reference: name,
            class: holding.class,
            room: loan.room,
            due: isoTime(loan.dueMs),
          };
          ledger.append([{ kind: "record", atMs: loan.dueMs, body }]);
        }
        sayOverdue(holding, true);
      }
    },
  };
}

/** The record got a name of core while it was out: under its old one it is back. */
function movedTo({ name, class: recordClass }: Holding, { atMs }: NewEntry): NewEntry {
  return { kind: "record", atMs, body: { action: "return", reference: name, class: recordClass } };
}

const about = (person: string): Personal => ({ person, value: person });
const withText = <K extends string>(key: K, text: string | undefined) =>
  text === undefined ? {} : ({ [key]: text } as { [P in K]: string });
