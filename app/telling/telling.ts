import type { Alarm, JournalRow } from "../../alerts/index.ts";
import type { TellingSource } from "../../console/index.ts";
import type { TellingEntry, TellingTestResponse } from "../../contract/index.ts";
import {
  type Clock,
  type Database,
  isoTime,
  type Logger,
  messageOf,
  SentryError,
  type Timer,
} from "../../core/index.ts";
import {
  answerLinkOf,
  type Channel,
  channelNames,
  channelsOf,
  checkAudience,
  createDelivery,
  createEscalation,
  endTest,
  enqueue,
  pruneTelling,
  pruneTellingTurnRows,
  queueCheck,
  queueTest,
  type ReadingsFor,
  settleAnswers,
  type TellingRecord,
  type Told,
  takeAlarmCode,
  tellingLog,
  tellingOf,
} from "../../notify/index.ts";
import { lastingRotas, type Site, whoIsOn } from "../../site/index.ts";
import { noticeOf } from "../notices.ts";
import type { Watched } from "../watched/system-watch.ts";

export interface TellingTest {
  /** Staff number. */
  person: string;
  channel?: string | undefined;
  /** Who asks for it. */
  by: string | null;
}

/** Telling people: who hears of a transition, the steps that follow, and what is wrong with telling itself. */
export function createTelling(options: {
  db: Database;
  site: () => Site;
  instance: string;
  /** Signs the links at which people acknowledge. */
  linkKey: Buffer;
  channels: () => readonly Channel[];
  /** Alarms come faster than anybody can follow. */
  isFlood: () => boolean;
  /** Alarms of exercises that are on. */
  drills: () => ReadonlyMap<string, Alarm>;
  /** Whether an alarm of this program stands. */
  stands: (condition: string, subject: string) => boolean;
  onDelivered: (told: Told) => void;
  readingsFor: ReadingsFor;
  clock: Clock;
  log: Logger;
}) {
  const { db, site, clock, log, stands } = options;
  const delivery = createDelivery({
    instance: options.instance,
    answerLink: answerLinkOf({ key: options.linkKey, site }),
    db,
    site,
    channels: options.channels,
    clock,
    log,
    onDelivered: options.onDelivered,
    readingsFor: options.readingsFor,
    // Whether nobody is left who could be reached is judged as soon as it is known.
    onSettled: () => {
      escalation.wake();
      for (const look of [...watching]) look();
    },
  });
  /** Tests that wait for their answer. */
  const watching = new Set<() => void>();
  let pruning: Timer | null = null;
  const escalation = createEscalation({ db, site, clock, log, onQueued: delivery.wake });

  /** What this program watches about its own telling. */
  function watched(): Watched[] {
    const channels = channelNames.map((name) => ({
      condition: "notification-failing" as const,
      subject: name,
      unit: null,
      measure() {
        // One that a changed site file has no more fails no more.
        if (!options.channels().some((each) => each.name === name)) return { wrong: false, value: null, limit: null };
        const health = delivery.health().find(({ channel }) => channel === name);
        // Nothing has been sent since the start: what was true before it still is.
        const wrong = health === undefined ? stands("notification-failing", name) : health.failing;
        return { wrong, value: null, limit: null, ...(health?.reason ? { detail: health.reason } : {}) };
      },
    }));
    const rotas = lastingRotas(site()).map(({ id }) => ({
      condition: "notification-failing" as const,
      subject: `rota-${id}`,
      unit: null,
      measure: () => {
        const wrong = whoIsOn(site(), id, clock.nowMs()).people.length === 0;
        return { wrong, value: null, limit: null, detail: `nobody is on duty by the rota ${id}` };
      },
    }));
    return [
      ...channels,
      ...rotas,
      {
        condition: "nobody-reached",
        subject: "telling",
        unit: null,
        measure() {
          const alarms = escalation.unreached();
          const named = alarms.slice(0, mostNamed).join(", ");
          return { wrong: alarms.length > 0, value: alarms.length, limit: 0, detail: `alarms ${named}` };
        },
      },
    ];
  }

  /** Sends a marked message to one person through the real outbox; answers with the server's own words. */
  async function test({ person: id, channel: asked, by }: TellingTest): Promise<TellingTestResponse> {
    const person = site().people.get(id);
    if (person === undefined) throw new SentryError("not-found", `person: expected one of people, found ${id}`);
    const able = channelsOf(person, site());
    const name = able.find((each) => asked === undefined || each === asked);
    if (name === undefined) {
      const known = able.length === 0 ? "no channel reaches them" : `one of ${able.join(", ")}`;
      throw new SentryError("request-invalid", `channel: expected ${known}, found ${asked ?? "none"}`);
    }
    const row = queueTest(db, { site: site(), person: id, channel: name, by: by ?? "–", nowMs: clock.nowMs() });
    const done = Promise.withResolvers<void>();
    const look = () => {
      const { state, attempts } = tellingOf(db, row)!;
      if (state !== "pending" || attempts > 0) done.resolve();
    };
    watching.add(look);
    delivery.wake();
    const timeoutMs = options.channels().find((each) => each.name === name)?.timeoutMs ?? 0;
    const bound = new AbortController();
    await Promise.race([done.promise, clock.sleep(timeoutMs + testSlackMs, bound.signal)]);
    bound.abort();
    watching.delete(look);
    const { reply } = tellingOf(db, row)!;
    const failing = delivery.health().find((each) => each.channel === name && each.failing);
    endTest(db, row, { nowMs: clock.nowMs(), reason: reply ?? failing?.reason ?? "no answer in time" });
    const { state, attempts, reply: answer } = tellingOf(db, row)!;
    return { channel: name, state, attempts: Math.max(1, attempts), reply: answer };
  }

  function prune(): void {
    let isMore = false;
    try {
      const removed = pruneTelling(db, clock.nowMs() - site().config.telling.keep_log);
      isMore = removed === pruneTellingTurnRows;
    } catch (error) {
      log.warn("notify.log.unpruned", { reason: messageOf(error) });
    }
    pruning = clock.after(isMore ? pruneSoonMs : pruneEveryMs, prune);
  }

  /** What the console shows of it. */
  const source: TellingSource = {
    log({ alarm: alarmId, person, limit, cursor }) {
      const beforeId = cursor === undefined ? undefined : Number(cursor);
      if (beforeId !== undefined && !Number.isSafeInteger(beforeId)) {
        throw new SentryError(
          "request-invalid",
          "cursor: expected the `next` of an earlier page, found something else",
        );
      }
      const found = tellingLog(db, { limit: limit + 1, beforeId, alarmId, person });
      const page = found.slice(0, limit);
      return { log: page.map(entryOf), next: found.length > limit ? String(page.at(-1)!.id) : null };
    },
    test,
  };

  const isDrilling = () => [...options.drills().values()].some(({ drill }) => drill?.purpose === "drill");

  /** The weekly message: to one person, through each channel, and to nobody else. */
  function takeCheck(row: JournalRow): void {
    if (row.transition !== "raised") return;
    const open = options.channels().map(({ name }) => name);
    const notice = noticeOf(row, site().config.site.language, null);
    queueCheck(db, notice, checkAudience(site(), open, clock.nowMs()), clock.nowMs());
  }

  return {
    db,
    source,
    delivery,
    escalation,
    watched,
    /** Runs inside the commit of the transitions. */
    take(rows: readonly JournalRow[]): void {
      const language = site().config.site.language;
      for (const row of rows) {
        settleAnswers(db, row);
        if (row.drill?.purpose === "check") {
          takeCheck(row);
          continue;
        }
        const code = takeAlarmCode(db, { id: row.alarm, state: row.state });
        const how = { nowMs: clock.nowMs(), isFlood: options.isFlood() };
        const notice = noticeOf(row, language, code);
        const besideDrill = row.drill === null && isDrilling();
        enqueue(db, besideDrill ? { ...notice, besideDrill } : notice, site(), how);
      }
    },
    start(): void {
      delivery.start();
      escalation.start();
      pruning = clock.after(pruneEveryMs, prune);
    },
    wake(): void {
      delivery.wake();
      escalation.wake();
    },
    stop(): Promise<void> {
      escalation.stop();
      pruning?.cancel();
      return delivery.stop();
    },
  };
}

function entryOf({ alarmId, createdAtMs, heldUntilMs, settledAtMs, ...rest }: TellingRecord): TellingEntry {
  return {
    ...rest,
    alarm: alarmId,
    queuedAt: isoTime(createdAtMs),
    heldUntil: heldUntilMs === null ? null : isoTime(heldUntilMs),
    settledAt: settledAtMs === null ? null : isoTime(settledAtMs),
  };
}

const pruneEveryMs = 60_000;
const pruneSoonMs = 50;
/** Beyond the channel's own time limit. */
const testSlackMs = 1_000;
/** Alarms that a detail names; it must stay a sentence. */
const mostNamed = 10;
