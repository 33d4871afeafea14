import { accessWord } from "../../contract/index.ts";
import type { Json } from "../ledger/canonical.ts";
import type { Entry } from "../ledger/entry.ts";
import { entryWord, kindWords } from "./entry-words.ts";

/** An entry as a line that people read. */
export interface EntryRow {
  index: number;
  at: string;
  recordedAt: string;
  kind: string;
  room: string;
  /** Who is named by it, as far as that is shown. */
  who: string;
  what: string;
}

export interface RowWords {
  language: "zh" | "en";
  roomName(room: string): string;
  conditionTitle(condition: string): string;
  /** A time as the site's clocks show it. */
  time(at: string): string;
  /** A person by family name and number. */
  person(value: Json): string;
}

/** `opened`: what of its personal fields is shown. */
export function entryRow(entry: Entry, opened: Readonly<Record<string, Json>>, words: RowWords): EntryRow {
  const { language } = words;
  const { body, kind } = entry;
  const room = typeof body.room === "string" ? words.roomName(body.room) : "";
  const hidden = Object.keys(entry.personal ?? {}).length > Object.keys(opened).length;
  const people = personFields.flatMap((field) =>
    opened[field] === undefined ? [] : [personText(field, opened[field], words)],
  );
  const said = textFields.flatMap((field) => {
    const value = opened[field];
    return value === undefined ? [] : [typeof value === "string" ? value : JSON.stringify(value)];
  });
  return {
    index: entry.index,
    at: entry.at,
    recordedAt: entry.recordedAt,
    kind: kindWords[kind]?.[language] ?? kind,
    room,
    who: people.join("; ") || (hidden ? (language === "zh" ? "（未显示）" : "(not shown)") : ""),
    what: [...bodyTexts(kind, body, opened, words), ...said]
      .filter((text) => text !== "")
      .join(language === "zh" ? "，" : ", "),
  };
}

const personFields = ["person", "second", "escort", "companions", "by", "about"] as const;
const textFields = ["comment", "note"] as const;

function personText(field: string, value: Json, words: RowWords): string {
  const text = Array.isArray(value) ? value.map(words.person).join(" ") : words.person(value);
  return field === "person" ? text : `${entryWord(words.language, field)} ${text}`;
}

/** Keys that say nothing to people, or stand in a column of their own. */
const silent = new Set([
  "room",
  "device",
  "n",
  "position",
  "late_ms",
  "state",
  "subject",
  "note",
  "old",
  "new",
  "root",
  "filter",
  "id",
  "seq",
  "checkpoint",
  "entries",
]);

function bodyTexts(
  kind: string,
  body: Entry["body"],
  opened: Readonly<Record<string, Json>>,
  words: RowWords,
): string[] {
  const word = (text: string) => entryWord(words.language, text);
  if (kind === "configuration-change" && Array.isArray(body.changes)) {
    const paths = body.changes.map((change) => pathOf(change)).slice(0, mostPaths);
    const how = [body.cause, body.via, body.user].flatMap((one) => (typeof one === "string" ? [word(one)] : []));
    return [`${how.join(", ")}: ${paths.join("; ")}${body.changes.length > mostPaths ? " …" : ""}`];
  }
  return inOrder(body).flatMap(([key, value]) => {
    if (silent.has(key) || value === null) return [];
    if (key === "condition" && typeof value === "string") return [words.conditionTitle(value)];
    if (times.has(key) && typeof value === "string") return [`${word(key)} ${words.time(value)}`];
    if (key === "reference") {
      const shown = opened.reference ?? value;
      return [
        String(shown).startsWith("hmac-sha256:")
          ? words.language === "zh"
            ? "（核心档案）"
            : "(a core record)"
          : String(shown),
      ];
    }
    // That a door which closes is closed goes without saying.
    if (key === "judged" && value === "closed") return [];
    if (key === "judged") return [accessWord(String(value), words.language === "zh" ? "zh-CN" : "en")];
    if (key === "rooms" && Array.isArray(value)) {
      return [value.map((room) => words.roomName(String(room))).join(words.language === "zh" ? "、" : ", ")];
    }
    if (plain.has(key)) return [word(String(value))];
    if (typeof value === "number") return [`${word(key)} ${Number(value.toFixed(2))}`];
    return [`${word(key)} ${typeof value === "string" ? word(value) : JSON.stringify(value)}`];
  });
}

/** What happened first, then to what, then how much. */
const first = [
  "condition",
  "event",
  "action",
  "step",
  "do",
  "what",
  "transition",
  "decision",
  "direction",
  "judged",
  "grant",
  "class",
  "reference",
  "priority",
  "value",
  "limit",
  "unit",
  "purpose",
  "rooms",
  "from",
  "to",
];

function inOrder(body: Entry["body"]) {
  const rank = ([key]: readonly [string, unknown]) => (first.includes(key) ? first.indexOf(key) : first.length);
  return Object.entries(body).sort((a, b) => rank(a) - rank(b));
}

const times = new Set(["due", "from", "to", "before"]);
const mostPaths = 5;
const plain = new Set([
  "event",
  "direction",
  "decision",
  "category",
  "step",
  "action",
  "class",
  "transition",
  "priority",
  "do",
  "via",
  "what",
  "detail",
  "result",
  "unit",
  "reason",
  "finding",
  "purpose",
]);

function pathOf(change: unknown): string {
  return typeof change === "object" && change !== null && "path" in change ? String(change.path) : "";
}
