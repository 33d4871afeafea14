import type { LedgerEntry } from "../../access/index.ts";
import { completenessOf } from "../../collector/index.ts";
import type { Site } from "../../site/index.ts";

/** How much of what a room's devices should have reported is there, and why the rest is not, as far as that is known. */

export interface DeviceReadings {
  room: string;
  device: string;
  expected: number;
  received: number;
  gaps: Gap[];
}

export interface Gap {
  fromMs: number;
  toMs: number;
  cause: GapCause;
}

export type GapCause =
  | { kind: "not-yet-installed" }
  | { kind: "maintenance"; reason: string }
  /** Nothing came from any device: this program, its machine or the network stood still. */
  | { kind: "all-silent" }
  | { kind: "alarm"; condition: string; alarm: string }
  | { kind: "unknown" };

/** More than this many intervals without a reading are a gap; as `sensor-silent` counts them. */
const intervalsToGap = 3;
const leastGapMs = 120_000;
/** Alarms that explain why a device says nothing, the more telling first. */
const explaining = ["battery-low", "tamper", "sensor-silent", "room-blind", "sensor-clock-fault"];
const explainWithinMs = 7 * 86_400_000;

export function deviceReadings(options: {
  historyPath: string;
  site: Site;
  room: string | undefined;
  fromMs: number;
  toMs: number;
  /** Of the kind alarm-journal. */
  alarms: readonly LedgerEntry[];
}): DeviceReadings[] {
  const { site, fromMs, toMs } = options;
  const placed = site.config.devices.flatMap((device) => {
    const room = site.roomOf(device.id, toMs - 1) ?? site.roomOf(device.id, fromMs);
    const gapMs = Math.max(leastGapMs, intervalsToGap * device.interval);
    const isWanted = room !== null && (options.room === undefined || options.room === room);
    // What tells of events alone has no rhythm to be held to.
    return isWanted && device.quantities.some((name) => measured.test(name)) ? [{ device, room, gapMs }] : [];
  });
  const found = completenessOf(options.historyPath, {
    devices: placed.map(({ device, gapMs }) => ({ device: device.id, intervalMs: device.interval, gapMs })),
    fromMs,
    toMs,
  });
  const allSilent = silenceOfAll(
    found.filter(({ firstAtMs }) => firstAtMs !== null && firstAtMs < toMs).map((one) => one.gaps),
  );
  return placed.map(({ device, room }, at) => {
    const { received, expected, firstAtMs, gaps } = found[at]!;
    const causeOf = (gap: { fromMs: number; toMs: number }): GapCause => {
      if (firstAtMs === null || gap.toMs <= firstAtMs) return { kind: "not-yet-installed" };
      const window = site.serviceWindows.find(
        (one) => (one.device === device.id || one.room === room) && one.fromMs < gap.toMs && gap.fromMs < one.toMs,
      );
      if (window) return { kind: "maintenance", reason: window.reason };
      if (found.length > 1 && allSilent(gap)) return { kind: "all-silent" };
      return alarmFor(options.alarms, device.id, gap) ?? { kind: "unknown" };
    };
    return {
      room,
      device: device.id,
      expected,
      received,
      gaps: gaps.map((gap) => ({ ...gap, cause: causeOf(gap) })),
    };
  });
}

const measured = /^(temperature|surface_temperature|relative_humidity|smoke_obscuration|co_|co2_|pm2_5|illuminance)/;

/** Whether most of a gap is a time in which no device said anything. */
function silenceOfAll(gapsOfDevices: readonly (readonly { fromMs: number; toMs: number }[])[]) {
  const [first = [], ...rest] = gapsOfDevices;
  let common = [...first];
  for (const gaps of rest) {
    common = common.flatMap((one) =>
      gaps.flatMap((gap) => {
        const fromMs = Math.max(one.fromMs, gap.fromMs);
        const toMs = Math.min(one.toMs, gap.toMs);
        return fromMs < toMs ? [{ fromMs, toMs }] : [];
      }),
    );
  }
  return (gap: { fromMs: number; toMs: number }) => {
    const silentMs = common.reduce(
      (sum, one) => sum + Math.max(0, Math.min(one.toMs, gap.toMs) - Math.max(one.fromMs, gap.fromMs)),
      0,
    );
    return silentMs > (gap.toMs - gap.fromMs) / 2;
  };
}

function alarmFor(
  alarms: readonly LedgerEntry[],
  device: string,
  gap: { fromMs: number; toMs: number },
): GapCause | null {
  const raised = alarms.flatMap(({ entry }) => {
    if (entry?.body.transition !== "raised" || entry.body.device !== device) return [];
    const atMs = Date.parse(entry.at);
    const condition = String(entry.body.condition);
    const early = condition === "battery-low" ? explainWithinMs : 0;
    const isNear = atMs >= gap.fromMs - early && atMs <= gap.toMs;
    return isNear && explaining.includes(condition) ? [{ condition, alarm: String(entry.body.alarm) }] : [];
  });
  raised.sort((a, b) => explaining.indexOf(a.condition) - explaining.indexOf(b.condition));
  return raised[0] ? { kind: "alarm", ...raised[0] } : null;
}
