import type { SendMailOptions } from "nodemailer";
import type { Recipient, RenderedMessage } from "../channel.ts";

/** The mail a message becomes, whether it goes to a server or into a file. */
export function mailOf(
  message: RenderedMessage,
  options: { from: string; to: string; person: Recipient },
): SendMailOptions {
  const domain = domainOf(options.from);
  const thread = `<alarm.${message.threadKey}@${domain}>`;
  return {
    from: options.from,
    to: { name: options.person.name, address: options.to },
    subject: message.subject,
    text: message.text,
    html: message.html,
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
