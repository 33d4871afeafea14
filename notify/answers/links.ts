import type { Language } from "../../contract/index.ts";
import type { Clock } from "../../core/index.ts";
import type { Site } from "../../site/index.ts";
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
  /** What is recorded where nothing else is written. */
  comment: string;
  expiresAtMs: number | null;
  usedAtMs: number | null;
}

export type AnswerLinks = ReturnType<typeof createAnswerLinks>;

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
      const nothing = { person: null, alarmId: null, expiresAtMs: null, usedAtMs: null, comment: "" };
      return { state: "invalid", language, ...nothing };
    }
    const usedAtMs = answers.usedAtMs(claim.nonce);
    return {
      state: state ?? stateOf(claim),
      language,
      person: { id: person.id, name: person.name },
      alarmId: claim.alarmId,
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
    /** The address for one message; `null` where the site has none that people can open. */
    address(of: { alarmId: string; person: string; nonce: string; sentAtMs: number }): string | null {
      const base = site().config.console.public_url;
      if (base === undefined || !site().people.has(of.person)) return null;
      const expiresAtMs = of.sentAtMs + site().config.answers.link_valid;
      return `${base.replace(/\/$/, "")}/answer/${signLink(key, { ...of, expiresAtMs })}`;
    },
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
