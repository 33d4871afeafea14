import { writeFileSync } from "node:fs";
import { noticeOfJournal, sampleNotice, sampleReadings } from "../app/index.ts";
import { conditionNames, journalResponse, type Language, languages } from "../contract/index.ts";
import { messageOf, SentryError } from "../core/index.ts";
import { type AlarmNotice, channelNames, previewOf } from "../notify/index.ts";
import { loadSite, type Site } from "../site/index.ts";
import { createClient } from "./client.ts";
import type { ClientOptions } from "./client-options.ts";
import { note, printable, say, sayJson } from "./output.ts";

export interface PreviewOptions extends ClientOptions {
  config: string;
  condition?: string;
  room?: string;
  transition: string;
  drill?: boolean;
  person?: string;
  channel?: string;
  language?: string;
  html?: string;
}

const shownTransitions = ["raised", "returned", "acknowledged"] as const;

/** What people would read and hear of an alarm; sends nothing. */
export async function preview(alarm: string | undefined, options: PreviewOptions): Promise<void> {
  const nowMs = Date.now();
  const { site } = loadSite(options.config, { nowMs });
  const language = oneOf("--language", options.language ?? site.config.site.language, languages);
  const channel = options.channel === undefined ? undefined : oneOf("--channel", options.channel, channelNames);
  const notice = alarm === undefined ? sample(site, options, nowMs) : await asked(alarm, options, site);
  const { previews, html } = previewOf(notice, {
    site,
    person: personOf(site, options.person, language),
    sentAtMs: alarm === undefined ? nowMs : notice.atMs,
    readings: alarm === undefined ? sampleReadings(notice) : null,
  });
  if (options.html !== undefined) {
    try {
      writeFileSync(options.html, html);
    } catch (error) {
      throw new SentryError("usage", `--html: cannot write ${options.html}: ${messageOf(error)}`);
    }
    note(`${options.html}: the mail as it is laid out`);
  }
  const chosen = previews.filter(({ channels }) => channel === undefined || channels.includes(channel));
  if (options.json) return sayJson(chosen);
  for (const { channels, text, size } of chosen) {
    const cost = size === undefined ? "" : ` (${size.units} ${size.alphabet}, ${size.parts} SMS)`;
    say(`── ${channels.join(", ")}${cost}`);
    say(text === null ? "–" : text.split("\n").map(printable).join("\n"));
    say("");
  }
}

function sample(site: Site, options: PreviewOptions, nowMs: number): AlarmNotice {
  const condition = oneOf("--condition", options.condition ?? "smoke-alarm", conditionNames);
  const rooms = [...site.rooms.keys()];
  const room = options.room ?? rooms[0] ?? null;
  if (room !== null) oneOf("--room", room, rooms);
  const transition = oneOf("--transition", options.transition, shownTransitions);
  return sampleNotice({ site, condition, room, transition, drill: options.drill ?? false, nowMs });
}

async function asked(alarm: string, options: PreviewOptions, site: Site): Promise<AlarmNotice> {
  const { journal } = await createClient(options).get("/api/v1/journal", { alarm }, journalResponse);
  const notice = noticeOfJournal(journal, site);
  return options.drill ? { ...notice, drill: true } : notice;
}

function personOf(site: Site, id: string | undefined, language: Language) {
  const person = id === undefined ? site.config.people[0] : site.people.get(id);
  if (id !== undefined && person === undefined) {
    throw new SentryError("usage", `--person: expected one of people, found ${id}`);
  }
  return { id: person?.id ?? "–", name: person?.name ?? "–", language };
}

function oneOf<T extends string>(option: string, found: string, known: readonly T[]): T {
  const match = known.find((each) => each === found);
  if (match === undefined)
    throw new SentryError("usage", `${option}: expected one of ${known.join(", ")}, found ${found}`);
  return match;
}
