import type { Language } from "../../contract/index.ts";
import type { Clock } from "../../core/index.ts";
import type { Site } from "../../site/index.ts";
import { en } from "../templates/en.ts";
import { zh } from "../templates/zh.ts";
import type { Answers } from "./answers.ts";
import { type LinkClaim, openLink, signLink } from "./link-token.ts";
import { type AnswerableAlarm, decide, defaultComment, type Refusal } from "./understand.ts";

/** How a link stands, or what came of it. */
export type LinkState = "open" | "acknowledged" | "used" | "expired" | "invalid" | Refusal;

export interface LinkView {
  state: LinkState;
  /** Of the person; of the site for a link that names nobody. */
  language: Language;
  /** Known unless the link is invalid. */
  person: { id: string; name: string } | null;
  alarmId: string | null;
  /** What it is, and what must be read before anything else; `null` when the alarm is over. */
  title: string | null;
  warning: string | null;
  /** What is recorded where nothing else is written. */
  comment: string;
  expiresAtMs: number | null;
  usedAtMs: number | null;
}

export type AnswerLinks = ReturnType<typeof createAnswerLinks>;

/** The address at which one person acknowledges one alarm; `null` where the site has none that people can open. */
export type AnswerLink = (of: { alarmId: string; person: string; nonce: string; sentAtMs: number }) => string | null;

export function answerLinkOf({ key, site }: { key: Buffer; site: () => Site }): AnswerLink {
  return (of) => {
    const base = site().config.console.public_url;
    // Groups and programs are nobody in whose name something could be done.
    if (base === undefined || !site().people.has(of.person)) return null;
    const expiresAtMs = of.sentAtMs + site().config.answers.link_valid;
    return `${base.replace(/\/$/, "")}/answer/${signLink(key, { ...of, expiresAtMs })}`;
  };
}

/** Links that acknowledge one alarm in the name of one person: signed, used once, valid for a time. */
export function createAnswerLinks(options: {
  key: Buffer;
  site: () => Site;
  answers: Pick<Answers, "takeByLink" | "usedAtMs">;
  alarm(id: string): AnswerableAlarm | undefined;
  clock: Clock;
}) {
  const { key, site, answers, clock } = options;

  function view(claim: LinkClaim | null, state?: LinkState): LinkView {
    const person = site().people.get(claim?.person ?? "");
    const language = person?.language ?? site().config.site.language;
    if (claim === null || person === undefined) {
      const nothing = {
        person: null,
        alarmId: null,
        expiresAtMs: null,
        usedAtMs: null,
        comment: "",
        title: null,
        warning: null,
      };
      return { state: "invalid", language, ...nothing };
    }
    const usedAtMs = answers.usedAtMs(claim.nonce);
    // Whoever finds an old link learns nothing from it.
    const isShown = clock.nowMs() < claim.expiresAtMs;
    const alarm = isShown ? options.alarm(claim.alarmId) : undefined;
    const words = language === "en" ? en : zh;
    return {
      state: state ?? stateOf(claim),
      language,
      person: { id: person.id, name: person.name },
      alarmId: isShown ? claim.alarmId : null,
      title: alarm === undefined ? null : words.condition[alarm.condition],
      warning: alarm !== undefined && isInGas(alarm, site()) ? words.gasSuppression : null,
      comment: defaultComment(person, site()),
      expiresAtMs: claim.expiresAtMs,
      usedAtMs,
    };
  }

  function stateOf(claim: LinkClaim): LinkState {
    const person = site().people.get(claim.person);
    if (person === undefined) return "invalid";
    if (answers.usedAtMs(claim.nonce) !== null) return "used";
    if (clock.nowMs() >= claim.expiresAtMs) return "expired";
    const decision = decide({ person, alarmId: claim.alarmId, code: null, comment: "" }, options);
    return decision.kind === "refuse" ? decision.reason : "open";
  }

  return {
    /** What the link stands for; changes nothing, however often and by whomever it is opened. */
    look: (token: string): LinkView => view(openLink(key, token)),
    /** Acknowledges, if the link is still good for it. */
    async take(token: string, comment: string): Promise<LinkView> {
      const claim = openLink(key, token);
      const person = site().people.get(claim?.person ?? "");
      if (claim === null || person === undefined) return view(null);
      const state = stateOf(claim);
      if (state === "used" || state === "expired") return view(claim, state);
      const plain = comment
        .replace(/[\p{Cc}\p{Cf}\s]+/gu, " ")
        .trim()
        .slice(0, longestComment);
      const { nonce, alarmId } = claim;
      const result = await answers.takeByLink({ nonce, person, alarmId, comment: plain });
      return view(claim, result.kind === "refused" ? result.reason : result.kind);
    },
  };
}

const longestComment = 500;

/** Whoever goes there may not go alone. */
function isInGas(alarm: AnswerableAlarm, site: Site): boolean {
  const isFire = ["heat-rise", "smoke-prealarm", "smoke-alarm", "fire-suspected"].includes(alarm.condition);
  return isFire && alarm.room !== null && site.rooms.get(alarm.room)?.suppression === "gas";
}
