import type { AlarmState, Priority } from "../contract/index.ts";

/** Identifiers of the interface as Chinese readers know them; in English they speak for themselves. */
export const priorityWords: Record<Priority, string> = { critical: "紧急", high: "重要", medium: "一般", low: "提示" };
export const stateWords: Record<AlarmState, string> = {
  normal: "正常",
  unacknowledged: "未确认",
  acknowledged: "已确认",
  "returned-unacknowledged": "已恢复未确认",
  latched: "已锁定",
  shelved: "已搁置",
  suppressed: "已抑制",
  "out-of-service": "已停用",
};
export const roomStateWords = { ok: "正常", alarm: "报警", "no-data": "无数据" };
