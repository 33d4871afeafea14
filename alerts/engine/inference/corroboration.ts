import type { Found } from "./finding.ts";
import type { Model } from "./model.ts";
import { supports } from "./weigh.ts";

/** What a device measures with one and the same part of it: a chamber that is fouled sets its contact too. */
const elementOf: Partial<Record<Found["group"], string>> = {
  smoke: "smoke",
  "detector contact": "smoke",
  "second detector": "smoke",
  heat: "heat",
  "other thermometer": "heat",
};

/**
 * A single faulty sensor makes no fire, whatever it says: another must speak for it too, and of the same device only
 * where smoke grew as fires do. What one sensor sees alone is told by the fixed limits.
 */
export function corroborates(model: Model, findings: readonly Found[]): boolean {
  const devices = new Set<string>();
  const sensors = new Set<string>();
  for (const finding of findings) {
    const { device, group } = finding;
    if (device === undefined || !supports(model, finding, "fire")) continue;
    devices.add(device);
    sensors.add(`${device}|${elementOf[group] ?? group}`);
  }
  if (sensors.size < 2) return false;
  return devices.size >= 2 || findings.some(({ group, holds }) => group === "smoke course" && holds === "growing");
}
