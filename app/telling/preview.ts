import { adviceOf, conditionNamed, describe, settingsOf } from "../../alerts/index.ts";
import type { ConditionName, JournalEntry, Language, Transition } from "../../contract/index.ts";
import { SentryError } from "../../core/index.ts";
import type { AlarmNotice, Readings } from "../../notify/index.ts";
import type { Site } from "../../site/index.ts";
import { charted } from "../reports/readings-for.ts";

/** Alarms to look at without one: what a message of a condition in a room would say. Every figure in them is made up. */

const hourMs = 3_600_000;
const sampleCode = "4711";

export interface SampleOptions {
  site: Site;
  condition: ConditionName;
  room: string | null;
  transition: Extract<Transition, "raised" | "returned" | "acknowledged">;
  drill: boolean;
  nowMs: number;
}

export function sampleNotice({ site, condition, room, transition, drill, nowMs }: SampleOptions): AlarmNotice {
  const known = conditionNamed(condition);
  if (known === undefined) throw new SentryError("usage", `--condition: ${condition} is not evaluated`);
  const settings = settingsOf(site, known, room);
  const limit =
    known.kind === "value" && room !== null
      ? known.limitIn(site, room, settings)
      : (settings.limit ?? foreseen(site, condition, room));
  const isExpected = condition.endsWith("-forecast");
  const figures =
    known.unit === null || limit === null
      ? { value: null, limit: null }
      : { value: valueFor({ condition, transition }, known.unit, limit), limit };
  const raisedAtMs = transition === "raised" ? nowMs : nowMs - hourMs / 2;
  const quantities: readonly string[] = known.kind === "value" ? known.quantities : [];
  const device = site.config.devices.find(
    (each) => site.roomOf(each.id, nowMs) === room && each.quantities.some((quantity) => quantities.includes(quantity)),
  );
  const expectation = isExpected
    ? { atMs: nowMs + 3 * hourMs, fromMs: nowMs + 2 * hourMs, toMs: nowMs + 5 * hourMs, probability: 0.8 }
    : undefined;
  const alarm = {
    id: "preview",
    key: "preview",
    condition,
    room,
    device: device?.id ?? null,
    subject: null,
    priority: settings.priority,
    latching: known.defaults.latching ?? false,
    state: transition === "acknowledged" ? ("acknowledged" as const) : ("unacknowledged" as const),
    active: transition !== "returned",
    sinceMs: raisedAtMs,
    raisedAtMs,
    ...figures,
    unit: known.unit,
    detail: null,
    acknowledgedBy: null,
    quietAtMs: null,
    ...(expectation ? { expectation } : {}),
  };
  const by = transition === "acknowledged" ? (site.config.people[0]?.id ?? null) : null;
  const { messages, advice } = describe(site, {
    alarm,
    transition,
    reason: "first-breach",
    atMs: nowMs,
    lateMs: null,
    by,
    comment: null,
    via: by === null ? null : "cli",
  });
  return {
    alarmId: "preview",
    code: sampleCode,
    n: 1,
    transition,
    state: transition === "returned" ? "returned-unacknowledged" : alarm.state,
    condition,
    priority: settings.priority,
    room,
    device: alarm.device,
    atMs: nowMs,
    raisedAtMs,
    recordedAtMs: nowMs,
    ...figures,
    unit: known.unit,
    messages,
    advice,
    evidence: [],
    expected: expectation ?? null,
    lateMs: null,
    by,
    via: by === null ? null : "cli",
    comment: null,
    ...(drill ? { drill } : {}),
  };
}

/** What a forecast warns of: the upper limit of the room's air. */
function foreseen(site: Site, condition: ConditionName, room: string | null): number | null {
  if (room === null || !condition.endsWith("-forecast")) return null;
  const { temperatureC, relativeHumidityPct } = site.limitsOf(room);
  return (condition === "temperature-forecast" ? temperatureC : relativeHumidityPct).high;
}

/** Clearly beyond the limit; of a forecast still within it, of a return within it again. */
function valueFor(
  { condition, transition }: Pick<SampleOptions, "condition" | "transition">,
  unit: string,
  limit: number,
): number {
  const away = unit === "°C" ? 1.8 : unit === "%" ? 4 : limit * 0.7;
  const isWithin = condition.endsWith("-forecast") || transition === "returned";
  const isBelow = condition.endsWith("-low") !== isWithin;
  return Math.round((limit + (isBelow ? -away : away)) * 100) / 100;
}

/** Six hours that lead to the alarm's value, where its condition has a course in time. */
export function sampleReadings(notice: AlarmNotice): Readings | null {
  const quantity = charted[notice.condition];
  if (quantity === undefined || notice.value === null || notice.limit === null) return null;
  const { value, limit, raisedAtMs, atMs } = notice;
  const everyMs = 180_000;
  const fromMs = atMs - 6 * hourMs;
  const away = value - limit;
  // Quiet at first; then to the value, or beyond the limit and back to it.
  const usual =
    quantity === "smoke_obscuration_pct_per_m" ? 0.03 : notice.expected ? limit + 3 * away : limit - Math.abs(away);
  const isOver = notice.transition === "returned";
  const riseMs = quantity === "smoke_obscuration_pct_per_m" ? 0.3 * hourMs : 3 * hourMs;
  const points = Array.from({ length: (atMs - fromMs) / everyMs }, (_, at) => {
    const pointMs = fromMs + at * everyMs;
    const share = Math.max(0, 1 - Math.abs((isOver ? raisedAtMs - hourMs / 4 : atMs) - pointMs) / riseMs);
    const top = isOver ? limit - away : value;
    return {
      atMs: pointMs,
      value: usual + (top - usual) * share ** 2 + Math.sin(at * 1.7) ** 2 * Math.abs(top - usual) * 0.03,
    };
  });
  const isLow = notice.condition.endsWith("-low");
  return {
    quantity,
    unit: notice.unit ?? "",
    fromMs,
    toMs: atMs,
    points,
    gapMs: 3 * everyMs,
    low: isLow ? limit : null,
    high: isLow ? null : limit,
    raisedAtMs,
  };
}

/** An alarm as the journal of a running instance shows it; its code is not in the journal. */
export function noticeOfJournal(entries: readonly JournalEntry[], site: Site): AlarmNotice {
  const newest = entries.toSorted((a, b) => b.n - a.n)[0];
  if (newest === undefined) throw new SentryError("not-found", "no such alarm in the journal");
  const raised = entries.toSorted((a, b) => a.n - b.n)[0]!;
  const { id, n, transition, state, condition, priority, room, device, value, limit, unit, messages, by, comment } =
    newest;
  const advice = (language: Language) => adviceOf(site, newest, language);
  const ms = (text: string | undefined) => (text === undefined ? null : Date.parse(text));
  const expectedMs = ms(newest.expectedAt);
  return {
    alarmId: id,
    code: null,
    n,
    transition,
    state,
    condition,
    priority,
    room,
    device,
    atMs: Date.parse(newest.at),
    raisedAtMs: Date.parse(raised.at),
    recordedAtMs: Date.parse(newest.recordedAt),
    value,
    limit,
    unit,
    messages,
    advice: { "zh-CN": advice("zh-CN"), en: advice("en") },
    evidence: [],
    expected:
      expectedMs === null
        ? null
        : {
            atMs: expectedMs,
            fromMs: ms(newest.expectedFrom) ?? expectedMs,
            toMs: ms(newest.expectedTo) ?? expectedMs,
            probability: newest.probability ?? null,
          },
    lateMs: null,
    by,
    comment,
  };
}
