import type { Language } from "../contract/index.ts";

/** Words about telling itself: who took an alarm, many alarms in one message, tests. */
export interface TellingWords {
  taken: string;
  takenBy(parts: { by: string; via: string; comment: string }): string;
  via: Record<string, string>;
  notReturned: string;
  reminded: string;
  escalated: string;
  digest: {
    tag: string;
    title(count: number): string;
    sentence(parts: { standing: number; over: number }): string;
    line(parts: { titles: string; count: number; since: string }): string;
    over: string;
    more(count: number): string;
    note: string;
  };
  /** Of a real alarm while an exercise is on. */
  real: { short: string; long: string };
  test: { tag: string; title: string; sentence(parts: { site: string; by: string }): string; note: string };
}

const zh: TellingWords = {
  taken: "已有人处理",
  takenBy: ({ by, via, comment }) => `${by} 已通过${via}确认${comment === "" ? "" : `:${comment}`}。您不必再处理。`,
  via: { api: "网页接口", "operator-token": "值班终端", cli: "命令行", sms: "短信", link: "链接", voice: "电话按键" },
  notReturned: "已确认,但超过规定时间仍未恢复。",
  reminded: "仍无人确认,再次通知。",
  escalated: "此前通知的人员尚未确认,现通知到您。",
  digest: {
    tag: "汇总",
    title: (count) => `${count} 条报警`,
    sentence: ({ standing, over }) => `${standing} 条仍在报警,${over} 条已恢复。以下为当前状态,不再逐条通知。`,
    line: ({ titles, count, since }) => `${titles}${count > 1 ? ` ×${count}` : ""},起于 ${since}`,
    over: "已恢复",
    more: (count) => `另有 ${count} 项`,
    note: "报警集中到来、通知渠道中断、免打扰时段或每小时条数上限期间的通知合并为本条。",
  },
  real: { short: "非演练", long: "真实报警,不是演练" },
  test: {
    tag: "测试",
    title: "测试消息",
    sentence: ({ site, by }) => `这是 ${site} 的测试消息,由 ${by} 发起,用于检查能否通知到您。没有报警。`,
    note: "无需处理。",
  },
};

const en: TellingWords = {
  taken: "taken",
  takenBy: ({ by, via, comment }) =>
    `${by} has acknowledged it (${via})${comment === "" ? "" : `: ${comment}`}. You need not act.`,
  via: {
    api: "web interface",
    "operator-token": "operator's terminal",
    cli: "command line",
    sms: "SMS",
    link: "link",
    voice: "voice key",
  },
  notReturned: "It was acknowledged, and has not returned in its time.",
  reminded: "Nobody has acknowledged it so far: you are told again.",
  escalated: "Those told before have not acknowledged it: now you are told.",
  digest: {
    tag: "summary",
    title: (count) => `${count} alarms`,
    sentence: ({ standing, over }) =>
      `${standing} of them stand, ${over} have returned. This is how things are now; they are not told one by one.`,
    line: ({ titles, count, since }) => `${titles}${count > 1 ? ` ×${count}` : ""}, since ${since}`,
    over: "returned",
    more: (count) => `${count} more`,
    note: "Messages come together after an alarm flood, an outage of the channel, a quiet time or the limit per hour.",
  },
  real: { short: "NO EXERCISE", long: "REAL ALARM, not part of the exercise" },
  test: {
    tag: "test",
    title: "Test message",
    sentence: ({ site, by }) => `A test message of ${site}, asked for by ${by}: can you be reached? There is no alarm.`,
    note: "Nothing needs to be done.",
  },
};

export const tellingWords: Record<Language, TellingWords> = { "zh-CN": zh, en };
