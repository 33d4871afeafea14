import {
  type AlertStore,
  conditionNamed,
  createPerformanceRecord,
  expectationOf,
  type JournalRow,
  presentExpectation,
  presentJournal,
} from "../../alerts/index.ts";
import { flagNames, type HistoryCommit, type HistoryQueries } from "../../collector/index.ts";
import type { AlarmCommand, CommandAnswer, ConsoleSource, StreamEvent } from "../../console/index.ts";
import {
  type AlarmView,
  type ConditionName,
  type ConditionView,
  conditionFamilies,
  type HealthResponse,
  type Language,
  presentValue,
  type Reading,
} from "../../contract/index.ts";
import { type Clock, isoTime, SentryError } from "../../core/index.ts";
import type { Site } from "../../site/index.ts";
import { createExcursionRecord } from "../engine/replay.ts";
import type { Views } from "./views.ts";

/** What has been committed, told to those who watch. */
export interface LiveEvents {
  alarms: Set<(row: JournalRow) => void>;
  stored: Set<(commit: HistoryCommit) => void>;
}

const excursionPage = 10_000;
const journalPage = 10_000;

export function createConsoleSource(parts: {
  site: () => Site;
  views: Views;
  queries: HistoryQueries;
  store: AlertStore;
  live: LiveEvents;
  clock: Clock;
  command: (command: AlarmCommand) => Promise<CommandAnswer>;
  health: () => HealthResponse;
  metrics: () => Promise<{ contentType: string; text: string }>;
  reload: ConsoleSource["reload"];
  telling?: ConsoleSource["telling"];
  drills?: ConsoleSource["drills"];
  reports?: ConsoleSource["reports"];
  ledger?: ConsoleSource["ledger"];
  access?: ConsoleSource["access"];
  records?: ConsoleSource["records"];
  answers?: ConsoleSource["answers"];
  note: ConsoleSource["note"];
  trail: ConsoleSource["trail"];
  settings: ConsoleSource["settings"];
  register: ConsoleSource["register"];
  configuration: ConsoleSource["configuration"];
}): ConsoleSource {
  const { site, views, queries, store, live } = parts;
  return {
    site,
    rooms: views.rooms,
    devices: views.devices,
    readings({ everyMs, ...request }) {
      if (everyMs !== undefined) {
        const { buckets, next } = queries.buckets({ ...request, everyMs });
        return { buckets: buckets.map(({ atMs, ...bucket }) => ({ at: isoTime(atMs), ...bucket })), next };
      }
      const { readings, next } = queries.readings(request);
      return {
        readings: readings.map(({ atMs, receivedAtMs, value, ...reading }) => ({
          at: isoTime(atMs),
          receivedAt: isoTime(receivedAtMs),
          ...reading,
          value: presentValue(reading.quantity, value),
        })),
        next,
      };
    },
    alarms({ room, state, limit, cursor }) {
      if (state === "all") return pastAlarms(store, { room, limit, cursor }, site().config.site.language);
      if (state === "remedial") return { alarms: views.remedial({ room }), next: null };
      // Open alarms are bounded by rooms, devices and conditions: one page, with a cursor by number.
      const after = cursor === undefined ? 0 : Number(cursor);
      const open = views.alarms({ room }).filter((alarm) => Number(alarm.id) > after);
      open.sort((a, b) => Number(a.id) - Number(b.id));
      const page = open.slice(0, limit);
      return { alarms: page, next: open.length > limit ? page.at(-1)!.id : null };
    },
    async performance({ fromMs, toMs, sees }) {
      const record = createPerformanceRecord({ fromMs, toMs });
      let afterN = 0;
      for (;;) {
        const rows = store.journal({ toMs, afterN, limit: journalPage });
        for (const row of rows) if (sees(row.room)) record.push(row);
        if (rows.length < journalPage) return record.figures();
        afterN = rows.at(-1)!.n;
        // A journal of years is many pages: messages go first.
        await parts.clock.sleep(0);
      }
    },
    journal({ limit, cursor, ...filter }) {
      const rows = store.journal({ ...filter, afterN: cursor === undefined ? 0 : Number(cursor), limit: limit + 1 });
      const page = rows.slice(0, limit);
      return { journal: page.map(presentJournal), next: rows.length > limit ? String(page.at(-1)!.n) : null };
    },
    async excursions(request) {
      const record = createExcursionRecord(site());
      let cursor: string | undefined;
      do {
        const page = queries.readings({
          ...request,
          limit: excursionPage,
          ...(cursor === undefined ? {} : { cursor }),
        });
        for (const { device, atMs, quantity, value } of page.readings)
          record.push({ device, atMs, values: { [quantity]: value } });
        cursor = page.next ?? undefined;
        // A year of readings is many pages: messages go first.
        await parts.clock.sleep(0);
      } while (cursor !== undefined);
      return record.excursions;
    },
    quarantine({ device, limit, cursor }) {
      const found = queries.quarantine({
        limit: limit + 1,
        ...(device === undefined ? {} : { device }),
        ...(cursor === undefined ? {} : { beforeId: Number(cursor) }),
      });
      const page = found.slice(0, limit);
      return {
        quarantine: page.map(({ receivedAtMs, payload, ...entry }) => ({
          ...entry,
          receivedAt: isoTime(receivedAtMs),
          payload: payload === null ? null : Buffer.from(payload).toString("base64"),
        })),
        next: found.length > limit ? String(page.at(-1)!.id) : null,
      };
    },
    telling: parts.telling,
    drills: parts.drills,
    reports: parts.reports,
    command: parts.command,
    alarmRoom(id) {
      const alarm = views.alarm(id);
      return alarm === undefined ? undefined : alarm.room;
    },
    ledger: parts.ledger,
    access: parts.access,
    records: parts.records,
    answers: parts.answers,
    note: parts.note,
    trail: parts.trail,
    settings: parts.settings,
    register: parts.register,
    configuration: parts.configuration,
    conditions,
    health: parts.health,
    metrics: parts.metrics,
    reload: parts.reload,
    subscribe(listener) {
      const onAlarm = (row: JournalRow) =>
        listener(alarmEvent(row, views.alarm(row.alarm), site().config.site.language));
      const onStored = (commit: HistoryCommit) => {
        const readings = readingsOf(commit, site());
        if (readings.length > 0) listener({ kind: "reading", readings });
      };
      live.alarms.add(onAlarm);
      live.stored.add(onStored);
      return () => {
        live.alarms.delete(onAlarm);
        live.stored.delete(onStored);
      };
    },
  };
}

function readingsOf(commit: HistoryCommit, site: Site): Reading[] {
  return commit.samples.flatMap(({ device, atMs, receivedAtMs, session, seq, flags, values }) =>
    Object.entries(values).map(([quantity, value]) => ({
      at: isoTime(atMs),
      receivedAt: isoTime(receivedAtMs),
      room: site.roomOf(device, atMs),
      device,
      quantity,
      value: presentValue(quantity, value),
      session,
      seq,
      flags: flagNames(flags),
    })),
  );
}

/** The alarm as it is now, or, when it has ended, as its last journal line tells it. */
function alarmEvent(row: JournalRow, now: AlarmView | undefined, language: Language): StreamEvent {
  return { kind: "alarm", transition: row.transition, alarm: now ?? alarmOfRow(row, language) };
}

function alarmOfRow(row: JournalRow, language: Language): AlarmView {
  const { room, device, condition, priority, state, value, limit, unit } = row;
  const messages = { "zh-CN": row.message_zh, en: row.message_en };
  return {
    id: row.alarm,
    at: isoTime(row.raised_at_ms),
    room,
    device,
    condition,
    priority,
    state,
    value,
    limit,
    unit,
    messages,
    evidence: row.evidence.map(({ text, weight }) => ({
      text: text[language],
      texts: { "zh-CN": text["zh-CN"], en: text.en },
      weight,
    })),
    ...presentExpectation(expectationOf(row)),
  };
}

/** Every alarm there has been, newest first, each as its last journal line tells it. */
function pastAlarms(
  store: AlertStore,
  page: { room: string | undefined; limit: number; cursor: string | undefined },
  language: Language,
): { alarms: AlarmView[]; next: string | null } {
  const beforeN = page.cursor === undefined ? Number.MAX_SAFE_INTEGER : Number(page.cursor);
  if (!Number.isSafeInteger(beforeN)) {
    throw new SentryError("request-invalid", "cursor: expected the `next` of an earlier page, found something else");
  }
  const rows = store.lastOfEach({ room: page.room, beforeN, limit: page.limit + 1 });
  const shown = rows.slice(0, page.limit);
  return {
    alarms: shown.map((row) => alarmOfRow(row, language)),
    next: rows.length > page.limit ? String(shown.at(-1)!.n) : null,
  };
}

function conditions(): ConditionView[] {
  return Object.entries(conditionFamilies).flatMap(([family, names]) =>
    names.flatMap((name: ConditionName) => {
      const texts = conditionNamed(name)?.texts;
      if (!texts) return [];
      const both = (key: "title" | "advice") => ({ "zh-CN": texts["zh-CN"][key], en: texts.en[key] });
      return [{ name, family, title: both("title"), advice: both("advice") }];
    }),
  );
}
