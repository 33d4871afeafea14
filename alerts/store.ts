import { z } from "zod";
import { type Database, transaction } from "../core/index.ts";
import type { Description } from "./describe.ts";
import {
  alarm,
  type Changed,
  deviceState,
  type EngineState,
  type EngineTransition,
  emptyState,
  failedLogin,
  ownClimate,
  type RoomFigures,
  readRoomForecast,
  recentRaise,
  writeDeviceState,
  writeRoomForecast,
} from "./engine/index.ts";
import { type FiguresRow, figuresRow, type JournalRow, journalRow } from "./store-schema.ts";

/** The only file of this part that asks SQL: the engine's state, the journal, figures and cursors in `state.db`. */

export interface EngineCommit {
  /** Position in the intake log up to which the engine has stepped. */
  position: number;
  state: EngineState;
  changed: Changed;
  memories: Iterable<[device: string, state: string]>;
  journal: { transition: EngineTransition; description: Description; recordedAtMs: number }[];
  /** Of rooms, since the last commit. */
  figures?: readonly RoomFigures[];
  /** What else belongs into the same commit: the outbox rows that the new journal rows cause. */
  also?: (rows: JournalRow[]) => void;
}

export interface JournalFilter {
  room?: string | undefined;
  alarm?: string | undefined;
  fromMs?: number | undefined;
  toMs?: number | undefined;
  afterN?: number | undefined;
  /** `true`: of exercises alone; `false`: without them. */
  drills?: boolean | undefined;
  limit: number;
}

export interface AlertStore {
  load(): { state: EngineState; position: number; memories: [string, string][] };
  commit(commit: EngineCommit): JournalRow[];
  journal(filter: JournalFilter): JournalRow[];
  /** The journal row that last told what an alarm means. */
  lastTold(alarm: string): JournalRow | undefined;
  /** The last line of each alarm there has been, newest first. */
  lastOfEach(filter: { room: string | undefined; beforeN: number; limit: number }): JournalRow[];
  /** How many earlier journal lines say the same of the same room in the same millisecond. */
  sameBefore(row: JournalRow): number;
  /** Figures of rooms in the order in which they were worked out. */
  figuresAfter(n: number, limit: number): FiguresRow[];
  /** Number of the newest figures; 0 when there are none. */
  newestFigures(): number;
  /** Drops figures of before then, up to that number, a limited number of them; answers how many. */
  pruneFigures(beforeMs: number, limit: number, upTo: number): number;
  /** Number of the newest journal line that belongs to no exercise; 0 when there is none. */
  newestJournal(): number;
  cursor(consumer: string): number;
  saveCursor(consumer: string, position: number): void;
}

export function createAlertStore(db: Database): AlertStore {
  const saveDevice = db.prepare("INSERT OR REPLACE INTO engine_devices (device, state) VALUES (?, ?)");
  const dropDevice = db.prepare("DELETE FROM engine_devices WHERE device = ?");
  const saveAlarm = db.prepare("INSERT OR REPLACE INTO engine_alarms (key, alarm) VALUES (?, ?)");
  const dropAlarm = db.prepare("DELETE FROM engine_alarms WHERE key = ?");
  const saveForecast = db.prepare("INSERT OR REPLACE INTO engine_forecasts (room, state) VALUES (?, ?)");
  const saveOwnClimate = db.prepare("INSERT OR REPLACE INTO engine_own_climate (room, state) VALUES (?, ?)");
  const saveClock = db.prepare(
    "INSERT OR REPLACE INTO engine_clock (one, now_ms, next_alarm, recent_raises, failed_logins) VALUES (1, ?, ?, ?, ?)",
  );
  const saveFigures = db.prepare("INSERT INTO room_figures (room, at_ms, figures) VALUES (?, ?, ?)");
  const figuresAfter = db.prepare("SELECT n, room, at_ms, figures FROM room_figures WHERE n > ? ORDER BY n LIMIT ?");
  const newestFigures = db.prepare("SELECT max(n) AS n FROM room_figures");
  const pruneFigures = db.prepare(
    `DELETE FROM room_figures WHERE n IN
       (SELECT n FROM (SELECT n, at_ms FROM room_figures ORDER BY n LIMIT ?1) WHERE at_ms < ?2 AND n <= ?3)`,
  );
  const saveMemory = db.prepare("INSERT OR REPLACE INTO engine_decoder (device, state) VALUES (?, ?)");
  const saveCursor = db.prepare("INSERT OR REPLACE INTO cursors (consumer, position) VALUES (?, ?)");
  const readCursor = db.prepare("SELECT position FROM cursors WHERE consumer = ?");
  const insert = db.prepare(
    `INSERT INTO journal (alarm, at_ms, recorded_at_ms, raised_at_ms, room, device, subject, condition, transition, state,
       priority, value, "limit", unit, reason, by, comment, via, late_ms, message_zh, message_en, advice_zh, advice_en,
       expected_at_ms, expected_from_ms, expected_to_ms, probability, evidence, drill)
     VALUES (${Array(29).fill("?").join(", ")}) RETURNING *`,
  );
  const told = db.prepare(
    "SELECT * FROM journal WHERE alarm = ? AND transition IN ('raised', 'priority-changed') ORDER BY n DESC LIMIT 1",
  );
  const newest = db.prepare("SELECT n FROM journal WHERE drill IS NULL ORDER BY n DESC LIMIT 1");
  const sameBefore = db.prepare(
    `SELECT count(*) AS count FROM journal
     WHERE at_ms = ? AND n < ? AND room IS ? AND condition = ? AND priority = ? AND transition = ?`,
  );
  const cursorOf = (consumer: string) => Number(readCursor.get(consumer)?.position ?? 0);

  const write = ({ transition: t, description, recordedAtMs }: EngineCommit["journal"][number]): JournalRow => {
    const { alarm: a } = t;
    return journalRow.parse(
      insert.get(
        a.id,
        t.atMs,
        recordedAtMs,
        a.raisedAtMs,
        a.room,
        a.device,
        a.subject,
        a.condition,
        t.transition,
        a.state,
        a.priority,
        a.value,
        a.limit,
        a.unit,
        t.reason,
        t.by,
        t.comment,
        t.via,
        t.lateMs,
        description.messages["zh-CN"],
        description.messages.en,
        description.advice["zh-CN"],
        description.advice.en,
        a.expectation?.atMs ?? null,
        a.expectation?.fromMs ?? null,
        a.expectation?.toMs ?? null,
        a.expectation?.probability ?? null,
        JSON.stringify(a.evidence ?? []),
        a.drill === undefined ? null : JSON.stringify(a.drill),
      ),
    );
  };

  return {
    load() {
      const state = emptyState();
      const clock = db.prepare("SELECT now_ms, next_alarm, recent_raises, failed_logins FROM engine_clock").get();
      if (clock) {
        state.nowMs = Number(clock.now_ms);
        state.nextAlarm = Number(clock.next_alarm);
        state.recentRaises = z.array(recentRaise).parse(JSON.parse(String(clock.recent_raises)));
        state.failedLogins = z.array(failedLogin).parse(JSON.parse(String(clock.failed_logins)));
      }
      for (const row of db.prepare("SELECT device, state FROM engine_devices").all()) {
        state.devices.set(String(row.device), deviceState.parse(JSON.parse(String(row.state))));
      }
      for (const row of db.prepare("SELECT key, alarm FROM engine_alarms ORDER BY rowid").all()) {
        const kept = alarm.parse(JSON.parse(String(row.alarm)));
        (kept.drill ? state.drills : state.alarms).set(String(row.key), kept);
      }
      for (const row of db.prepare("SELECT room, state FROM engine_forecasts").all()) {
        const forecast = readRoomForecast(String(row.state));
        if (forecast) state.forecasts.set(String(row.room), forecast);
      }
      for (const row of db.prepare("SELECT room, state FROM engine_own_climate").all()) {
        state.ownClimate.set(String(row.room), ownClimate.parse(JSON.parse(String(row.state))));
      }
      const memories = db.prepare("SELECT device, state FROM engine_decoder").all();
      return {
        state,
        position: cursorOf("engine"),
        memories: memories.map((row) => [String(row.device), String(row.state)]),
      };
    },
    commit(commit) {
      return transaction(db, () => {
        for (const id of commit.changed.devices) {
          const device = commit.state.devices.get(id);
          if (device) saveDevice.run(id, writeDeviceState(device));
          else dropDevice.run(id);
        }
        for (const key of commit.changed.alarms) {
          const open = commit.state.alarms.get(key) ?? commit.state.drills.get(key);
          if (open) saveAlarm.run(key, JSON.stringify(open));
          else dropAlarm.run(key);
        }
        for (const room of commit.changed.forecasts) {
          const forecast = commit.state.forecasts.get(room);
          if (forecast) saveForecast.run(room, writeRoomForecast(forecast));
        }
        for (const room of commit.changed.ownClimate) {
          saveOwnClimate.run(room, JSON.stringify(commit.state.ownClimate.get(room)));
        }
        for (const [device, memory] of commit.memories) saveMemory.run(device, memory);
        const { nowMs, nextAlarm, recentRaises, failedLogins } = commit.state;
        saveClock.run(nowMs, nextAlarm, JSON.stringify(recentRaises), JSON.stringify(failedLogins));
        const rows = commit.journal.map(write);
        for (const { room, atMs, ...figures } of commit.figures ?? []) {
          saveFigures.run(room, atMs, JSON.stringify(figures));
        }
        commit.also?.(rows);
        saveCursor.run("engine", commit.position);
        return rows;
      });
    },
    journal(filter) {
      const where = ["n > ?"];
      const values: (string | number)[] = [filter.afterN ?? 0];
      const add = (clause: string, value: string | number | undefined) => {
        if (value === undefined) return;
        where.push(clause);
        values.push(value);
      };
      add("room = ?", filter.room);
      add("alarm = ?", filter.alarm);
      add("at_ms >= ?", filter.fromMs);
      add("at_ms < ?", filter.toMs);
      if (filter.drills !== undefined) where.push(`drill IS ${filter.drills ? "NOT " : ""}NULL`);
      const rows = db.prepare(`SELECT * FROM journal WHERE ${where.join(" AND ")} ORDER BY n LIMIT ?`);
      return rows.all(...values, filter.limit).map((row) => journalRow.parse(row));
    },
    lastTold(id) {
      const row = told.get(id);
      return row ? journalRow.parse(row) : undefined;
    },
    lastOfEach({ room, beforeN, limit }) {
      const rows = db.prepare(
        `SELECT * FROM journal WHERE n IN (SELECT max(n) FROM journal GROUP BY alarm) AND n < ?1
           AND (?2 IS NULL OR room = ?2) ORDER BY n DESC LIMIT ?3`,
      );
      return rows.all(beforeN, room ?? null, limit).map((row) => journalRow.parse(row));
    },
    sameBefore: ({ at_ms, n, room, condition, priority, transition }) =>
      Number(sameBefore.get(at_ms, n, room, condition, priority, transition)?.count ?? 0),
    figuresAfter: (n, limit) => figuresAfter.all(n, limit).map((row) => figuresRow.parse(row)),
    newestFigures: () => Number(newestFigures.get()?.n ?? 0),
    pruneFigures: (beforeMs, limit, upTo) => Number(pruneFigures.run(limit, beforeMs, upTo).changes),
    newestJournal: () => Number(newest.get()?.n ?? 0),
    cursor: cursorOf,
    saveCursor: (consumer, position) => void saveCursor.run(consumer, position),
  };
}
