import { atLeast, type Priority } from "../../contract/index.ts";
import { calibrationDueMs, type DeviceConfig } from "../../site/index.ts";
import { settingsOf } from "./condition.ts";
import { calibrationDue } from "./conditions/sensors.ts";
import type { Context } from "./context.ts";

const dayMs = 86_400_000;

/** Three months to find a date, one to make it, and then it is overdue. */
const stages: readonly { daysLeft: number; priority: Priority }[] = [
  { daysLeft: 90, priority: "low" },
  { daysLeft: 30, priority: "medium" },
  { daysLeft: 0, priority: "high" },
];

/** Reminds of calibrations, a device by its earliest due date. */
export class CalibrationWatch {
  readonly #context: Context;
  constructor(context: Context) {
    this.#context = context;
  }

  /** At a start: a date may have been entered, or have passed while nobody watched. */
  judgeAll(): void {
    for (const device of this.#context.site.devices.values()) this.#judge(device);
  }

  awaitAll(): void {
    for (const device of this.#context.site.devices.values()) this.#await(device);
  }

  due(id: string): void {
    const device = this.#context.site.devices.get(id);
    if (!device) return;
    this.#judge(device);
    this.#await(device);
  }

  #judge(device: DeviceConfig): void {
    const { site, state, book } = this.#context;
    const { nowMs } = state;
    const key = `${calibrationDue.name}|${device.id}`;
    const dueMs = calibrationDueMs(device);
    const stage = dueMs === null ? undefined : stages.findLast(({ daysLeft }) => dueMs - daysLeft * dayMs <= nowMs);
    const standing = state.alarms.get(key);
    // Less urgent than it was can only be a new date.
    const calibrated = !stage || (standing !== undefined && !atLeast(stage.priority, standing.priority));
    if (calibrated) book.close(key, nowMs, null, "calibrated");
    const room = site.roomOf(device.id, nowMs);
    const settings = settingsOf(site, calibrationDue, room);
    if (!stage || dueMs === null || !settings.enabled) return;
    const value = Math.ceil((dueMs - nowMs) / dayMs);
    const { daysLeft: limit } = stage;
    // A priority of the site file's own stays what it is.
    const priority = settings.priority === calibrationDue.defaults.priority ? stage.priority : settings.priority;
    if (book.isActive(key)) {
      book.raisePriority(key, { priority, value, limit, atMs: nowMs });
      return;
    }
    book.raise({
      key,
      condition: calibrationDue.name,
      device: device.id,
      subject: null,
      room,
      sinceMs: dueMs - limit * dayMs,
      atMs: nowMs,
      value,
      limit,
      unit: calibrationDue.unit,
      detail: null,
      lateMs: null,
      priority,
    });
  }

  #await(device: DeviceConfig): void {
    const { state, deadlines } = this.#context;
    const dueMs = calibrationDueMs(device);
    if (dueMs === null) return;
    const next = stages.find(({ daysLeft }) => dueMs - daysLeft * dayMs > state.nowMs);
    if (next) deadlines.add({ dueMs: dueMs - next.daysLeft * dayMs, key: `calibration|${device.id}` });
  }
}
