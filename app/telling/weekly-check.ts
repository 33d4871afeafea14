import { type Clock, type Database, type Logger, messageOf, type Timer } from "../../core/index.ts";
import { endTest, tellingLog } from "../../notify/index.ts";
import type { Site } from "../../site/index.ts";
import type { Watched } from "../watched/system-watch.ts";
import type { createDrills } from "./drills.ts";

/** How often it is looked whether the week's check is due, or has arrived. */
const everyMs = 15_000;
const weekdays = ["sun", "mon", "tue", "wed", "thu", "fri", "sat"];
const mostTold = 200;

/**
 * Once a week a synthetic sample goes the whole way: log, engine, journal, outbox, each channel. It is done when every
 * channel has taken its message; what has not after the site's time is an alarm. One that fell into a downtime is made
 * up for at the next start.
 */
export function createWeeklyCheck(options: {
  site: () => Site;
  drills: ReturnType<typeof createDrills>;
  db: Database;
  clock: Clock;
  log: Logger;
}) {
  const { site, drills, db, clock, log } = options;
  let timer: Timer | null = null;
  let latest: { atMs: number; alarm: string; id: string; open: boolean } | null = null;
  /** Begun, and not in the journal yet. */
  let beginning: { sinceMs: number } | null = null;
  let verdict: string | null = null;

  const config = () => site().config.proof.weekly;

  function refresh(): void {
    const [newest] = drills.list({ purpose: "check", limit: 1 });
    latest = newest
      ? { atMs: Date.parse(newest.at), alarm: newest.alarm, id: newest.id, open: newest.endedAt === null }
      : null;
  }

  /** What has not arrived of a check; `null` when all has, `undefined` while there is time. */
  function judge(check: { atMs: number; alarm: string }): string | null | undefined {
    const rows = tellingLog(db, { alarmId: check.alarm, limit: mostTold });
    const late = rows.filter(({ state }) => state !== "delivered");
    if (rows.length > 0 && late.length === 0) return null;
    const nowMs = clock.nowMs();
    if (nowMs < check.atMs + config().within && late.some(({ state }) => state === "pending")) return undefined;
    for (const { id, reply } of late) endTest(db, id, { nowMs, reason: reply ?? "no answer in time" });
    if (rows.length === 0) return "the weekly check found nobody to tell: no channel reaches who is to get it";
    return `the weekly check did not arrive through ${[...new Set(late.map(({ channel }) => channel))].join(", ")}`;
  }

  function begin(nowMs: number): void {
    const [room] = [...site().rooms.keys()].filter((id) => id !== "outdoor");
    if (room === undefined) return;
    const begun = { sinceMs: nowMs };
    beginning = begun;
    const untilMs = nowMs + config().within + 60_000;
    const event = { event: "drill", purpose: "check", scenario: "temperature", room, untilMs } as const;
    drills.begin({ ...event, by: null, comment: "", via: "weekly" }).then(
      () => {
        if (beginning === begun) beginning = null;
        refresh();
      },
      (error: unknown) => {
        if (beginning === begun) beginning = null;
        verdict = `the weekly check could not begin: ${messageOf(error)}`;
        log.error("notify.check.failed", { reason: messageOf(error) });
        latest = { atMs: nowMs, alarm: "", id: "", open: false };
      },
    );
  }

  function look(): void {
    const { tell, at, within } = config();
    if (tell === undefined) {
      verdict = null;
      return;
    }
    const nowMs = clock.nowMs();
    if (beginning !== null) {
      if (nowMs >= beginning.sinceMs + within) verdict = "the weekly check did not come through the log and the engine";
      return;
    }
    if (latest?.open) {
      const judged = judge(latest);
      if (judged === undefined) return;
      verdict = judged;
      log.info("notify.check.judged", { alarm: latest.alarm, arrived: judged === null });
      latest = { ...latest, open: false };
      drills.end({ id: latest.id, by: "–", via: "weekly" }).catch(() => {});
      return;
    }
    if ((latest?.atMs ?? 0) < lastTime(site(), at, nowMs)) begin(nowMs);
  }

  return {
    start(): void {
      refresh();
      // What was judged before the start is judged alike again.
      if (latest !== null && !latest.open) verdict = judge(latest) ?? null;
      look();
      timer = clock.every(everyMs, look);
    },
    stop: () => timer?.cancel(),
    watched: (): Watched => ({
      condition: "notification-failing",
      subject: "weekly-check",
      unit: null,
      measure: () => ({ wrong: verdict !== null, value: null, limit: null, ...(verdict ? { detail: verdict } : {}) }),
    }),
  };
}

/** The last moment at which the site's wall clock showed that time of that weekday. */
export function lastTime({ calendar }: Site, text: string, nowMs: number): number {
  const [weekday, time] = text.split(" ") as [string, string];
  const minute = Number(time.slice(0, 2)) * 60 + Number(time.slice(3));
  let { date } = calendar.local(nowMs);
  for (;;) {
    const atMs = calendar.instantOf(date, minute);
    if (atMs <= nowMs && weekdays[new Date(date).getUTCDay()] === weekday) return atMs;
    date = new Date(Date.parse(date) - 86_400_000).toISOString().slice(0, 10);
  }
}
