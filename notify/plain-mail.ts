import { createTransport } from "nodemailer";
import type { EmailConfig, Site } from "../site/index.ts";
import { readSecret } from "../site/index.ts";
import { poolOptions } from "./channels/email.ts";

export interface PlainMail {
  to: readonly string[];
  subject: string;
  text: string;
  attachments?: readonly { filename: string; content: string }[];
  /** The same for each attempt at one mail. */
  key: string;
  sentAtMs: number;
}

/**
 * Sends a mail that is no alarm to addresses that need belong to nobody of the site, such as an outside auditor's. Who
 * asks repeats it until it succeeds. @throws what the server or the network said
 */
export async function sendPlainMail(
  config: EmailConfig,
  site: Pick<Site, "directory">,
  mail: PlainMail,
): Promise<{ rejected: string[] }> {
  const password = config.password_file === undefined ? undefined : readSecret(site, config.password_file);
  const transport = createTransport({ ...poolOptions(config, site, password), pool: true });
  try {
    const domain = /@([a-z0-9.-]+)/i.exec(config.from)?.[1] ?? "archive-sentry.invalid";
    const { rejected } = await transport.sendMail({
      from: config.from,
      to: [...mail.to],
      subject: mail.subject,
      text: mail.text,
      attachments: (mail.attachments ?? []).map((one) => ({ ...one, contentType: "text/plain; charset=utf-8" })),
      date: new Date(mail.sentAtMs),
      messageId: `<${mail.key}@${domain}>`,
      headers: { "Auto-Submitted": "auto-generated", "X-Auto-Response-Suppress": "All" },
      disableFileAccess: true,
      disableUrlAccess: true,
    });
    return { rejected: rejected.map(String) };
  } finally {
    transport.close({ force: true });
  }
}
