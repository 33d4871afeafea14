import {
  faultSentence,
  type Json,
  type Ledger,
  type NewEntry,
  type SyslogSender,
  verifyData,
} from "../../access/index.ts";
import type { JournalRow } from "../../alerts/index.ts";
import { type Entry, type Follower, follow, type IntakeLog } from "../../collector/index.ts";
import type { ConsoleSource } from "../../console/index.ts";
import { type Clock, type Logger, messageOf, SentryError, type Timer } from "../../core/index.ts";
import type { Site } from "../../site/index.ts";
import { createReviewReminder } from "../access/review-reminder.ts";
import type { DataFolder } from "../data-folder.ts";
import { loggedEvent } from "../engine/log-events.ts";
import { createCheckpointMail } from "./checkpoint-mail.ts";
import { changesBetween, configurationOf } from "./configuration-changes.ts";
import { entryOfIntake, entryOfJournal } from "./ledger-entries.ts";
import { openOrNull } from "./open-ledger.ts";
import { openSyslog } from "./syslog.ts";

/** Journal rows that become entries in one commit. */
const journalPage = 500;
const gatherMs = 100;
const retryMs = 2_000;
/** How often it is looked whether today's checkpoint has been mailed. */
const mailLookMs = 30_000;
/** How long others have their turn between two pieces of the self-check, of some 10 ms each. */
const checkPauseMs = 40;

/** Keeps the ledger: follows the intake log and the alarm journal, gives out checkpoints, looks after itself. */
export interface LedgerPart {
  /** `null` when it could not even be opened: everything else goes on, and `ledger-broken` stands. */
  readonly ledger: Ledger | null;
  readonly source: ConsoleSource["ledger"];
  start(): void;
  stop(): Promise<void>;
  /** The alarm journal has grown. */
  wake(): void;
  /** Position up to which what concerns the ledger is in it, saved now: the log may be pruned up to here. */
  makeDurable(): number;
  /** The newest checkpoint, signed now; `null` where none can be. */
  newest(): string | null;
  lag(): number;
  fault(): string | null;
  /** The way to the hospital's log audit, where the site file names one. */
  readonly syslog: Pick<SyslogSender, "fault" | "lag"> | null;
}

export function openLedgerPart(options: {
  data: DataFolder;
  site: () => Site;
  intake: IntakeLog;
  journalAfter: (n: number, limit: number) => JournalRow[];
  publish: (checkpoint: string) => Promise<void>;
  /** What else is to be done with an entry of the log that was taken in. */
  observe?: (entry: Entry) => void;
  /** Raises or ends `ledger-broken`; told only what changes. */
  report: (broken: string | null) => void;
  clock: Clock;
  log: Logger;
}): LedgerPart {
  const { data, site, intake, clock, log } = options;
  let fault: string | null = null;
  let told: string | null | undefined;
  const judge = (broken: string | null) => {
    fault = broken;
    if (told !== broken) options.report(broken);
    told = broken;
  };
  const ledger = openOrNull(data, site(), clock, (reason) => {
    log.error("access.ledger.unusable", { error: reason });
    fault = reason;
  });
  const syslog = ledger && openSyslog({ ledger, site: site(), clock, log });
  const timers = new Set<Timer>();
  const stopping = new AbortController();
  let checking: Promise<void> | null = null;
  let follower: Follower | null = null;
  let position = ledger?.cursor("intake") ?? 0;
  let saved = position;
  let publishedSize = -1;
  let draining = false;

  const takeIntake = (entries: readonly Entry[]) => {
    const found = entries.flatMap((entry) => entryOfIntake(entry) ?? []);
    const last = entries.at(-1)!.position;
    const configured = entries.findLast(
      ({ kind, topic }) => kind === "event" && (topic === "started" || topic === "reloaded"),
    );
    if (configured) recordConfiguration(configured);
    // Where nothing concerns the ledger, its cursor alone is not worth a write: it is saved when the log is to be pruned.
    if (found.length > 0) save(found, last);
    position = last;
    if (options.observe) for (const entry of entries) options.observe(entry);
  };
  const save = (entries: readonly NewEntry[], to: number) => {
    ledger!.append(entries, { source: "intake", position: to });
    saved = to;
  };
  const recordConfiguration = ({ payload }: Entry) => {
    const event = loggedEvent.parse(JSON.parse(payload.toString()));
    const { by = null, via, user } = event.event === "reloaded" ? event : {};
    const before = ledger!.fact("configuration");
    const after = configurationOf(site(), ledger!.subjectFor);
    const known: Json = before === null ? null : JSON.parse(before);
    const changes = changesBetween(known, after);
    if (changes.length === 0) return;
    const cause = before === null ? "first-start" : event.event === "reloaded" ? "reload" : "start";
    const how = { ...(via === undefined ? {} : { via }), ...(user === undefined ? {} : { user }) };
    const personal = by === null ? {} : { personal: { by: { person: by, value: by } } };
    const entry: NewEntry = {
      kind: "configuration-change",
      atMs: clock.nowMs(),
      body: { cause, ...how, changes },
      ...personal,
    };
    ledger!.append([entry], undefined, { configuration: JSON.stringify(after) });
  };

  const drainJournal = () => {
    draining = false;
    if (!ledger || stopping.signal.aborted) return;
    try {
      const rows = options.journalAfter(ledger.cursor("journal"), journalPage);
      if (rows.length === 0) return;
      ledger.append(rows.map(entryOfJournal), { source: "journal", position: rows.at(-1)!.n });
      if (rows.length === journalPage) later(0, wake);
    } catch (error) {
      log.error("access.journal.unrecorded", { error: messageOf(error) });
      later(retryMs, wake);
    }
  };
  const wake = () => {
    if (draining) return;
    draining = true;
    later(gatherMs, drainJournal);
  };
  const later = (delayMs: number, work: () => void) => {
    const timer = clock.after(delayMs, () => {
      timers.delete(timer);
      work();
    });
    timers.add(timer);
  };

  const checkpoint = (): string => {
    if (!ledger) throw new SentryError("ledger-broken", fault ?? "the ledger could not be opened");
    try {
      return ledger.checkpoint();
    } catch (error) {
      judge(messageOf(error));
      throw error;
    }
  };
  const publish = () => {
    if (!ledger || ledger.size() === publishedSize) return;
    try {
      const size = ledger.size();
      const text = checkpoint();
      options.publish(text).then(
        () => {
          publishedSize = size;
        },
        (error) => log.warn("access.checkpoint.unpublished", { error: messageOf(error) }),
      );
    } catch (error) {
      log.error("access.checkpoint.unsigned", { error: messageOf(error) });
    }
  };

  /** Everything is verified, a little at a time; then what has outlived its retention goes. */
  const lookAfter = async () => {
    if (!ledger) return judge(fault);
    try {
      checkpoint();
      const check = verifyData(data.file, { key: ledger.verifierKey() });
      for (let step = check.next(); ; step = check.next()) {
        if (step.done) {
          judge(step.value.fault && faultSentence(step.value.fault));
          break;
        }
        await clock.sleep(checkPauseMs, stopping.signal);
        if (stopping.signal.aborted) return check[Symbol.dispose]();
      }
      while (fault === null && ledger.applyRetention(site().config.ledger.retention) > 0) {
        await clock.sleep(checkPauseMs, stopping.signal);
        if (stopping.signal.aborted) return;
      }
    } catch (error) {
      judge(messageOf(error));
    }
  };
  const check = () => {
    checking ??= lookAfter().finally(() => {
      checking = null;
    });
  };

  return {
    ledger,
    syslog,
    source: {
      checkpoint: () => ({ checkpoint: checkpoint(), key: ledger?.verifierKey() ?? "" }),
      proof({ index, from, size, withEntry }) {
        if (!ledger) throw new SentryError("ledger-broken", fault ?? "the ledger could not be opened");
        const text = (hashes: readonly Buffer[]) => hashes.map((hash) => hash.toString("base64"));
        if (index !== undefined) {
          const found = ledger.inclusion(index, size);
          const bytes = withEntry ? ledger.bytes(index) : null;
          return {
            size: found.size,
            index,
            hash: found.leaf.toString("base64"),
            ...(bytes ? { entry: bytes.toString("base64") } : {}),
            proof: text(found.proof),
          };
        }
        const found = ledger.consistency(from ?? 0, size);
        return { size: found.second, from: found.first, proof: text(found.proof) };
      },
    },
    start() {
      check();
      if (!ledger) return;
      const consumer = { name: "ledger", gatherMs, cursor: () => position, apply: takeIntake };
      follower = follow(intake, consumer, { clock, logger: log });
      follower.start();
      syslog?.start();
      wake();
      const { checkpoint_every, self_check_every } = site().config.ledger;
      timers.add(clock.every(checkpoint_every, publish));
      timers.add(clock.every(self_check_every, check));
      const mail = createCheckpointMail({ ledger, checkpoint, site, clock, log });
      const reminder = createReviewReminder({ ledger, site, clock, log });
      const lookAtMails = () => {
        void mail.look();
        void reminder.look();
      };
      timers.add(clock.every(mailLookMs, lookAtMails));
      publish();
    },
    async stop() {
      stopping.abort();
      for (const timer of timers) timer.cancel();
      syslog?.stop();
      await Promise.all([follower?.stop(), checking]);
      if (!ledger) return;
      for (;;) {
        const rows = options.journalAfter(ledger.cursor("journal"), journalPage);
        if (rows.length === 0) break;
        ledger.append(rows.map(entryOfJournal), { source: "journal", position: rows.at(-1)!.n });
      }
      if (position > saved) save([], position);
      ledger.close();
    },
    wake,
    makeDurable() {
      if (!ledger) return Number.MAX_SAFE_INTEGER;
      try {
        if (position > saved) save([], position);
      } catch (error) {
        // A full disk: less of the log can go, and that must not keep the rest from going.
        log.warn("access.cursor.unsaved", { error: messageOf(error) });
      }
      return saved;
    },
    newest() {
      try {
        return checkpoint();
      } catch {
        // What is wrong stands in /health and as an alarm.
        return null;
      }
    },
    lag: () => follower?.lag() ?? 0,
    fault: () => fault ?? follower?.fault() ?? null,
  };
}
