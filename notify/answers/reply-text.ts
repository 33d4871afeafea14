import type { Person, Site } from "../../site/index.ts";
import { en } from "../templates/en.ts";
import { zh } from "../templates/zh.ts";
import { answerWords } from "./answer-words.ts";
import type { AnswerRow } from "./answers-sql.ts";
import type { AnswerableAlarm } from "./understand.ts";

/** What an answer came to, in one SMS in the person's language. */
export function replyText(
  row: Pick<AnswerRow, "state" | "reason" | "code" | "alarm_id">,
  around: {
    site: Site;
    person: Pick<Person, "language">;
    alarm: AnswerableAlarm | undefined;
    wrongPins: number;
    exampleCode: string;
  },
): string {
  const { site, person, alarm } = around;
  const language = person.language ?? site.config.site.language;
  const { pin_required: pinWanted, pin_tries: tries, pin_lock: lockMs } = site.config.answers;
  const words = answerWords[language];
  const facts = {
    what: [row.code, alarm && nameOf(alarm, site, language)].filter((part) => part != null).join(" "),
    by: alarm?.acknowledgedBy ?? "",
    code: row.code ?? around.exampleCode,
    left: Math.max(0, tries - around.wrongPins),
    minutes: Math.ceil(lockMs / 60_000),
    pinWanted,
    returned: alarm === undefined || alarm.state === "normal" || alarm.state === "latched",
  };
  return row.reason === null ? words.done(facts) : words.refused[row.reason](facts);
}

function nameOf(alarm: AnswerableAlarm, site: Site, language: string): string {
  const isEnglish = language === "en";
  const condition = (isEnglish ? en : zh).condition[alarm.condition];
  if (alarm.room === null) return condition;
  const room = site.rooms.get(alarm.room)?.short_name ?? site.roomName(alarm.room)[isEnglish ? "en" : "zh"];
  return isEnglish ? `${room} ${condition}` : `${room}${condition}`;
}
