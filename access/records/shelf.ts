import { type RecordClass, recordClasses } from "../../contract/index.ts";
import type { Entry } from "../ledger/entry.ts";
import type { Ledger } from "../ledger/ledger.ts";
import { stricter } from "./references.ts";

/** A record that is out. */
export interface Loan {
  /** Of the entry that says so. */
  index: number;
  dueMs: number;
  room: string | null;
  /** It was said that it is overdue. */
  overdue: boolean;
}

/** What the ledger says of one record. */
export interface Holding {
  name: string;
  class: RecordClass;
  loan: Loan | null;
  /** Of the entries about it. */
  indexes: number[];
}

/** Where every record is, as the ledger's entries tell: read from the start, and on from where it left off. */
export interface Shelf {
  /** `undefined` for a record of which nothing was ever entered. */
  holding(name: string): Holding | undefined;
  all(): Iterable<Holding>;
  /** Every entry about records, in order. */
  indexes(): readonly number[];
}

const pageRows = 2_000;

export function createShelf(ledger: Ledger): Shelf {
  const holdings = new Map<string, Holding>();
  const indexes: number[] = [];
  let next = 0;

  const catchUp = () => {
    while (next < ledger.size()) {
      const rows = ledger.read({ from: next, limit: pageRows, kinds: ["record"] });
      for (const { index, entry } of rows) if (entry) take(index, entry);
      next = rows.length < pageRows ? ledger.size() : rows.at(-1)!.index + 1;
    }
  };
  const take = (index: number, { body }: Entry) => {
    const name = String(body.reference);
    const known = holdings.get(name);
    const holding: Holding = known ?? { name, class: "ordinary", loan: null, indexes: [] };
    if (!known) holdings.set(name, holding);
    holding.indexes.push(index);
    indexes.push(index);
    holding.class = stricter(holding.class, classIn(body.class));
    if (body.action === "loan") {
      const room = typeof body.room === "string" ? body.room : null;
      holding.loan = { index, dueMs: Date.parse(String(body.due)), room, overdue: false };
    } else if (body.action === "overdue" && holding.loan) holding.loan.overdue = true;
    else if (body.action === "return") holding.loan = null;
  };

  return {
    holding(name) {
      catchUp();
      return holdings.get(name);
    },
    all() {
      catchUp();
      return holdings.values();
    },
    indexes() {
      catchUp();
      return indexes;
    },
  };
}

export function classIn(value: unknown): RecordClass {
  return recordClasses.find((name) => name === value) ?? "ordinary";
}
