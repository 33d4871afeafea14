import { expectationOf, type JournalRow } from "../alerts/index.ts";
import type { Language } from "../contract/index.ts";
import type { AlarmNotice } from "../notify/index.ts";

/** A journal row as the telling part needs it. */
export function noticeOf(row: JournalRow, language: Language, code: string | null): AlarmNotice {
  return {
    alarmId: row.alarm,
    code,
    n: row.n,
    transition: row.transition,
    state: row.state,
    condition: row.condition,
    priority: row.priority,
    room: row.room,
    device: row.device,
    atMs: row.at_ms,
    raisedAtMs: row.raised_at_ms,
    recordedAtMs: row.recorded_at_ms,
    value: row.value,
    limit: row.limit,
    unit: row.unit,
    messages: { "zh-CN": row.message_zh, en: row.message_en },
    advice: { "zh-CN": row.advice_zh, en: row.advice_en },
    evidence: row.evidence.map(({ text, weight }) => ({ text: text[language], weight })),
    expected: expectationOf(row) ?? null,
    lateMs: row.late_ms,
    by: row.by,
    via: row.via,
    comment: row.comment,
    ...(row.drill?.purpose === "drill" ? { drill: true } : {}),
    ...(row.drill?.purpose === "check" ? { test: true } : {}),
  };
}
