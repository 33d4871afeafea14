import type { Language } from "../../contract/index.ts";
import type { Refusal } from "./understand.ts";

/** What goes back to somebody who answered: one SMS, so that they know whether it was taken. */
export interface AnswerFacts {
  /** `4711 住院101烟雾报警`; empty where no alarm is meant. */
  what: string;
  /** Staff number of whoever has it. */
  by: string;
  /** Code of an alarm that waits for an answer, for the example. */
  code: string;
  /** Tries that are left. */
  left: number;
  minutes: number;
  pinWanted: boolean;
  returned: boolean;
}

interface AnswerWords {
  done(facts: AnswerFacts): string;
  refused: Record<Refusal, (facts: AnswerFacts) => string>;
}

const form = ({ code, pinWanted }: AnswerFacts, pin: string) => `1 ${code}${pinWanted ? ` ${pin}` : ""}`;

const zh: AnswerWords = {
  done: ({ what, returned }) => `已确认:${what}。${returned ? "该报警已恢复。" : ""}`,
  refused: {
    unclear: (facts) => `无法识别,未确认。确认请回复 ${form(facts, "PIN")}`,
    "shared-number": () => "未确认:此号码登记给多人,无法判断您是谁。请用网页或命令行确认。",
    "no-pin": (facts) => `未确认:需要编号和 PIN,请回复 ${form(facts, "PIN")}`,
    "wrong-pin": ({ left }) => `未确认:PIN 不正确,还可尝试 ${left} 次。`,
    "pin-locked": ({ minutes }) => `未确认:PIN 错误次数过多,请 ${minutes} 分钟后再试,或请他人确认。`,
    "needs-code": (facts) => `未确认:上条通知含多条报警,请带编号回复,如 ${form(facts, "PIN")}`,
    "wrong-code": ({ what }) => `未确认:没有编号为 ${what} 的报警。`,
    "nothing-told": (facts) => `未确认:近期没有通知您的报警。请带编号回复 ${form(facts, "PIN")}`,
    "no-right": ({ what }) => `未确认:您没有确认该报警的权限(${what})。`,
    "taken-already": ({ what, by }) => `${what}已由 ${by} 确认,您不必再处理。`,
    over: ({ what }) => `${what}已恢复并结束,无需确认。`,
    "out-of-sight": ({ what }) => `${what}当前已搁置或停用,无需确认。`,
    changed: ({ what }) => `未确认:${what}在此期间有变化,请按最新通知回复。`,
  },
};

const en: AnswerWords = {
  done: ({ what, returned }) => `Acknowledged: ${what}.${returned ? " It has returned." : ""}`,
  refused: {
    unclear: (facts) => `Not understood, nothing acknowledged. To acknowledge reply ${form(facts, "PIN")}`,
    "shared-number": () =>
      "Not acknowledged: this number belongs to several people. Use the web page or the command line.",
    "no-pin": (facts) => `Not acknowledged: it needs code and PIN. Reply ${form(facts, "PIN")}`,
    "wrong-pin": ({ left }) => `Not acknowledged: wrong PIN. Tries left: ${left}.`,
    "pin-locked": ({ minutes }) =>
      `Not acknowledged: too many wrong PINs. Try again in ${minutes} minutes, or ask somebody else.`,
    "needs-code": (facts) => `Not acknowledged: you were told of several alarms. Reply ${form(facts, "PIN")}`,
    "wrong-code": ({ what }) => `Not acknowledged: there is no alarm ${what}.`,
    "nothing-told": (facts) => `Not acknowledged: you were told of no alarm lately. Reply ${form(facts, "PIN")}`,
    "no-right": ({ what }) => `Not acknowledged: you have no right to acknowledge ${what}.`,
    "taken-already": ({ what, by }) => `${what}: ${by} has acknowledged it already. You need not act.`,
    over: ({ what }) => `${what}: it has returned and is over. Nothing to acknowledge.`,
    "out-of-sight": ({ what }) => `${what}: it is shelved or out of service. Nothing to acknowledge.`,
    changed: ({ what }) => `Not acknowledged: ${what} has changed meanwhile. Reply to the newest message.`,
  },
};

export const answerWords: Record<Language, AnswerWords> = { "zh-CN": zh, en };
