import {
  type EntryRow,
  familyName,
  type Json,
  type PackCounts,
  parseCheckpoint,
  somebodyOf,
} from "../../access/index.ts";
import { conditionNames } from "../../contract/index.ts";
import { conditionWords } from "../../dashboards/index.ts";
import type { Block, Paper } from "../../reports/index.ts";
import type { Site } from "../../site/index.ts";
import type { AuditorPackRequest } from "./auditor-pack.ts";
import { causeText, type PackLanguage, packWords } from "./pack-words.ts";
import type { DeviceReadings } from "./reading-gaps.ts";

/** Lines of the printed history; the table is for reading, and the CSV has all. */
const mostPrinted = 5_000;

/** The paper of a pack: first what was measured and what is missing, then what all rests on, then what happened. */
export function packPaper(parts: {
  request: AuditorPackRequest;
  counts: PackCounts;
  rows: readonly EntryRow[];
  period: { fromMs: number; toMs: number };
  readings: readonly DeviceReadings[] | null;
}): Paper {
  const { request, counts, rows, period, readings } = parts;
  const { ledger, site, language, room, person, record, by, clock } = request;
  const words = packWords[language];
  const zone = site?.timeZone ?? "UTC";
  const local = localTime(zone);
  const checkpoint = parseCheckpoint(ledger.newestCheckpoint() ?? ledger.checkpoint())!;
  const scope = [
    room === undefined ? "" : `${words.room} ${site?.roomName(room)[language] ?? room}`,
    person === undefined ? "" : `${words.person} ${personText(person, site)}`,
    record === undefined ? "" : `${words.record} ${record}`,
  ].filter((text) => text !== "");
  const siteName = site?.config.site.name[language] ?? "";
  const exporter = personText(by, site);
  const noReadings = site === null ? words.noSite : words.readingsLeftOut;
  const blocks: Block[] = [
    {
      kind: "facts",
      rows: [
        [words.scope, scope.join(" · ") || words.everything],
        [words.period, `${local(period.fromMs)} ${words.until} ${local(period.toMs)} (${zone})`],
        [words.made, `${local(clock.nowMs())} (${zone})`],
        [words.madeBy, exporter],
      ],
    },
    { kind: "heading", text: words.readingsHeading },
    ...(readings ? readingBlocks(readings, request) : [{ kind: "text" as const, text: noReadings }]),
    { kind: "heading", text: words.proofHeading },
    {
      kind: "facts",
      rows: [
        [words.origin, ledger.origin],
        [words.entries, words.counted(counts.size, counts.shown, counts.redacted, counts.gone)],
        [words.root, checkpoint.root.toString("base64")],
        [words.key, ledger.verifierKey()],
      ],
    },
    { kind: "text", text: words.keyNote },
    { kind: "heading", text: words.entriesHeading, newPage: true },
    ...cutBlocks(rows.length, words.cut, "history.csv"),
    {
      kind: "table",
      columns: [
        { title: words.entry, width: 6, align: "right" },
        { title: words.at, width: 20 },
        { title: words.kind, width: 9 },
        { title: words.room, width: 13 },
        { title: words.who, width: 16 },
        { title: words.what, width: 46 },
      ],
      rows: rows
        .slice(0, mostPrinted)
        .map((row) => [String(row.index), local(row.at), row.kind, row.room, row.who, row.what]),
      empty: words.entriesNone,
    },
  ];
  return {
    language,
    letterhead: [...(site?.config.report.letterhead ?? []), siteName].filter((text) => text !== ""),
    title: words.title,
    subtitle: `${local(period.fromMs)} ${words.until} ${local(period.toMs)}`,
    blocks,
    footer: `${ledger.origin} · ${checkpoint.size} · ${checkpoint.root.toString("base64")}`,
  };
}

function readingBlocks(readings: readonly DeviceReadings[], { language, site }: AuditorPackRequest): Block[] {
  const words = packWords[language];
  const local = localTime(site?.timeZone ?? "UTC");
  const share = (received: number, expected: number) =>
    expected === 0 ? "–" : Math.min(100, Math.floor((1_000 * received) / expected) / 10).toFixed(1);
  const missing = (gaps: readonly { fromMs: number; toMs: number }[]) =>
    lengthText(gaps.reduce((sum, { fromMs, toMs }) => sum + toMs - fromMs, 0));
  const line = (room: string, device: string, of: readonly DeviceReadings[]) => {
    const expected = of.reduce((sum, one) => sum + one.expected, 0);
    const received = of.reduce((sum, one) => sum + one.received, 0);
    // What one device sent too much makes up for nothing that another did not send.
    const counted = of.reduce((sum, one) => sum + Math.min(one.expected, one.received), 0);
    const gaps = of.flatMap((one) => one.gaps.filter(({ cause }) => cause.kind !== "not-yet-installed"));
    return [
      room,
      device,
      String(expected),
      String(received),
      share(counted, expected),
      String(gaps.length),
      missing(gaps),
    ];
  };
  const name = (room: string) => site?.roomName(room)[language] ?? room;
  const gaps = readings.flatMap(({ room, device, gaps: all }) => all.map((gap) => ({ room, device, ...gap })));
  return [
    {
      kind: "table",
      columns: [
        { title: words.room, width: 18 },
        { title: words.device, width: 18 },
        { title: words.expected, width: 11, align: "right" },
        { title: words.received, width: 11, align: "right" },
        { title: words.share, width: 8, align: "right" },
        { title: words.gaps, width: 8, align: "right" },
        { title: words.missing, width: 14, align: "right" },
      ],
      rows:
        readings.length === 0
          ? []
          : [...readings.map((one) => line(name(one.room), one.device, [one])), line(words.total, "", readings)],
      empty: words.readingsNone,
    },
    { kind: "heading", text: words.gapsHeading },
    ...cutBlocks(gaps.length, words.cut, "readings.csv"),
    {
      kind: "table",
      columns: [
        { title: words.room, width: 16 },
        { title: words.device, width: 16 },
        { title: words.from, width: 17 },
        { title: words.to, width: 17 },
        { title: words.length, width: 10, align: "right" },
        { title: words.cause, width: 32 },
      ],
      rows: gaps
        .slice(0, mostPrinted)
        .map(({ room, device, fromMs, toMs, cause }) => [
          name(room),
          device,
          local(fromMs),
          local(toMs),
          lengthText(toMs - fromMs),
          causeText(cause, language, titleIn(language)),
        ]),
      empty: words.gapsNone,
    },
  ];
}

/** What is left out is said before the table, with where it is. */
function cutBlocks(lines: number, said: (printed: number, all: number, file: string) => string, file: string): Block[] {
  return lines > mostPrinted ? [{ kind: "text", text: said(mostPrinted, lines, file) }] : [];
}

/** By family name and number. */
export function personText(value: Json, site: Site | null): string {
  if (site) {
    const person = somebodyOf(value, site);
    return person ? [person.name, person.id].filter(Boolean).join(" ") : "";
  }
  if (typeof value === "string") return value;
  if (value === null || typeof value !== "object" || !("id" in value)) return "";
  return [typeof value.name === "string" ? familyName(value.name) : "", String(value.id)].filter(Boolean).join(" ");
}

/** What a condition is called. */
export function titleIn(language: PackLanguage): (condition: string) => string {
  return (condition) => {
    const known = conditionNames.find((name) => name === condition);
    return known === undefined ? condition : conditionWords[known][language];
  };
}

function lengthText(ms: number): string {
  const minutes = Math.round(ms / 60_000);
  return `${Math.floor(minutes / 60)}:${String(minutes % 60).padStart(2, "0")} h`;
}

/** `2026-11-22 16:00:00` in the site's time zone. */
export function localTime(timeZone: string): (at: string | number) => string {
  const format = new Intl.DateTimeFormat("sv-SE", { timeZone, dateStyle: "short", timeStyle: "medium" });
  return (at) => format.format(typeof at === "number" ? at : Date.parse(at));
}
