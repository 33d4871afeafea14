import type { AnswerSource, GatewayAnswer } from "../../console/index.ts";
import { type Clock, type Logger, messageOf, SentryError } from "../../core/index.ts";
import {
  createAnswerLinks,
  createAnswers,
  createRefusalLimit,
  createReplies,
  pruneAnswers,
  readCallback,
  repliesInResponse,
  respondTo,
  watchInbox,
} from "../../notify/index.ts";
import { readSecret, type Site } from "../../site/index.ts";
import type { LoggedCommand } from "../engine/log-events.ts";
import type { Parts } from "../parts.ts";

const pruneEveryMs = 3_600_000;

interface Suspicion {
  who: string;
  detail: string;
  from?: string | undefined;
}

/** Every way in which people answer from where they are, tied to the one command that acknowledges. */
export function createAnswering(options: {
  parts: Pick<Parts, "stateDb" | "linkKey" | "channels" | "views" | "gate" | "engineConsumer" | "intake">;
  site: () => Site;
  command(command: LoggedCommand): Promise<{ ok: boolean }>;
  clock: Clock;
  log: Logger;
}) {
  const { parts, site, clock, log } = options;
  const { stateDb: db, gate } = parts;
  const { alarm } = parts.views;
  const channels = parts.channels.current;
  const onSuspicion = ({ who, detail, from }: Suspicion) =>
    gate.appendEvent(
      { event: "security", what: "login-failed", subject: who, detail, ...(from === undefined ? {} : { from }) },
      "answers",
    );
  const replies = createReplies({ db, site, channels, clock, log });
  const answers = createAnswers({
    db,
    site,
    alarm,
    command: options.command,
    onSuspicion,
    onReply: replies.wake,
    clock,
    log,
  });
  const links = createAnswerLinks({ key: parts.linkKey, site, answers, alarm, clock });
  const limit = createRefusalLimit(clock, () => site().config.answers.refusals_per_minute);
  let inbox: { of: string; watch: ReturnType<typeof watchInbox> } | null = null;

  /** The folder of the site file in force; a reload may name another. */
  async function followSite(): Promise<void> {
    const modem = site().config.channels["sms-modem"];
    const wanted = modem?.answers ? JSON.stringify(modem) : null;
    if (wanted === (inbox?.of ?? null)) return;
    const old = inbox;
    inbox = null;
    await old?.watch.stop();
    if (modem === undefined || wanted === null) return;
    const take = async ({ from, text, key }: { from: string; text: string; key: string }) => {
      const phone = { phone: from, countryCode: modem.country_code };
      await answers.take({ key, via: "sms", text, from: phone, reply: true });
    };
    inbox = { of: wanted, watch: watchInbox({ config: modem, take, clock, log }) };
    inbox.watch.start();
  }

  async function callback(
    path: "sms" | "voice",
    request: Parameters<AnswerSource["callback"]>[1],
  ): Promise<GatewayAnswer> {
    const config = site().config.answers[path];
    if (config === undefined) throw new SentryError("not-found", `answers.${path} is not in the site file`);
    const url = `${(site().config.console.public_url ?? "").replace(/\/$/, "")}${request.path}`;
    const read = readCallback(config, readSecret(site(), config.secret_file), { ...request, url });
    if (read.kind === "forbidden") {
      if (limit.isReached()) throw new SentryError("limit-reached", "answers.refusals_per_minute");
      limit.note();
      onSuspicion({
        who: `answers-${path}`,
        detail: "a callback with a wrong secret",
        from: request.remoteAddress,
      });
      throw new SentryError("not-authenticated", "the secret or signature of this gateway is missing or wrong");
    }
    if (read.kind === "invalid") throw new SentryError("request-invalid", read.detail);
    const result = await answers.take({
      key: read.key === null ? null : `${path}-${read.key}`,
      via: path,
      text: read.text,
      from: { phone: read.from, countryCode: config.country_code },
      // Whoever pressed a key listens to the call; whoever wrote an SMS reads one.
      reply: path === "sms" && !repliesInResponse(config),
    });
    return respondTo(config, { outcome: result.outcome, reason: result.reason, text: result.text });
  }

  const source: AnswerSource = {
    look(token) {
      const view = links.look(token);
      return { ...noted(view.state, token), ...view, alarm: alarmOf(view.alarmId) };
    },
    async take(token, comment) {
      const view = await links.take(token, comment);
      return { ...noted(view.state, token), ...view, alarm: alarmOf(view.alarmId) };
    },
    callback,
  };

  const alarmOf = (id: string | null) => (id === null ? null : (alarm(id) ?? null));

  /** Invalid ones are counted; beyond the limit they are not even looked at for long. */
  function noted(state: string, token: string): { isBusy: boolean } {
    if (state !== "invalid") return { isBusy: false };
    const isBusy = limit.isReached();
    limit.note();
    // A chance visitor is no guesser: what has the form of a token and is not ours has been altered.
    if (!isBusy && token.includes(".")) onSuspicion({ who: "answers-link", detail: "an altered link" });
    return { isBusy };
  }

  const stopped = new AbortController();
  let starting: Promise<void> = Promise.resolve();

  /** What a crash cut off is looked at once the engine has read the log to its end: by then it may be done. */
  async function begin(): Promise<void> {
    const head = parts.intake.head();
    while (parts.engineConsumer.cursor() < head && !stopped.signal.aborted) await clock.sleep(20, stopped.signal);
    if (stopped.signal.aborted) return;
    parts.engineConsumer.flush();
    await answers.recover();
    replies.wake();
    await followSite();
  }

  let pruning = { cancel() {} };
  let following = { cancel() {} };
  return {
    source,
    start(): void {
      starting = begin().catch((error: unknown) => log.error("app.answers.unstarted", { reason: messageOf(error) }));
      following = clock.every(followEveryMs, () => {
        followSite().catch((error: unknown) => log.warn("app.answers.unwatched", { reason: messageOf(error) }));
      });
      pruning = clock.every(pruneEveryMs, () => {
        try {
          pruneAnswers(db, clock.nowMs() - site().config.telling.keep_log);
        } catch (error) {
          log.warn("app.answers.unpruned", { reason: messageOf(error) });
        }
      });
    },
    async stop(): Promise<void> {
      stopped.abort();
      await starting;
      pruning.cancel();
      following.cancel();
      await inbox?.watch.stop();
      await replies.stop();
    },
  };
}

/** How soon another folder of a reloaded site file is watched. */
const followEveryMs = 5_000;
