import { createHash } from "node:crypto";
import { createReviews, type Ledger, parseCheckpoint } from "../../access/index.ts";
import { type Clock, type Logger, messageOf } from "../../core/index.ts";
import { type PlainMail, sendPlainMail } from "../../notify/index.ts";
import type { Site } from "../../site/index.ts";
import { monthBefore } from "../access/review-reminder.ts";

/** Between two attempts at a mail that did not go out. */
const retryMs = 600_000;
const mailedFact = "checkpoint mailed on";

/** Once a day the newest checkpoint leaves the building: whoever keeps it can tell later whether anything was changed. */
export function createCheckpointMail(options: {
  ledger: Ledger;
  checkpoint: () => string;
  site: () => Site;
  clock: Clock;
  log: Logger;
  send?: typeof sendPlainMail;
}): { look(): Promise<void> } {
  const { ledger, site, clock, log, send = sendPlainMail } = options;
  let sending = false;
  let notBeforeMs = 0;

  const mailToday = async (day: string) => {
    const { channels, report } = site().config;
    const auditors = site().config.people.flatMap(({ category, email }) =>
      category === "auditor" && email ? [email] : [],
    );
    const to = [...new Set([...report.auditors, ...auditors])];
    if (to.length === 0 || channels.email === undefined) return;
    const note = options.checkpoint();
    const { size, root } = parseCheckpoint(note)!;
    const lastMonth = monthBefore(day);
    const unsigned = createReviews({ ledger, clock }).show(lastMonth)?.signedOffAt == null ? lastMonth : null;
    const mail = checkpointMail({
      unsigned,
      note,
      key: ledger.verifierKey(),
      site: site(),
      day,
      to,
      nowMs: clock.nowMs(),
    });
    const { rejected } = await send(channels.email, site(), mail);
    if (rejected.length > 0) log.warn("access.checkpoint.rejected", { addresses: rejected.length });
    const body = { size, root: root.toString("base64"), to: "mail" };
    ledger.append([{ kind: "checkpoint-issued", atMs: clock.nowMs(), body }], undefined, { [mailedFact]: day });
    log.info("access.checkpoint.mailed", { size, recipients: to.length - rejected.length });
  };

  return {
    async look() {
      if (sending || clock.nowMs() < notBeforeMs) return;
      const [day, time] = new Intl.DateTimeFormat("sv-SE", {
        timeZone: site().timeZone,
        dateStyle: "short",
        timeStyle: "short",
      })
        .format(clock.nowMs())
        .split(" ");
      if (!day || !time || time < site().config.report.checkpoint_mail_at || ledger.fact(mailedFact) === day) return;
      sending = true;
      try {
        await mailToday(day);
      } catch (error) {
        notBeforeMs = clock.nowMs() + retryMs;
        log.warn("access.checkpoint.unmailed", { error: messageOf(error) });
      } finally {
        sending = false;
      }
    },
  };
}

const reminder = (month: string) => `
${month} 的审查尚未签字。/ The review of ${month} is not signed off: audit review --period ${month}
`;

function checkpointMail(parts: {
  /** The month whose review is not signed off. */
  unsigned: string | null;
  note: string;
  key: string;
  site: Site;
  day: string;
  to: readonly string[];
  nowMs: number;
}): PlainMail {
  const { unsigned, note, key, site, day, to, nowMs } = parts;
  const { zh, en } = site.config.site.name;
  return {
    to,
    subject: `账本检查点 ${day} · Ledger checkpoint · ${zh} ${en}`,
    text: `请留存此邮件：以后可用它证明此前的记录未被改动（audit verify --since，或材料中的 verify.py）。
Keep this mail: with it anybody can show later that nothing recorded before was altered (audit verify --since, or the
pack's verify.py).

${note}
验证公钥 / verifier key:
${key}
${unsigned === null ? "" : reminder(unsigned)}`,
    attachments: [{ filename: `checkpoint-${day}.txt`, content: note }],
    key: `checkpoint.${createHash("sha256").update(`${day}\n${key}`).digest("hex").slice(0, 24)}`,
    sentAtMs: nowMs,
  };
}
