import type { SendMailOptions } from "nodemailer";
import type { Recipient, RenderedMessage } from "../channel.ts";
import { type ChartBlock, chartBlock } from "../chart/block.ts";
import type { Readings } from "../chart/chart.ts";
import type { AlarmNotice } from "../notice.ts";
import { chartImageId, layOutHtml } from "../templates/html.ts";
import { layOutText } from "../templates/text.ts";

/** The chart of a message, where there is one. */
export type MailChart = (message: RenderedMessage) => ChartBlock | null;

/** What was measured before an alarm; `null` for what has no course in time. */
export type ReadingsFor = (notice: AlarmNotice, untilMs: number) => Readings | null;

/** How long one picture serves all who are told of the same thing. */
const sharedMs = 60_000;
const mostShared = 16;

/** Draws what `readingsFor` finds. A chart is never worth a mail: whatever goes wrong with it, the mail goes without. */
export function mailChart(readingsFor: ReadingsFor | undefined, timeZone: string): MailChart {
  const drawn = new Map<string, { atMs: number; block: ChartBlock | null }>();
  return ({ notice, notices, sentAtMs, language }) => {
    if (readingsFor === undefined || notices.length !== 1) return null;
    const key = JSON.stringify([notice.alarmId, notice.n, language]);
    const known = drawn.get(key);
    if (known !== undefined && Math.abs(sentAtMs - known.atMs) < sharedMs) return known.block;
    try {
      const readings = readingsFor(notice, sentAtMs);
      const block = readings && chartBlock(readings, language, timeZone);
      drawn.set(key, { atMs: sentAtMs, block });
      if (drawn.size > mostShared) drawn.delete(drawn.keys().next().value!);
      return block;
    } catch {
      return null;
    }
  };
}

/** The mail a message becomes, whether it goes to a server or into a file. */
export function mailOf(
  message: RenderedMessage,
  options: { from: string; to: string; person: Recipient; chart?: MailChart | undefined },
): SendMailOptions {
  const chart = options.chart?.(message) ?? null;
  const domain = domainOf(options.from);
  const thread = `<alarm.${message.threadKey}@${domain}>`;
  return {
    from: options.from,
    to: { name: options.person.name, address: options.to },
    subject: message.subject,
    text: chart ? layOutText(message.content, chart) : message.text,
    html: chart ? layOutHtml(message.content, chart) : message.html,
    ...(chart
      ? {
          attachments: [
            {
              cid: chartImageId,
              filename: "chart.png",
              contentType: "image/png",
              content: chart.png,
              contentDisposition: "inline",
            },
          ],
        }
      : {}),
    date: new Date(message.sentAtMs),
    // The same for every attempt, so that a server or reader can tell a repetition from a second message.
    messageId: `<${message.key}@${domain}>`,
    // No mail has this id: it names the alarm, and all about one alarm are shown as one conversation, in whatever
    // order and to however many people they arrive.
    inReplyTo: thread,
    references: thread,
    priority: message.urgent ? "high" : "normal",
    textEncoding: "base64",
    headers: {
      // RFC 3834: nobody's holiday note answers an alarm.
      "Auto-Submitted": "auto-generated",
      "X-Auto-Response-Suppress": "All",
      "Content-Language": message.language,
    },
    // All content is ours; nothing in it may make the mailer read a file or fetch an address.
    disableFileAccess: true,
    disableUrlAccess: true,
  };
}

function domainOf(from: string): string {
  return /@([a-z0-9.-]+)/i.exec(from)?.[1] ?? "archive-sentry.invalid";
}
