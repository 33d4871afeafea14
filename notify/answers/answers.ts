import { timingSafeEqual } from "node:crypto";
import { type Clock, type Database, type Logger, messageOf, randomId } from "../../core/index.ts";
import { type Person, readSecret, type Site } from "../../site/index.ts";
import { alarmOfCode } from "../alarm-codes.ts";
import { type AnswerRow, answerRow, answerStatements, countOf } from "./answers-sql.ts";
import { newestTold } from "./newest-told.ts";
import { replyText } from "./reply-text.ts";
import {
  type AnswerableAlarm,
  type AnswerContext,
  type AnswerFrom,
  type Decision,
  decide,
  defaultComment,
  type Refusal,
  understandAnswer,
} from "./understand.ts";

/** Who answered is always a person of the site file, through one of these. */
export type AnswerVia = "sms" | "voice" | "link";

export interface AnswerCommand {
  do: "acknowledge";
  alarm: string;
  by: string;
  comment: string;
  via: AnswerVia;
}

export interface AnswersOptions {
  db: Database;
  site: () => Site;
  alarm(id: string): (AnswerableAlarm & { priority: string; at: string }) | undefined;
  /** The one way in: through the log, resolved once the outcome is on disk. */
  command(command: AnswerCommand): Promise<{ ok: boolean }>;
  /** Somebody tries what they should not: `who` is a staff number or a way in, never a telephone number. */
  onSuspicion(suspicion: { who: string; detail: string; from?: string | undefined }): void;
  /** Something is to be replied. */
  onReply(): void;
  clock: Clock;
  log: Logger;
}

export interface AnswerResult {
  outcome: "acknowledged" | "refused" | "ignored";
  reason: Refusal | null;
  /** What goes back to the person; `null` for strangers. */
  text: string | null;
  person: string | null;
}

export type Answers = ReturnType<typeof createAnswers>;

/** Takes answers, one after the other: decided once, kept under their key, then entered as a command. */
export function createAnswers(options: AnswersOptions) {
  const { db, site, clock, log } = options;
  const sql = answerStatements(db);
  let last: Promise<unknown> = Promise.resolve();

  /** What one answer makes of the state decides the next. */
  function inTurn<T>(work: () => Promise<T>): Promise<T> {
    const result = last.then(work);
    last = result.catch(() => {});
    return result;
  }

  const find = (key: string): AnswerRow | null => {
    const row = sql.find.get(key);
    return row === undefined ? null : answerRow.parse(row);
  };

  const context = (): AnswerContext => ({
    site: site(),
    alarm: options.alarm,
    alarmOfCode: (code) => alarmOfCode(db, code),
    codeOf: (alarmId) => codeOf(db, alarmId),
    newestTold: (person) => newestTold(db, { person, nowMs: clock.nowMs() }),
    pinFits: (person, pin) => pinFits(person, pin, site()),
    wrongPins: (person) =>
      countOf(sql.wrongPins.get({ person, since: clock.nowMs() - site().config.answers.pin_lock })),
  });

  /** How the alarm stands: an answer that is decided and entered at two times means this and nothing worse. */
  const seen = (alarm: { id: string }) => {
    const now = options.alarm(alarm.id);
    return now === undefined ? null : JSON.stringify([now.state, now.priority, now.at]);
  };

  function keep(
    key: string,
    { via, decision, reply }: { via: AnswerVia; decision: Decision; reply: boolean },
  ): AnswerRow {
    const alarm = decision.kind === "ignore" ? null : decision.alarm;
    sql.insert.run({
      key,
      via,
      at_ms: Math.round(clock.nowMs()),
      person: decision.kind === "ignore" ? null : (decision.person?.id ?? null),
      alarm_id: alarm?.id ?? null,
      comment: decision.kind === "take" ? decision.comment : null,
      seen: alarm && seen(alarm),
      state: decision.kind === "take" ? "pending" : decision.kind === "ignore" ? "ignored" : "refused",
      reason: decision.kind === "refuse" ? decision.reason : null,
      code: decision.kind === "refuse" ? decision.code : alarm && codeOf(db, alarm.id),
      reply_state: reply && decision.kind !== "ignore" ? "wanted" : "none",
    });
    return find(key)!;
  }

  /** Enters what has been decided; also again, after a crash between the decision and its outcome. */
  async function enter(row: AnswerRow): Promise<AnswerRow> {
    const person = site().people.get(row.person ?? "");
    const settle = (state: "done" | "refused", reason: Refusal | null) => {
      sql.settle.run({ key: row.key, state, reason });
      return find(row.key)!;
    };
    if (person === undefined || row.alarm_id === null) return settle("refused", "no-right");
    const now = decide({ person, alarmId: row.alarm_id, code: row.code, comment: row.comment ?? "" }, context());
    if (now.kind !== "take") return settle("refused", now.kind === "refuse" ? now.reason : "over");
    if (seen(now.alarm) !== row.seen) return settle("refused", "changed");
    const by = person.id;
    const { alarm_id: alarm, via } = row;
    let ok: boolean;
    try {
      ({ ok } = await options.command({ do: "acknowledge", alarm, by, comment: now.comment, via }));
    } catch (error) {
      // It is not in the log, and whoever sent it hears so: it must not come true by itself after the next start.
      sql.forget.run(row.key);
      throw error;
    }
    if (ok) return settle("done", null);
    const after = decide({ person, alarmId: row.alarm_id, code: row.code, comment: "" }, context());
    return settle("refused", after.kind === "refuse" ? after.reason : "changed");
  }

  function resultOf(row: AnswerRow): AnswerResult {
    const { reason, person } = row;
    const outcome = row.state === "done" ? "acknowledged" : row.state === "ignored" ? "ignored" : "refused";
    const known = site().people.get(person ?? "");
    return { outcome, reason, person, text: known === undefined ? null : textOf(row, known) };
  }

  const textOf = (row: AnswerRow, person: Person): string =>
    replyText(row, {
      site: site(),
      person,
      alarm: row.alarm_id === null ? undefined : options.alarm(row.alarm_id),
      wrongPins: row.reason === "wrong-pin" ? context().wrongPins(person.id) : 0,
      exampleCode: exampleCode(person.id),
    });

  /** A code that this person may well want: of the newest alarm they were told of. */
  function exampleCode(person: string): string {
    const told = newestTold(db, { person, nowMs: clock.nowMs() });
    return told.map((id) => codeOf(db, id)).find((code) => code !== null) ?? "4711";
  }

  function note(row: AnswerRow): void {
    const { via, person, alarm_id: alarm, state, reason } = row;
    log.info("notify.answer.taken", { via, person, alarm, state, reason });
    if (state === "ignored") {
      options.onSuspicion({ who: `answers-${via}`, detail: "an answer from a number that belongs to nobody" });
    }
    if (reason === "wrong-pin" || reason === "pin-locked") {
      options.onSuspicion({ who: `answers-${person}`, detail: "a wrong PIN with an answer" });
    }
    if (row.reply_state !== "wanted") return;
    const known = site().people.get(person ?? "");
    const replied = countOf(sql.repliesSince.get({ person, since: clock.nowMs() - hourMs }));
    const isSent = known !== undefined && replied < site().config.answers.replies_per_hour;
    sql.queueReply.run({
      key: row.key,
      reply: known ? textOf(row, known) : null,
      reply_state: isSent ? "waiting" : "given-up",
    });
    if (isSent) options.onReply();
  }

  return {
    /**
     * An answer by SMS or key. With the same `key` it is the same answer: handled once, with the same result.
     * @param reply whether the result is sent back as an SMS
     * @throws when it cannot be brought to disk: to be offered again, under the same key.
     */
    take(answer: { key: string | null; via: "sms" | "voice"; text: string; from: AnswerFrom; reply: boolean }) {
      const key = answer.key ?? `once-${randomId()}`;
      return inTurn(async (): Promise<AnswerResult> => {
        const known = find(key);
        if (known && known.state !== "pending") return resultOf(known);
        const row = known ?? keep(key, { ...answer, decision: understandAnswer(answer.text, answer.from, context()) });
        const settled = row.state === "pending" ? await enter(row) : row;
        note(settled);
        return resultOf(settled);
      });
    },
    /** An answer by a link that was found valid; only one that acknowledged uses the link up. */
    takeByLink(link: { nonce: string; person: Person; alarmId: string; comment: string }) {
      const key = linkKey(link.nonce);
      return inTurn(async (): Promise<{ kind: "acknowledged" | "used" } | { kind: "refused"; reason: Refusal }> => {
        const known = find(key);
        if (known?.state === "done") return { kind: "used" };
        const comment = link.comment === "" ? defaultComment(link.person, site()) : link.comment;
        const decision = decide({ ...link, code: null, comment }, context());
        if (known?.state !== "pending" && decision.kind === "refuse")
          return { kind: "refused", reason: decision.reason };
        if (known?.state === "refused") sql.forget.run(key);
        const row = await enter(
          known?.state === "pending" ? known : keep(key, { via: "link", decision, reply: false }),
        );
        note(row);
        if (row.state === "done") return { kind: "acknowledged" };
        sql.forget.run(key);
        return { kind: "refused", reason: row.reason ?? "changed" };
      });
    },
    /** Whether the link has acknowledged already, and when. */
    usedAtMs(nonce: string): number | null {
      const row = find(linkKey(nonce));
      return row?.state === "done" ? row.at_ms : null;
    },
    /** After a start, once the engine has read the log to its end: what was decided and never entered. */
    recover(): Promise<void> {
      return inTurn(async () => {
        for (const raw of sql.unnoted.all()) note(answerRow.parse(raw));
        for (const raw of sql.pending.all()) {
          const row = answerRow.parse(raw);
          try {
            note(await enter(row));
          } catch (error) {
            log.warn("notify.answer.unentered", { via: row.via, reason: messageOf(error) });
          }
        }
      });
    },
  };
}

const linkKey = (nonce: string) => `link-${nonce}`;
const hourMs = 3_600_000;

function codeOf(db: Database, alarmId: string): string | null {
  const row = answerStatements(db).codeOf.get(alarmId);
  return row === undefined ? null : String(row.code);
}

/** Read each time: a changed PIN counts at once. Takes the same time for every wrong one of the same length. */
function pinFits(person: Person, pin: string, site: Site): boolean {
  if (person.pin_file === undefined) return false;
  const [known, given] = [Buffer.from(readSecret(site, person.pin_file)), Buffer.from(pin)];
  return known.length === given.length && timingSafeEqual(known, given);
}
