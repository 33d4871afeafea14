import { z } from "zod";
import type { Database } from "../core/index.ts";
import type { Site } from "../site/index.ts";
import type { ChannelName } from "./channel.ts";
import { statementsOf } from "./outbox-sql.ts";
import { type DueRow, due, waitingFor } from "./sending.ts";

/** What goes out as one message: one alarm's row, or a digest of several. */
export interface Claim {
  person: string;
  channel: ChannelName;
  /** Most urgent first. */
  rows: DueRow[];
  isDigest: boolean;
}

export interface ClaimOptions {
  site: Site;
  channel: ChannelName;
  nowMs: number;
  /** Claims at most. */
  limit: number;
  /** Rows looked at; those on their way are among them. */
  look: number;
  /** The channel has failed until now: what has gathered meanwhile goes out as one message. */
  isRecovering: boolean;
  /** Recipients whose digest is on its way: what comes meanwhile waits for it. */
  digesting: readonly string[];
  isUnderWay(row: DueRow): boolean;
}

/** More than this waits for the next digest. */
const mostInDigest = 1_000;
const hourMs = 3_600_000;

/** Chooses what to send now. Most urgent first; too many for one person become a digest, or wait for their hour. */
export function claim(db: Database, options: ClaimOptions): Claim[] {
  const { site, channel, nowMs, limit, isUnderWay } = options;
  const settled = new Set(options.digesting);
  const claims: Claim[] = [];
  const rows = due(db, {
    channel,
    nowMs,
    limit: options.look,
    without: options.digesting,
    longestRetryMs: site.config.limits.send_retry_longest,
  });
  for (const row of rows) {
    const { person } = row;
    if (claims.length >= limit) break;
    if (settled.has(person) || isUnderWay(row)) continue;
    // A test, an exercise and a letter are never part of a digest of alarms, nor held for the hour's limit.
    if (row.reason === "test" || row.reason === "report" || row.notice.drill) {
      claims.push({ person, channel, rows: [row], isDigest: false });
      continue;
    }
    const waiting = countWaiting(db, { person, channel, nowMs });
    if (row.notice.priority !== "critical" && isBeyondHour(db, { site, person, channel, nowMs })) {
      settled.add(person);
      continue;
    }
    const mayGather = row.gather && waiting >= 2;
    if (waiting < site.config.telling.digest_from && !mayGather && !(options.isRecovering && waiting >= 2)) {
      claims.push({ person, channel, rows: [row], isDigest: false });
      continue;
    }
    const all = waitingFor(db, { person, channel, nowMs, limit: mostInDigest }).filter((each) => !isUnderWay(each));
    const isAll = !mayGather || options.isRecovering || waiting >= site.config.telling.digest_from;
    const together = isAll ? all : all.filter(({ gather }) => gather);
    if (together.length < 2) {
      claims.push({ person, channel, rows: [row], isDigest: false });
    } else {
      settled.add(person);
      claims.push({ person, channel, rows: together, isDigest: true });
    }
  }
  return claims;
}

function countWaiting(db: Database, who: { person: string; channel: ChannelName; nowMs: number }): number {
  const row = statementsOf(db).countWaiting.get({ person: who.person, channel: who.channel, now: who.nowMs });
  return z.object({ count: z.number() }).parse(row).count;
}

/** Whether a person has had as many messages as they shall in an hour; if so, what is not critical waits. */
function isBeyondHour(
  db: Database,
  { site, person, channel, nowMs }: { site: Site; person: string; channel: ChannelName; nowMs: number },
): boolean {
  // Groups and programs are not woken.
  if (!site.people.has(person)) return false;
  const sql = statementsOf(db);
  const { count, oldestAtMs } = z
    .object({ count: z.number(), oldestAtMs: z.number().nullable() })
    .parse(sql.messagesSince.get({ person, channel, since: nowMs - hourMs, now: nowMs }));
  if (oldestAtMs === null || count < site.config.telling.messages_per_hour) return false;
  sql.hold.run({ person, channel, until: oldestAtMs + hourMs + 1 });
  return true;
}
