import { isIP } from "node:net";
import { resolve } from "node:path";
import { createTransport, type NodemailerError, type SMTPPoolOptions } from "nodemailer";
import { messageOf } from "../../core/index.ts";
import { type EmailConfig, readConfigFile, readSecret, type Site } from "../../site/index.ts";
import { type Channel, channelTraits, type SendResult } from "../channel.ts";
import { mailChart, mailOf, type ReadingsFor } from "./mail.ts";
import { createScrubber } from "./wire/secrets.ts";

/**
 * E-mail over SMTP. Connections are kept between messages, since a handshake costs more than a message; nodemailer's
 * own queue stays empty, because the delivery never offers more than `connections` at one time, and its own repeating
 * is off, because what is repeated, when and how often is decided in one place.
 * @throws SentryError `secret-unreadable` or `config-unreadable` when a file the configuration names is not usable.
 */
export function openEmailChannel(
  config: EmailConfig,
  site: Pick<Site, "directory"> & Partial<Pick<Site, "timeZone">>,
  readingsFor?: ReadingsFor,
): Channel {
  const chart = mailChart(readingsFor, site.timeZone ?? "UTC");
  const password = config.password_file === undefined ? undefined : readSecret(site, config.password_file);
  const transport = createTransport({ ...poolOptions(config, site, password), pool: true });
  const plainLogin = `\0${config.username ?? ""}\0${password}`;
  const scrub = createScrubber(password === undefined ? [] : [password, plainLogin]);
  return {
    name: "email",
    ...channelTraits.email,
    concurrency: config.connections,
    timeoutMs: config.timeout,
    async send(message, person, signal) {
      if (person.email === undefined) return { kind: "give-up", reason: "no e-mail address in the site file" };
      try {
        const mail = mailOf(message, { from: config.from, to: person.email, person, chart });
        const info = await transport.sendMail({ ...mail, signal });
        return { kind: "delivered", reply: scrub(info.response) };
      } catch (error) {
        return judge(error, scrub);
      }
    },
    async close() {
      transport.close({ force: true });
    },
  };
}

/** How a server is reached, and when a password may cross the network. */
export function poolOptions(
  config: EmailConfig,
  site: Pick<Site, "directory">,
  password: string | undefined,
): SMTPPoolOptions {
  const isLoopback = config.host === "localhost" || config.host === "::1" || /^127\./.test(config.host);
  // A password crosses no network in the clear because somebody in between cut STARTTLS from the greeting.
  const mustEncrypt =
    config.starttls === "required" || (config.starttls === "opportunistic" && !!password && !isLoopback);
  const authority = config.ca_file === undefined ? {} : { ca: readConfigFile(resolve(site.directory, config.ca_file)) };
  return {
    host: config.host,
    port: config.port,
    secure: config.secure,
    requireTLS: !config.secure && mustEncrypt,
    ignoreTLS: config.starttls === "off",
    tls: {
      ...authority,
      ...(isIP(config.host) === 0 ? { servername: config.host } : {}),
      // Opportunistic encryption guards against listeners alone (RFC 7435): the alternative to a certificate that
      // cannot be checked is no encryption, not no alarm.
      rejectUnauthorized: config.secure || mustEncrypt || config.ca_file !== undefined,
    },
    ...(config.username === undefined ? {} : { auth: { user: config.username, pass: password ?? "" } }),
    maxConnections: config.connections,
    maxMessages: Number.MAX_SAFE_INTEGER,
    maxRequeues: 0,
    connectionTimeout: config.timeout,
    greetingTimeout: config.timeout,
    // No socket timeout of `timeout` here: it would also close connections that are only idle, and the next alarm
    // would wait for a handshake. The delivery's hard limit ends a send that hangs.
    dnsTimeout: config.timeout,
    disableFileAccess: true,
    disableUrlAccess: true,
  };
}

/**
 * A 5xx to the message itself (sender, recipient, content) is final. One to the connection or the log-in is a fault of
 * the configuration that somebody will mend, so the message waits; so is a 530/535/538 to MAIL FROM (RFC 4954).
 */
function judge(error: unknown, scrub: (text: string) => string): SendResult {
  const reason = scrub(messageOf(error));
  if (!isMailError(error)) return { kind: "retry", reason };
  const status = error.responseCode ?? 0;
  const aboutMessage = error.code === "EENVELOPE" || error.code === "EMESSAGE";
  const aboutLogin = [530, 534, 535, 538].includes(status);
  return aboutMessage && !aboutLogin && status >= 500 ? { kind: "give-up", reason } : { kind: "retry", reason };
}

function isMailError(error: unknown): error is NodemailerError {
  return error instanceof Error && "code" in error;
}
