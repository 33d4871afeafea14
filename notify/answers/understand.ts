import type { AlarmState, ConditionName } from "../../contract/index.ts";
import { authorise, type Person, type Site } from "../../site/index.ts";
import { phoneNumber } from "../channels/wire/phone-number.ts";
import { readAnswer } from "./read-answer.ts";

/** Why an answer is not taken; each has its words in answer-words.ts. */
export const refusals = [
  "unclear",
  "shared-number",
  "no-pin",
  "wrong-pin",
  "pin-locked",
  "needs-code",
  "wrong-code",
  "nothing-told",
  "no-right",
  "taken-already",
  "over",
  "out-of-sight",
  "changed",
] as const;
export type Refusal = (typeof refusals)[number];

/** An alarm as whoever answers must know it. */
export interface AnswerableAlarm {
  id: string;
  room: string | null;
  condition: ConditionName;
  state: AlarmState;
  acknowledgedBy?: string | undefined;
}

export type Decision =
  /** Nobody whom we know: they are told nothing. */
  | { kind: "ignore"; reason: "foreign-number" }
  | { kind: "refuse"; reason: Refusal; person: Person | null; alarm: AnswerableAlarm | null; code: string | null }
  | { kind: "take"; person: Person; alarm: AnswerableAlarm; comment: string };

/** What is known at the moment of an answer. */
export interface AnswerContext {
  site: Site;
  /** An open alarm as it is now. */
  alarm(id: string): AnswerableAlarm | undefined;
  alarmOfCode(code: string): { alarmId: string; open: boolean } | null;
  codeOf(alarmId: string): string | null;
  /** The alarms of which the newest message told this person. */
  newestTold(person: string): string[];
  pinFits(person: Person, pin: string): boolean;
  /** Wrong PINs of late. */
  wrongPins(person: string): number;
}

/** Where an answer comes from: a telephone number, as whoever passed it on writes it. */
export interface AnswerFrom {
  phone: string;
  countryCode: string;
}

/** What to make of an answer that came by SMS or by a telephone's keys. Pure: it decides, and changes nothing. */
export function understandAnswer(text: string, from: AnswerFrom, context: AnswerContext): Decision {
  const { site } = context;
  const people = peopleOf(from, site);
  const person = people[0];
  if (person === undefined) return { kind: "ignore", reason: "foreign-number" };
  const refuse = (reason: Refusal, alarm: AnswerableAlarm | null = null): Decision => {
    return { kind: "refuse", reason, person, alarm, code: alarm && context.codeOf(alarm.id) };
  };
  if (people.length > 1) return { kind: "refuse", reason: "shared-number", person, alarm: null, code: null };
  const { pin_required: pinWanted, pin_tries: tries } = site.config.answers;
  const read = readAnswer(text, { pinWanted });
  if (read.kind === "unclear") return refuse("unclear");
  if (pinWanted) {
    if (context.wrongPins(person.id) >= tries) return refuse("pin-locked");
    if (person.pin_file === undefined || read.code === null || read.pin === null) return refuse("no-pin");
    // Before anything is said about a code: who does not know the PIN learns nothing about alarms.
    if (!context.pinFits(person, read.pin)) return refuse("wrong-pin");
  }
  const comment = read.comment ?? defaultComment(person, site);
  if (read.code !== null) {
    const found = context.alarmOfCode(read.code);
    if (found === null) return { kind: "refuse", reason: "wrong-code", person, alarm: null, code: read.code };
    return decide({ person, alarmId: found.alarmId, code: read.code, comment }, context);
  }
  const told = context.newestTold(person.id);
  if (told.length === 0) return refuse("nothing-told");
  const open = told.flatMap((id) => context.alarm(id) ?? []);
  // A summary told of several: which of them is meant, nobody can know.
  if (told.length > 1) return refuse("needs-code", open.find(asksForAnswer) ?? null);
  return decide({ person, alarmId: told[0]!, code: context.codeOf(told[0]!), comment }, context);
}

/** Whether this person may take this alarm now: the same for every way of answering. */
export function decide(
  answer: { person: Person; alarmId: string; code: string | null; comment: string },
  context: Pick<AnswerContext, "alarm">,
): Decision {
  const { person, code, comment } = answer;
  const alarm = context.alarm(answer.alarmId);
  if (alarm === undefined) return { kind: "refuse", reason: "over", person, alarm: null, code };
  const refuse = (reason: Refusal): Decision => ({ kind: "refuse", reason, person, alarm, code });
  if (!authorise(person, "acknowledge", alarm.room).allowed) return refuse("no-right");
  if (asksForAnswer(alarm)) return { kind: "take", person, alarm, comment };
  // One that waits to be reset was acknowledged, whether or not its cause is gone.
  return refuse(alarm.acknowledgedBy === undefined ? "out-of-sight" : "taken-already");
}

/** One that has returned by itself still waits for somebody to have seen it. */
const asksForAnswer = ({ state }: AnswerableAlarm) => state === "unacknowledged" || state === "returned-unacknowledged";

export function defaultComment(person: Pick<Person, "language">, site: Site): string {
  const language = person.language ?? site.config.site.language;
  return site.config.answers.comment[language === "en" ? "en" : "zh"];
}

function peopleOf({ phone, countryCode }: AnswerFrom, site: Site): Person[] {
  const plain = (written: string) => phoneNumber(written.normalize("NFKC"), { phone: "cc", country_code: countryCode });
  // Senders with a name in place of a number, and short numbers of carriers, are nobody's.
  if (phone.replace(/\D/g, "").length < shortestNumber) return [];
  const number = internationalOf(plain(phone), countryCode);
  return [...site.people.values()].filter(
    (each) => each.phone !== undefined && internationalOf(plain(each.phone), countryCode) === number,
  );
}

/** Carriers also give the international form without any sign before it. */
const internationalOf = (digits: string, countryCode: string) =>
  digits.startsWith(countryCode + countryCode) ? digits.slice(countryCode.length) : digits;

const shortestNumber = 5;
