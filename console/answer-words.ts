import type { AlarmState, Language, Priority } from "../contract/index.ts";

/** The words of the page behind a link that acknowledges. */
export interface AnswerPageWords {
  priority: Record<Priority, string>;
  state: Record<AlarmState, string>;
  labels: { where: string; since: string; state: string; value: string; comment: string };
  limit(limit: string): string;
  by(state: string, person: string): string;
  asWho(person: string): string;
  button: string;
  note(until: string): string;
  notCertified: string;
  /** What came of it: a heading and a sentence. */
  results: Record<string, [heading: string, text: string]>;
  usedAt(time: string): string;
}

const zh: AnswerPageWords = {
  priority: { critical: "紧急", high: "重要", medium: "一般", low: "提示" },
  state: {
    normal: "正常",
    unacknowledged: "未确认",
    acknowledged: "已确认",
    "returned-unacknowledged": "已恢复,未确认",
    latched: "已确认,待复位",
    shelved: "已搁置",
    suppressed: "已抑制",
    "out-of-service": "已停用",
  },
  labels: { where: "地点", since: "起始", state: "当前状态", value: "数值", comment: "备注" },
  limit: (limit) => `(限值 ${limit})`,
  by: (state, person) => `${state}(${person})`,
  asWho: (person) => `以 ${person} 的名义确认`,
  button: "确认报警",
  note: (until) => `打开本页不会确认;按下按钮才确认。本链接只对这一条报警有效,只能用一次,${until} 前有效。`,
  notCertified: "本系统不是经认证的火灾自动报警系统。",
  results: {
    acknowledged: ["已确认", "已记录,后续通知已停止。"],
    used: ["链接已使用", "您已用此链接确认过这条报警,无需再操作。"],
    expired: ["链接已过期", "未确认。请使用较新的通知,或在网页、命令行确认。"],
    invalid: ["链接无效", "未确认任何报警。链接不完整或被改动过:请从通知中重新打开。"],
    busy: ["请稍后再试", "近期无效的链接过多。"],
    "taken-already": ["已有人处理", "这条报警已被确认,您不必再处理。"],
    over: ["报警已结束", "这条报警已恢复并结束,无需确认。"],
    "out-of-sight": ["无需确认", "这条报警当前已搁置、抑制或停用。"],
    "no-right": ["没有权限", "未确认:您没有确认该库房报警的权限。"],
    changed: ["报警有变化", "未确认:报警在此期间有变化,请重新打开链接查看。"],
    failed: ["暂时无法记录", "未确认:系统暂时无法写入,请稍后再按一次。"],
  },
  usedAt: (time) => `确认时间 ${time}`,
};

const en: AnswerPageWords = {
  priority: { critical: "Critical", high: "High", medium: "Medium", low: "Low" },
  state: {
    normal: "normal",
    unacknowledged: "not acknowledged",
    acknowledged: "acknowledged",
    "returned-unacknowledged": "returned, not acknowledged",
    latched: "acknowledged, to be reset",
    shelved: "shelved",
    suppressed: "suppressed",
    "out-of-service": "out of service",
  },
  labels: { where: "Where", since: "Since", state: "Now", value: "Value", comment: "Comment" },
  limit: (limit) => ` (limit ${limit})`,
  by: (state, person) => `${state} by ${person}`,
  asWho: (person) => `You acknowledge as ${person}`,
  button: "Acknowledge",
  note: (until) =>
    `Opening this page acknowledges nothing; the button does. The link is for this alarm alone, works once, and is valid until ${until}.`,
  notCertified: "This is not a certified fire alarm system.",
  results: {
    acknowledged: ["Acknowledged", "It is on record, and nobody else is called for it."],
    used: ["Link used already", "You have acknowledged this alarm with this link. Nothing more to do."],
    expired: ["Link expired", "Nothing was acknowledged. Use a newer message, the web page or the command line."],
    invalid: [
      "Link not valid",
      "Nothing was acknowledged. It is cut off or was altered: open it from the message again.",
    ],
    busy: ["Try again later", "Too many invalid links of late."],
    "taken-already": ["Somebody has it", "This alarm has been acknowledged already. You need not act."],
    over: ["Alarm is over", "It has returned and is over. Nothing to acknowledge."],
    "out-of-sight": ["Nothing to acknowledge", "This alarm is shelved, suppressed or out of service."],
    "no-right": ["No right", "Nothing was acknowledged: you have no right to acknowledge alarms of this room."],
    changed: ["Alarm has changed", "Nothing was acknowledged: it has changed meanwhile. Open the link again."],
    failed: ["Cannot be recorded now", "Nothing was acknowledged: it could not be written. Press again in a moment."],
  },
  usedAt: (time) => `Acknowledged at ${time}`,
};

export const answerPageWords: Record<Language, AnswerPageWords> = { "zh-CN": zh, en };
