import { z } from "zod";
import type { AlarmState } from "../contract/index.ts";
import type { Database } from "../core/index.ts";

/**
 * The number by which a person names an alarm where only digits can be typed: an SMS, a telephone's keys. Four digits,
 * unique among the open alarms and stable while one is open. Numbers come in a fixed order, so the same journal gives
 * the same codes, and one that is free again is taken last: a late answer to a closed alarm does not hit another.
 */
export const alarmCodesMigration = `
  CREATE TABLE alarm_codes (
    turn INTEGER PRIMARY KEY,
    alarm_id TEXT NOT NULL UNIQUE,
    code TEXT NOT NULL,
    open INTEGER NOT NULL CHECK (open IN (0, 1))
  ) STRICT;
  CREATE INDEX alarm_codes_by_code ON alarm_codes (code, turn);
  CREATE UNIQUE INDEX alarm_codes_open ON alarm_codes (code) WHERE open = 1;
`;

const lowest = 1_000;
const count = 9_000;
/** Has no divisor in common with `count`, and leaves 600 codes in a row of which no two differ in one digit alone. */
const stride = 4_153;

/** The code of the n-th turn. */
export const codeOfTurn = (turn: number): string => String(lowest + ((turn * stride) % count));

const codeRow = z.object({ alarm_id: z.string(), code: z.string(), open: z.number() });

/**
 * The alarm's code; the first call for an alarm gives it one, a transition to `normal` frees it for others. Call it
 * inside the transaction that commits the transition. `null` when all codes are taken, and for an alarm that is over
 * and never had one.
 */
export function takeAlarmCode(db: Database, alarm: { id: string; state: AlarmState }): string | null {
  const known = db.prepare("SELECT alarm_id, code, open FROM alarm_codes WHERE alarm_id = ?").get(alarm.id);
  if (alarm.state === "normal") {
    db.prepare("UPDATE alarm_codes SET open = 0 WHERE alarm_id = ? AND open = 1").run(alarm.id);
    return known === undefined ? null : codeRow.parse(known).code;
  }
  if (known !== undefined) return codeRow.parse(known).code;
  const isOpen = db.prepare("SELECT 1 FROM alarm_codes WHERE code = ? AND open = 1");
  const last = z
    .object({ turn: z.number() })
    .parse(db.prepare("SELECT coalesce(max(turn), 0) AS turn FROM alarm_codes").get()).turn;
  for (let turn = last + 1; turn <= last + count; turn++) {
    const code = codeOfTurn(turn);
    if (isOpen.get(code) !== undefined) continue;
    db.prepare("INSERT INTO alarm_codes (turn, alarm_id, code, open) VALUES (?, ?, ?, 1)").run(turn, alarm.id, code);
    return code;
  }
  return null;
}

/** The alarm that has the code, or had it last; `null` for a code that was never given. */
export function alarmOfCode(db: Database, code: string): { alarmId: string; open: boolean } | null {
  const row = db
    .prepare("SELECT alarm_id, code, open FROM alarm_codes WHERE code = ? ORDER BY open DESC, turn DESC LIMIT 1")
    .get(code);
  if (row === undefined) return null;
  const { alarm_id, open } = codeRow.parse(row);
  return { alarmId: alarm_id, open: open === 1 };
}
