import { setImmediate } from "node:timers/promises";
import {
  type AlertStore,
  conditionNamed,
  createPerformanceRecord,
  type JournalRow,
  remedialItems,
} from "../../alerts/index.ts";
import { completenessOf, type HistoryQueries } from "../../collector/index.ts";
import {
  type ConditionName,
  type DeviceView,
  type DrillView,
  priorities,
  quantities,
  type Report,
} from "../../contract/index.ts";
import { type Clock, type Database, isoTime } from "../../core/index.ts";
import { tellingFigures } from "../../notify/index.ts";
import { boundsOfPeriod, nameOf, type Period } from "../../reports/index.ts";
import { calibrationDueMs, type Site } from "../../site/index.ts";
import { climateQuantities } from "../engine/replay.ts";

/** Lines of the journal, and of a report: more than that nobody reads. */
const journalPage = 5_000;
const mostAlarms = 300;
const mostGaps = 20;
const quarterMs = 900_000;

type Stay = Report["alarms"][number] & { recordedAtMs: number; raisedAtMs: number; returnedAtMs: number | null };

/** Puts a report together from the journal, the history, the telling log and the state of now. */
export async function makeReport(
  period: Period,
  options: {
    site: Site;
    store: AlertStore;
    db: Database;
    queries: HistoryQueries;
    historyPath: string;
    alarms: Parameters<typeof remedialItems>[0];
    devices: readonly DeviceView[];
    drills: (request: { purpose: "drill" | "check"; limit: number; fromMs: number; toMs: number }) => DrillView[];
    /** The ledger's newest, as it is given out; `null` where there is none. */
    checkpoint: () => string | null;
    clock: Clock;
  },
): Promise<Report> {
  const { site, store, db, drills, clock } = options;
  const nowMs = clock.nowMs();
  const { fromMs, toMs: endMs } = boundsOfPeriod(period, site.calendar);
  // One that is not over is told as far as it has come.
  const toMs = Math.max(fromMs, Math.min(endMs, nowMs));
  const performance = createPerformanceRecord({ fromMs, toMs });
  const stays: Stay[] = [];
  const open = new Map<string, Stay>();
  for (let afterN = 0; ; ) {
    const rows = store.journal({ toMs, afterN, limit: journalPage, drills: false });
    for (const row of rows) {
      performance.push(row);
      follow(row, stays, open, fromMs);
    }
    if (rows.length < journalPage) break;
    afterN = rows.at(-1)!.n;
    // A journal of years is many pages: messages go first.
    await setImmediate();
  }
  const raised = stays
    .filter(({ raisedAtMs }) => raisedAtMs >= fromMs)
    .sort((a, b) => priorities.indexOf(a.priority) - priorities.indexOf(b.priority) || a.raisedAtMs - b.raisedAtMs);
  const excursions = [];
  for (const stay of stays) {
    const quantity = climateQuantities[stay.condition];
    if (quantity === undefined || (stay.returnedAtMs ?? toMs) <= fromMs) continue;
    excursions.push(excursionOf(stay, quantity, { ...options, fromMs, toMs }));
    await setImmediate();
  }
  const checks = drills({ purpose: "check", limit: 1_000, fromMs, toMs });
  const devices = [];
  for (const view of options.devices) {
    devices.push(deviceOf(view, { ...options, fromMs, toMs }));
    await setImmediate();
  }
  const figures = performance.figures();
  const conditions = new Set<ConditionName>(
    [...stays, ...figures.standing, ...figures.topTen].map((each) => each.condition),
  );
  const remedial = remedialItems(options.alarms).map(({ owner, measure, dueMs, sinceMs, by, status, alarm }) => {
    conditions.add(alarm.condition);
    const { id, room, condition } = alarm;
    return { alarm: id, room, condition, owner, measure, due: isoTime(dueMs), since: isoTime(sinceMs), by, status };
  });
  return {
    name: nameOf(period),
    kind: period.kind,
    period: period.period,
    from: isoTime(fromMs),
    to: isoTime(toMs),
    madeAt: isoTime(nowMs),
    site: { id: site.id, name: site.config.site.name, timeZone: site.timeZone },
    names: {
      rooms: Object.fromEntries([...site.rooms.keys()].map((id) => [id, site.roomName(id)])),
      conditions: Object.fromEntries(
        [...conditions].map((name) => {
          const texts = conditionNamed(name)?.texts;
          return [name, { "zh-CN": texts?.["zh-CN"].title ?? name, en: texts?.en.title ?? name }];
        }),
      ),
    },
    performance: figures,
    alarms: raised.slice(0, mostAlarms).map(shownAlarm),
    alarmsLeftOut: Math.max(0, raised.length - mostAlarms),
    excursions,
    remedial,
    drills: drills({ purpose: "drill", limit: 1_000, fromMs, toMs }),
    checks: {
      made: checks.length,
      arrived: checks.filter(({ told }) => told.length > 0 && told.every(({ state }) => state === "delivered")).length,
    },
    devices,
    checkpoint: options.checkpoint(),
    telling: tellingFigures(db, { fromMs, toMs }),
  };
}

/** Takes up one line of the journal: stays that were seen by people, and those from before that may reach into it. */
function follow(row: JournalRow, stays: Stay[], open: Map<string, Stay>, fromMs: number): void {
  const known = open.get(row.alarm);
  if (row.transition === "raised") {
    // A remedial item that is told again has stood all along.
    if (known !== undefined && known.returnedAtMs === null) return;
    if (row.state !== "unacknowledged") return;
    const { room, device, condition, priority, value, limit, unit } = row;
    const stay: Stay = {
      id: row.alarm,
      at: isoTime(row.at_ms),
      ...{ room, device, condition, priority, value, limit, unit },
      acknowledgedBy: null,
      answeredAfterS: null,
      returnedAt: null,
      returnedAtMs: null,
      recordedAtMs: row.recorded_at_ms,
      raisedAtMs: row.at_ms,
    };
    open.set(row.alarm, stay);
    stays.push(stay);
    return;
  }
  if (known === undefined) return;
  if (row.transition === "priority-changed") known.priority = row.priority;
  if (row.transition === "acknowledged" && known.answeredAfterS === null) {
    known.acknowledgedBy = row.by;
    known.answeredAfterS = Math.max(0, Math.round((row.recorded_at_ms - known.recordedAtMs) / 1_000));
  }
  if (row.transition === "returned" && known.returnedAtMs === null) {
    known.returnedAtMs = row.at_ms;
    known.returnedAt = isoTime(row.at_ms);
  }
  if (row.state === "normal") {
    open.delete(row.alarm);
    // What was over before the period is none of its business.
    if ((known.returnedAtMs ?? row.at_ms) < fromMs) {
      const at = stays.indexOf(known);
      if (at >= 0) stays.splice(at, 1);
    }
  }
}

function shownAlarm({ recordedAtMs: _, raisedAtMs: __, returnedAtMs: ___, ...alarm }: Stay): Report["alarms"][number] {
  return alarm;
}

function excursionOf(
  stay: Stay,
  quantity: "temperature_c" | "relative_humidity_pct" | null,
  { queries, fromMs, toMs }: { queries: HistoryQueries; fromMs: number; toMs: number },
): Report["excursions"][number] {
  const { room, device, condition, limit, unit } = stay;
  const beginMs = Math.max(fromMs, stay.raisedAtMs);
  const endMs = Math.min(toMs, stay.returnedAtMs ?? toMs);
  let extreme = stay.value;
  if (quantity !== null && device !== null && endMs > beginMs) {
    const { buckets } = queries.buckets({
      device,
      quantity,
      fromMs: beginMs,
      toMs: endMs,
      everyMs: quarterMs,
      limit: 10_000,
    });
    const isHigh = condition.endsWith("-high");
    const furthest = isHigh ? Math.max : Math.min;
    for (const { min, max } of buckets) extreme = furthest(extreme ?? min, isHigh ? max : min);
  }
  return {
    ...{ room, device, condition, limit, extreme, unit },
    from: isoTime(stay.raisedAtMs),
    to: stay.returnedAtMs === null ? null : isoTime(stay.returnedAtMs),
    hours: Math.round(Math.max(0, endMs - beginMs) / 360) / 10_000,
  };
}

const isMeasured = (name: string) => quantities[name as keyof typeof quantities]?.kind === "number";

function deviceOf(
  view: DeviceView,
  { site, historyPath, fromMs, toMs }: { site: Site; historyPath: string; fromMs: number; toMs: number },
): Report["devices"][number] {
  const device = site.devices.get(view.id)!;
  const dueMs = calibrationDueMs(device);
  const facts = {
    device: view.id,
    room: view.room,
    batteryPct: view.batteryPct,
    calibrationDue: dueMs === null ? null : isoTime(dueMs).slice(0, 10),
    clockOffsetMs: view.clockOffsetMs,
    online: view.online,
  };
  // What tells of events alone has no rhythm to be held to.
  if (!device.quantities.some(isMeasured) || toMs <= fromMs) {
    return { ...facts, expected: 0, received: 0, completePct: 100, gaps: [], gapS: 0 };
  }
  const gapMs = Math.max(site.config.reports.gap_from, 3 * device.interval);
  const [found] = completenessOf(historyPath, {
    devices: [{ device: view.id, intervalMs: device.interval, gapMs }],
    fromMs,
    toMs,
  });
  const { received, firstAtMs } = found!;
  // Before its first reading ever it was not there.
  const beganMs = firstAtMs === null || firstAtMs >= toMs ? fromMs : Math.max(fromMs, firstAtMs);
  const gaps = found!.gaps.filter((gap) => gap.toMs > beganMs);
  const expected = Math.max(1, found!.expected);
  return {
    ...facts,
    expected,
    received,
    completePct: Math.min(100, Math.round((received / expected) * 1_000) / 10),
    gaps: gaps.slice(0, mostGaps).map((gap) => ({ from: isoTime(gap.fromMs), to: isoTime(gap.toMs) })),
    gapS: Math.round(gaps.reduce((sum, gap) => sum + gap.toMs - gap.fromMs, 0) / 1_000),
  };
}
