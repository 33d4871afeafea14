import { dirname, resolve } from "node:path";
import { type Document, isMap, isNode, isPair, LineCounter, parseDocument } from "yaml";
import { z } from "zod";
import { SentryError } from "../core/index.ts";
import { type CalendarDay, judgeCalendarDays } from "./calendar.ts";
import { type ConfigFault, faultOf } from "./faults.ts";
import { readConfigFile } from "./files.ts";
import { presets } from "./presets.ts";
import { gapsOf, lastingRotas } from "./rota.ts";
import { siteSchema } from "./schema.ts";
import { createSite, hasOwnClimate, type Site } from "./site.ts";
import { noTemplates, readTemplates } from "./templates.ts";
import { parseDuration } from "./units.ts";

/**
 * Reads and judges a site file.
 * @throws SentryError `config-unreadable`; `config-invalid` with every fault at once in `details.faults`.
 */
export function loadSite(path: string, options: { nowMs: number }): { site: Site; warnings: string[] } {
  return parseSite(readConfigFile(path), { directory: dirname(resolve(path)), name: path, nowMs: options.nowMs });
}

export function parseSite(
  text: string,
  options: { directory: string; name: string; nowMs: number },
): { site: Site; warnings: string[] } {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines });
  if (document.errors.length > 0) {
    throw invalid(
      options.name,
      document.errors.map((error) => ({
        path: "(yaml)",
        message: `readable YAML, found ${error.message.split("\n")[0]?.replace(/:$/, "")}`,
        line: lines.linePos(error.pos[0]).line,
      })),
    );
  }
  const raw: unknown = document.toJS() ?? {};
  const parsed = siteSchema.safeParse(raw);
  const faults = (parsed.error?.issues ?? []).flatMap((issue) => faultsOf(issue, raw, document, lines));
  const { days, faults: dayFaults } = readDays(raw, options.directory);
  const { templates, faults: templateFaults } = templatesOf(raw, options.directory);
  if (!parsed.success || faults.length + dayFaults.length + templateFaults.length > 0) {
    throw invalid(options.name, [...faults, ...dayFaults, ...templateFaults]);
  }

  const site = createSite(parsed.data, { directory: options.directory, days: days ?? [], templates });
  const warnings: string[] = [];
  const year = Number(
    new Intl.DateTimeFormat("en", { timeZone: site.timeZone, year: "numeric" }).format(options.nowMs),
  );
  if (days && !days.some((day) => day.date.startsWith(`${year + 1}-`))) {
    warnings.push(`calendar.days_file: days of ${year + 1}, found none yet; add them when they are published`);
  }
  warnings.push(...unconfirmedPresets(site));
  warnings.push(...ownClimateWarnings(site));
  warnings.push(...gapWarnings(site, options.nowMs));
  return { site, warnings };
}

/** Whoever relies on figures that nobody has seen in the document is told so. */
function unconfirmedPresets(site: Site): string[] {
  return [...Map.groupBy(site.rooms.values(), ({ profile }) => profile)].flatMap(([profile, rooms]) => {
    const { status, source } = presets[profile];
    if (status === "confirmed") return [];
    const ids = rooms.map(({ id }) => id).join(", ");
    return [`rooms ${ids}: profile ${profile} has figures of ${source} that are unconfirmed`];
  });
}

/** What a room's own past needs, and what holds until then. */
function ownClimateWarnings(site: Site): string[] {
  const rooms = [...site.rooms.values()].filter(hasOwnClimate);
  if (rooms.length === 0) return [];
  const ids = rooms.map(({ id }) => id).join(", ");
  const notes = [
    `rooms ${ids}: humidity limits own-climate need 13 months of history; until then those of the profile are in force (see \`rooms\`)`,
  ];
  const needed = parseDuration("460d")!;
  if (site.config.history.hour < needed) {
    notes.push(`history.hour: expected at least 460d, since own-climate of rooms ${ids} rests on it`);
  }
  return notes;
}

const mostGapsSaid = 5;

/** The times to come in which a rota has nobody, in the site's own time. */
function gapWarnings(site: Site, nowMs: number): string[] {
  const toMs = nowMs + site.config.telling.look_ahead * 7 * 86_400_000;
  return lastingRotas(site).flatMap(({ id }) => {
    const gaps = gapsOf(site, id, { fromMs: nowMs, toMs });
    const said = gaps
      .slice(0, mostGapsSaid)
      .map((gap) => `${wallClock(site, gap.fromMs)} to ${wallClock(site, gap.toMs)}`);
    if (gaps.length === 0) return [];
    const more = gaps.length > mostGapsSaid ? [`and ${gaps.length - mostGapsSaid} times more`] : [];
    return [`telling.rotas ${id}: somebody on duty at every time, found nobody from ${[...said, ...more].join(", ")}`];
  });
}

function wallClock(site: Site, atMs: number): string {
  const { date, minuteOfDay } = site.calendar.local(atMs);
  const two = (part: number) => String(part).padStart(2, "0");
  return `${date} ${two(Math.floor(minuteOfDay / 60))}:${two(minuteOfDay % 60)}`;
}

/** The days of `calendar.days_file`, read even where the rest of the site file is wrong; `null` without one. */
function readDays(raw: unknown, directory: string): { days: CalendarDay[] | null; faults: ConfigFault[] } {
  const file = siteSchema.shape.calendar.safeParse((raw as { calendar?: unknown } | null)?.calendar);
  const name = file.success ? file.data.days_file : undefined;
  if (name === undefined) return { days: null, faults: [] };
  return judgeCalendarDays(resolve(directory, name));
}

/** The site's own wording, read even where the rest of the site file is wrong. */
function templatesOf(raw: unknown, directory: string): ReturnType<typeof readTemplates> {
  const named = z.object({ telling: z.object({ templates: z.string().min(1) }) }).safeParse(raw);
  if (!named.success) return { templates: noTemplates, faults: [] };
  return readTemplates(named.data.telling.templates, directory);
}

/** A fault a key where several keys are unknown, so that each has its line. */
function faultsOf(issue: z.core.$ZodIssue, raw: unknown, document: Document, lines: LineCounter): ConfigFault[] {
  const at = (path: readonly PropertyKey[]) => {
    const line = lineOf(document, lines, path);
    return line === undefined ? {} : { line };
  };
  if (issue.code !== "unrecognized_keys") return [{ ...faultOf(issue, raw), ...at(issue.path) }];
  return issue.keys.map((key) => ({
    ...faultOf({ ...issue, keys: [key] }, raw),
    ...at([...issue.path, key]),
  }));
}

/** The line of the deepest part of the path that is in the file; of its key, where it has one. */
function lineOf(document: Document, lines: LineCounter, path: readonly PropertyKey[]): number | undefined {
  for (let depth = path.length; depth > 0; depth--) {
    const parent = depth === 1 ? document.contents : document.getIn(path.slice(0, depth - 1), true);
    const key = path[depth - 1];
    const pair = isMap(parent) ? parent.items.find((item) => isPair(item) && String(item.key) === String(key)) : null;
    const node = pair?.key ?? document.getIn(path.slice(0, depth), true);
    if (isNode(node) && node.range) return lines.linePos(node.range[0]).line;
  }
  return undefined;
}

function invalid(name: string, unordered: ConfigFault[]): SentryError {
  const faults = unordered.toSorted((a, b) => (a.line ?? Number.MAX_VALUE) - (b.line ?? Number.MAX_VALUE));
  const text = faults.map(
    ({ path, message, line }) => `${path}: expected ${message}${line === undefined ? "" : ` (line ${line})`}`,
  );
  return new SentryError("config-invalid", `${name} is not usable:\n${text.join("\n")}`, { details: { faults } });
}
