import { createHash } from "node:crypto";
import { copyFileSync, createReadStream, existsSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import { fileURLToPath } from "node:url";
import {
  type EntryRow,
  entriesShown,
  entryRow,
  exportPack,
  type Json,
  type Ledger,
  type LedgerEntry,
  type PackCounts,
  type PackRequest,
  personSelection,
  recordSelection,
  selectionOf,
} from "../../access/index.ts";
import { type Clock, csvText, isoTime, SentryError } from "../../core/index.ts";
import { findFont, renderHtml, renderPdf, zipFolder } from "../../reports/index.ts";
import type { Site } from "../../site/index.ts";
import { recordKeyIn } from "../access/records.ts";
import { localTime, packPaper, personText, titleIn } from "./pack-paper.ts";
import { causeText, howTo, type PackLanguage, packWords } from "./pack-words.ts";
import { type DeviceReadings, deviceReadings } from "./reading-gaps.ts";

export interface AuditorPackRequest {
  /** The data folder. */
  data: string;
  ledger: Ledger;
  /** Without one, readings are not compared and rooms stand by their ids. */
  site: Site | null;
  language: PackLanguage;
  /** New; the ZIP lies beside it. */
  folder: string;
  zip: boolean;
  fromMs?: number;
  toMs?: number;
  room?: string;
  person?: string;
  record?: string;
  since: readonly string[];
  /** Who exports. */
  by: string;
  via: string;
  clock: Clock;
}

const verifier = fileURLToPath(new URL("../../docs/verify/verify.py", import.meta.url));

/** Writes all that an auditor needs into a folder, and says in an entry that it was done. */
export async function exportAuditorPack(request: AuditorPackRequest): Promise<PackCounts & { notes: string[] }> {
  const { ledger, site, folder, language } = request;
  if (existsSync(folder) || (request.zip && existsSync(`${folder}.zip`))) {
    throw new SentryError("usage", `${folder}: expected a folder that is not there yet`);
  }
  enterReading(request);
  ledger.checkpoint();
  const pack = packRequestOf(request);
  const counts = exportPack(ledger, folder, pack);
  const save = (name: string, text: string | Buffer) => writeFileSync(join(folder, name), text, { mode: 0o600 });
  const notes: string[] = [];

  const rows = historyRows(request, pack, counts.size);
  const words = packWords[language];
  const zone = site?.timeZone ?? "UTC";
  const header = [
    words.entry,
    `${words.at} (${zone})`,
    `${words.recordedAt} (${zone})`,
    words.kind,
    words.room,
    words.who,
    words.what,
  ];
  const local = localTime(zone);
  save(
    "history.csv",
    csvText(
      header,
      rows.map((row) => [row.index, local(row.at), local(row.recordedAt), row.kind, row.room, row.who, row.what]),
    ),
  );
  const { period, readings } = readingsOf(request);
  if (readings) save("readings.csv", readingsCsv(readings, request));
  const paper = packPaper({ request, counts, rows, period, readings });
  const given = site?.config.report.font;
  const face = site?.config.report.font_face;
  const font = findFont(given === undefined ? undefined : { path: given, ...(face === undefined ? {} : { face }) });
  if (font) save("report.pdf", await renderPdf(paper, font));
  else {
    save("report.html", renderHtml(paper));
    notes.push(given === undefined ? words.fontMissing : `${words.fontGone(given)}; ${words.fontMissing}`);
  }
  copyFileSync(verifier, join(folder, "verify.py"));
  save("how-to-verify.txt", howTo);
  save("catalogue.csv", await catalogue(request));
  if (request.zip) {
    await zipFolder(folder, `${folder}.zip`);
    rmSync(folder, { recursive: true });
  }
  return { ...counts, notes };
}

/** That somebody reads the record is part of it; of a record's reference only that there was one. */
function enterReading({ ledger, fromMs, toMs, room, person, record, by, via, clock }: AuditorPackRequest): void {
  const time = (atMs: number | undefined) => (atMs === undefined ? null : isoTime(atMs));
  const filter = { from: time(fromMs), to: time(toMs), room: room ?? null, record: record !== undefined };
  const about = person === undefined ? {} : { about: { person, value: person } };
  ledger.append([
    {
      kind: "history-read",
      atMs: clock.nowMs(),
      body: { what: "export", filter, via },
      personal: { by: { person: by, value: by }, ...about },
    },
  ]);
}

function packRequestOf({ ledger, data, fromMs, toMs, room, person, record, since }: AuditorPackRequest): PackRequest {
  const selections = [
    ...(room === undefined ? [] : [selectionOf(ledger, { room })]),
    ...(person === undefined ? [] : [personSelection(ledger, person)]),
    ...(record === undefined ? [] : [recordSelection(record, recordKeyIn(data))]),
  ];
  return {
    shows: (entry) => selections.every((one) => one.shows(entry)),
    opens: (entry, field) => selections.every((one) => one.opens(entry, field)),
    ...(fromMs === undefined ? {} : { fromMs }),
    ...(toMs === undefined ? {} : { toMs }),
    since,
  };
}

function historyRows({ ledger, site, language }: AuditorPackRequest, pack: PackRequest, size: number): EntryRow[] {
  const time = localTime(site?.timeZone ?? "UTC");
  const words = {
    language,
    roomName: (room: string) => site?.roomName(room)[language] ?? room,
    conditionTitle: titleIn(language),
    time: (at: string) => (Number.isNaN(Date.parse(at)) ? at : time(at)),
    person: (value: Json) => personText(value, site),
  };
  const rows: EntryRow[] = [];
  for (const entry of entriesShown(ledger, pack, size)) {
    const revealed = ledger.reveal(entry);
    const opened = Object.entries(revealed).flatMap(([field, shown]) =>
      shown && pack.opens(entry, field) ? [[field, shown.value] as const] : [],
    );
    rows.push(entryRow(entry, Object.fromEntries(opened), words));
  }
  // As it happened: what was reported late stands in its place, and its number says when it was recorded.
  return rows.sort((a, b) => (a.at < b.at ? -1 : a.at > b.at ? 1 : a.index - b.index));
}

function readingsOf(request: AuditorPackRequest): {
  period: { fromMs: number; toMs: number };
  readings: DeviceReadings[] | null;
} {
  const { ledger, site, data, clock, room, person, record } = request;
  const begun = ledger.read({ from: 0, limit: 1 })[0]?.entry?.recordedAt;
  const fromMs = request.fromMs ?? (begun === undefined ? clock.nowMs() : Date.parse(begun));
  const toMs = Math.min(request.toMs ?? clock.nowMs(), clock.nowMs());
  const historyPath = join(data, "history.db");
  const isLeftOut = site === null || person !== undefined || record !== undefined || !existsSync(historyPath);
  if (isLeftOut || fromMs >= toMs) return { period: { fromMs, toMs }, readings: null };
  const alarms = alarmsBetween(ledger, { fromMs: fromMs - 7 * 86_400_000, toMs });
  return { period: { fromMs, toMs }, readings: deviceReadings({ historyPath, site, room, fromMs, toMs, alarms }) };
}

export function alarmsBetween(ledger: Ledger, { fromMs, toMs }: { fromMs: number; toMs: number }): LedgerEntry[] {
  const found: LedgerEntry[] = [];
  const page = 2_000;
  for (let from = ledger.store.firstRecordedFrom(fromMs); ; ) {
    const rows = ledger.read({ from, limit: page, kinds: ["alarm-journal"] });
    found.push(...rows.filter(({ entry }) => entry && Date.parse(entry.at) < toMs));
    if (rows.length < page) return found;
    from = rows.at(-1)!.index + 1;
  }
}

function readingsCsv(readings: readonly DeviceReadings[], { language, site }: AuditorPackRequest): string {
  const words = packWords[language];
  const local = localTime(site?.timeZone ?? "UTC");
  const cause = (gap: DeviceReadings["gaps"][number]) => causeText(gap.cause, language, titleIn(language));
  const header = [
    words.room,
    words.device,
    words.expected,
    words.received,
    words.from,
    words.to,
    `${words.length} (s)`,
    words.cause,
  ];
  return csvText(
    header,
    readings.flatMap(({ room, device, expected, received, gaps }) => [
      [room, device, expected, received, "", "", null, ""],
      ...gaps.map((gap) => {
        const seconds = Math.round((gap.toMs - gap.fromMs) / 1_000);
        return [room, device, null, null, local(gap.fromMs), local(gap.toMs), seconds, cause(gap)];
      }),
    ]),
  );
}

/** The items of an electronic record for each file: DA/T 46, in the words of the form. */
async function catalogue({ folder, site, language, clock, by }: AuditorPackRequest): Promise<string> {
  const local = localTime(site?.timeZone ?? "UTC");
  const { pack_retention: retention, secrecy } = site?.config.report ?? { pack_retention: "10年", secrecy: "内部" };
  const responsible = [site?.config.site.name[language] ?? "", personText(by, site)].filter(Boolean).join(" ");
  const files = readdirSync(folder).sort();
  const rows = [];
  for (const name of files) {
    const hash = createHash("sha256");
    await pipeline(createReadStream(join(folder, name)), hash);
    rows.push([name, responsible, local(clock.nowMs()), retention, secrecy, hash.digest("hex")]);
  }
  return csvText(["题名", "责任者", "形成时间", "保管期限", "密级", "SHA-256"], rows);
}
