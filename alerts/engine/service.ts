import { type ConditionName, conditionFamilies } from "../../contract/index.ts";
import type { ServiceWindow } from "../../site/index.ts";
import type { Alarm } from "./state.ts";

/** What a room's window leaves alone: a room is never out of service for a fire. A device's own window has all of it. */
const alwaysInService = new Set<ConditionName>(conditionFamilies["fire-and-water"]);

/** The window that has an alarm out of service at that time. */
export function windowOver(
  windows: readonly ServiceWindow[],
  { room, device, condition }: Pick<Alarm, "room" | "device" | "condition">,
  atMs: number,
): ServiceWindow | undefined {
  return windows.find((window) => {
    if (atMs < window.fromMs || atMs >= window.toMs) return false;
    if (window.device !== undefined) return window.device === device;
    return window.room === room && !alwaysInService.has(condition);
  });
}
