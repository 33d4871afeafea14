import { mkdir, open, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { createTransport } from "nodemailer";
import { messageOf } from "../../core/index.ts";
import { type Channel, channelTraits, type RenderedMessage } from "../channel.ts";
import { mailChart, mailOf, type ReadingsFor } from "./mail.ts";

/**
 * E-mail without a server: each mail becomes an `.eml` file that any mail program opens. It has the same name as the
 * SMTP channel, since it is the same way to reach a person: what waits goes out by SMTP once a server is configured.
 */
export function createEmlFilesChannel(options: {
  directory: string;
  from: string;
  timeZone?: string;
  readingsFor?: ReadingsFor;
}): Channel {
  const chart = mailChart(options.readingsFor, options.timeZone ?? "UTC");
  const transport = createTransport({ streamTransport: true, buffer: true, newline: "windows" });
  return {
    name: "email",
    ...channelTraits.email,
    concurrency: 1,
    timeoutMs: 10_000,
    async send(message, person, signal) {
      if (person.email === undefined) return { kind: "give-up", reason: "no e-mail address in the site file" };
      const path = join(options.directory, fileName(message));
      const part = `${path}.part`;
      try {
        const mail = mailOf(message, { from: options.from, to: person.email, person, chart });
        const { message: content } = await transport.sendMail(mail);
        if (!Buffer.isBuffer(content)) return { kind: "retry", reason: "the mail was not composed into one piece" };
        await mkdir(options.directory, { recursive: true, mode: 0o700 });
        const file = await open(part, "w", 0o600);
        try {
          await file.writeFile(content, { signal });
          await file.sync();
        } finally {
          await file.close();
        }
        // Whoever watches the folder never sees half a mail; a repetition replaces the same file.
        await rename(part, path);
        return { kind: "delivered", reply: path };
      } catch (error) {
        await rm(part, { force: true }).catch(() => {});
        return { kind: "retry", reason: messageOf(error) };
      }
    },
    async close() {
      transport.close();
    },
  };
}

/** The time is the transition's, so that a repetition has the same name. */
function fileName(message: RenderedMessage): string {
  const time = new Date(message.recordedAtMs)
    .toISOString()
    .replace(/[-:]/g, "")
    .replace(/\.(\d+)Z$/, "-$1Z");
  const parts = [time, message.condition, message.transition, message.room ?? "site", message.key.slice(0, 8)];
  return `${parts.join("_")}.eml`;
}
