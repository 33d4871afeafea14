import type { AlarmView } from "../../../../contract/index.ts";

const priorities = ["critical", "high", "medium", "low"];
const waiting = ({ state }: AlarmView) => (state === "unacknowledged" ? 0 : state === "latched" ? 1 : 2);

/** Real ones before exercises, what nobody has answered first, then by priority, then the newest. */
export const bySeverity = (a: AlarmView, b: AlarmView) =>
  Number(a.drill !== undefined) - Number(b.drill !== undefined) ||
  waiting(a) - waiting(b) ||
  priorities.indexOf(a.priority) - priorities.indexOf(b.priority) ||
  Date.parse(b.at) - Date.parse(a.at);
