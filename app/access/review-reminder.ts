import { createHash } from "node:crypto";
import { createReviews, type Ledger } from "../../access/index.ts";
import { type Clock, isoTime, type Logger, messageOf } from "../../core/index.ts";
import { type PlainMail, sendPlainMail } from "../../notify/index.ts";
import type { Site } from "../../site/index.ts";
import { monthOf } from "../reports/register.ts";

/** Between two attempts at a mail that did not go out. */
const retryMs = 600_000;
const dayMs = 86_400_000;
const remindedFact = "review reminded on";

/** Until last month's review is signed off, auditors of the hospital are told so, in a mail of its own. */
export function createReviewReminder(options: {
  ledger: Ledger;
  site: () => Site;
  clock: Clock;
  log: Logger;
  send?: typeof sendPlainMail;
}): { look(): Promise<void> } {
  const { ledger, site, clock, log, send = sendPlainMail } = options;
  const reviews = createReviews({ ledger, clock });
  let sending = false;
  let notBeforeMs = 0;

  /** Last month, if it is time to remind of it: something was recorded in it, and it is not signed off. */
  const due = (): { month: string; day: string } | null => {
    const { calendar, config, timeZone } = site();
    const { date: day, minuteOfDay } = calendar.local(clock.nowMs());
    const [hours = 0, minutes = 0] = config.report.checkpoint_mail_at.split(":").map(Number);
    if (minuteOfDay < hours * 60 + minutes) return null;
    const month = monthBefore(day);
    const [reminded = "", of = ""] = (ledger.fact(remindedFact) ?? "").split(" of ");
    const sinceMs = Date.parse(day) - Date.parse(reminded);
    if (of === month && sinceMs < config.report.review_reminder_every) return null;
    const { fromMs, toMs } = monthOf(month, timeZone);
    if (ledger.store.firstRecordedFrom(fromMs) >= ledger.store.firstRecordedFrom(toMs)) return null;
    return reviews.show(month)?.signedOffAt == null ? { month, day } : null;
  };

  return {
    async look() {
      if (sending || clock.nowMs() < notBeforeMs) return;
      const { channels, people, site: named } = site().config;
      const to = people.flatMap(({ category, email }) => (category === "auditor" && email ? [email] : []));
      if (to.length === 0 || channels.email === undefined) return;
      sending = true;
      try {
        const wanted = due();
        if (wanted === null) {
          // What is due changes with the day, and with a signature.
          notBeforeMs = clock.nowMs() + retryMs;
          return;
        }
        const { month, day } = wanted;
        const shown = reviews.show(month);
        const mail = reminderMail({ month, day, drawn: shown !== null, exceptions: shown?.exceptions.length ?? 0 });
        const subject = `${mail.subject} · ${named.name.zh} ${named.name.en}`;
        await send(channels.email, site(), { ...mail, subject, to, sentAtMs: clock.nowMs() });
        ledger.append([], undefined, { [remindedFact]: `${day} of ${month}` });
        log.info("access.review.reminded", { month, recipients: to.length });
      } catch (error) {
        notBeforeMs = clock.nowMs() + retryMs;
        log.warn("access.review.unreminded", { error: messageOf(error) });
      } finally {
        sending = false;
      }
    },
  };
}

/** `2026-11-22` → `2026-10` */
export function monthBefore(day: string): string {
  return isoTime(Date.parse(`${day.slice(0, 7)}-01`) - dayMs).slice(0, 7);
}

function reminderMail(review: {
  month: string;
  day: string;
  drawn: boolean;
  exceptions: number;
}): Pick<PlainMail, "subject" | "text" | "key"> {
  const { month, day, drawn, exceptions } = review;
  const state = drawn
    ? `已抽样，另有例外 ${exceptions} 条。/ It was drawn; there are ${exceptions} exceptions besides.`
    : "尚未抽样。/ Nothing was drawn yet.";
  return {
    subject: `${month} 门禁记录审查尚未签字 · Review of ${month} is not signed off`,
    text: `${month} 的门禁与档案记录审查尚未签字。${state}
The review of who was in the archive rooms in ${month} is not signed off.

  npx archive-sentry audit review --period ${month} --by 工号/STAFF-NUMBER
  npx archive-sentry audit review --period ${month} --by 工号/STAFF-NUMBER --sign-off 结论/WHAT-IT-CAME-TO
`,
    key: `review.${createHash("sha256").update(`${day} ${month}`).digest("hex").slice(0, 24)}`,
  };
}
