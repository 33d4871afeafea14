import type { DeviceConfig } from "./schema.ts";

/** Midnight, UTC, of a device's earliest due date: of each quantity its newest calibration counts. */
export function calibrationDueMs({ calibrations }: DeviceConfig): number | null {
  const newest = new Map<string, (typeof calibrations)[number]>();
  for (const calibration of calibrations) {
    const known = newest.get(calibration.quantity);
    if (!known || calibration.on >= known.on) newest.set(calibration.quantity, calibration);
  }
  const dates = [...newest.values()].flatMap(({ due }) => (due === undefined ? [] : [Date.parse(due)]));
  return dates.length === 0 ? null : Math.min(...dates);
}
