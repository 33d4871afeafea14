import { z } from "zod";
import { type RecordEntry, recordEntry, type Somebody } from "../../contract/index.ts";
import { type Clock, SentryError } from "../../core/index.ts";
import type { Site } from "../../site/index.ts";
import type { Entry } from "../ledger/entry.ts";
import type { Ledger } from "../ledger/ledger.ts";
import type { RecordsQuery } from "./records.ts";
import { isKeyed, type References } from "./references.ts";
import { classIn, type Shelf } from "./shelf.ts";

/** How entries about records are shown to those who may see them. */
export interface RecordViews {
  at(index: number): RecordEntry | null;
  list(query: RecordsQuery): { records: RecordEntry[]; next: string | null };
}

/** Surnames of two characters that people in China bear; all others have one. */
const doubleSurnames = new Set(
  "欧阳 上官 司马 诸葛 东方 皇甫 尉迟 公孙 慕容 令狐 司徒 夏侯 端木 长孙 宇文 呼延".split(" "),
);

/** The family name alone: lists are read by many. */
export function familyName(name: string): string {
  if (!/^\p{Script=Han}/u.test(name)) return name.split(/\s+/).at(-1)!;
  const characters = [...name];
  const two = characters.slice(0, 2).join("");
  return doubleSurnames.has(two) && characters.length > 2 ? two : characters[0]!;
}

const withId = z.object({ id: z.string(), name: z.string().optional() });

/** Who is meant by a personal field; `null` when that was erased. */
export function somebodyOf(value: unknown, site: Site): Somebody {
  const read = z.union([z.string().transform((id) => ({ id, name: undefined })), withId]).safeParse(value);
  if (!read.success) return null;
  const name = site.people.get(read.data.id)?.name ?? read.data.name;
  return { id: read.data.id, name: name === undefined ? null : familyName(name) };
}

export function createRecordViews(parts: {
  ledger: Ledger;
  shelf: Shelf;
  references: References;
  site: () => Site;
  clock: Clock;
}): RecordViews {
  const { ledger, shelf, references, site, clock } = parts;

  const viewOf = (index: number, entry: Entry): RecordEntry => {
    const { body } = entry;
    const shown = ledger.reveal(entry);
    const text = (value: unknown) => (typeof value === "string" ? value : null);
    const name = String(body.reference);
    return recordEntry.parse({
      index,
      at: entry.at,
      recordedAt: entry.recordedAt,
      action: body.action,
      reference: text(shown.reference?.value) ?? (isKeyed(name) ? referenceOf(name) : name),
      class: classIn(body.class),
      room: text(body.room),
      visit: text(body.visit),
      grant: text(body.grant),
      due: text(body.due),
      person: somebodyOf(shown.person?.value, site()),
      second: somebodyOf(shown.second?.value, site()),
      by: somebodyOf(shown.by?.value, site()),
      comment: text(shown.comment?.value),
    });
  };
  /** An entry that the program made itself knows the name alone; an earlier one says what it stands for. */
  const referenceOf = (name: string): string | null => {
    for (const index of shelf.holding(name)?.indexes ?? []) {
      const entry = ledger.read({ from: index, limit: 1 })[0]?.entry;
      const value = entry?.personal?.reference ? ledger.reveal(entry).reference?.value : undefined;
      if (typeof value === "string") return value;
    }
    return null;
  };
  const at = (index: number): RecordEntry | null => {
    const found = ledger.read({ from: index, limit: 1 })[0];
    return found?.index === index && found.entry ? viewOf(index, found.entry) : null;
  };
  const indexesOf = ({ reference, state }: RecordsQuery): readonly number[] => {
    if (state !== "all") {
      const nowMs = clock.nowMs();
      const out = [...shelf.all()].flatMap(({ loan }) =>
        loan && (state === "out" || loan.dueMs <= nowMs) ? [loan] : [],
      );
      return out.map(({ index }) => index).sort((a, b) => a - b);
    }
    if (reference === undefined) return shelf.indexes();
    const names = references.names(references.tidy(reference));
    return names.flatMap((name) => shelf.holding(name)?.indexes ?? []).sort((a, b) => a - b);
  };

  return {
    at,
    list(query) {
      const after = query.cursor === undefined ? -1 : Number(query.cursor);
      if (!Number.isSafeInteger(after)) {
        throw new SentryError(
          "request-invalid",
          "cursor: expected the `next` of an earlier page, found something else",
        );
      }
      const records: RecordEntry[] = [];
      for (const index of indexesOf(query)) {
        if (index <= after) continue;
        const entry = at(index);
        if (!entry) continue;
        const atMs = Date.parse(entry.at);
        if (atMs < (query.fromMs ?? -Infinity) || atMs >= (query.toMs ?? Infinity)) continue;
        if (records.length === query.limit) return { records, next: String(records.at(-1)!.index) };
        records.push(entry);
      }
      return { records, next: null };
    },
  };
}
