import type { AlarmView } from "../../../../contract/index.ts";

const priorities = ["critical", "high", "medium", "low"];
const waiting = ({ state }: AlarmView) => (state === "unacknowledged" ? 0 : state === "latched" ? 1 : 2);

/** What nobody has answered first, then by priority, then the newest. */
export const bySeverity = (a: AlarmView, b: AlarmView) =>
  waiting(a) - waiting(b) ||
  priorities.indexOf(a.priority) - priorities.indexOf(b.priority) ||
  Date.parse(b.at) - Date.parse(a.at);
