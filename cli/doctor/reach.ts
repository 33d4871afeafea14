import { connect } from "node:net";
import { createTransport } from "nodemailer";
import { openInfluxStore } from "../../collector/index.ts";
import { messageOf, systemClock } from "../../core/index.ts";
import type { Site } from "../../site/index.ts";
import { type Finding, fail, ok, warn } from "./finding.ts";

/** The servers that the site file names: whether they answer now. */

const answerWithinMs = 5_000;

/** Greets the mail server and takes leave: no log-in, no mail. */
export async function checkMail(site: Site): Promise<Finding[]> {
  const { email } = site.config.channels;
  if (!email) {
    return [
      warn(
        "mail",
        "no SMTP server is configured: mails land as files in the data folder",
        "set channels.email, so that people are told",
      ),
    ];
  }
  const { host, port, secure } = email;
  const transport = createTransport({
    host,
    port,
    secure,
    ignoreTLS: true,
    // Whether the certificate is right is judged when a mail is sent; here it is only whether somebody is there.
    tls: { rejectUnauthorized: false },
    connectionTimeout: answerWithinMs,
    greetingTimeout: answerWithinMs,
    socketTimeout: answerWithinMs,
  });
  try {
    await transport.verify();
    return [ok("mail", `${host}:${port} answers`)];
  } catch (error) {
    return [
      fail(
        "mail",
        `${host}:${port} does not: ${messageOf(error)}`,
        "check channels.email, the server and the firewall; mails wait until it answers",
      ),
    ];
  } finally {
    transport.close();
  }
}

export function checkStores(site: Site): Promise<Finding[]> {
  return Promise.all(
    site.config.stores.map(async (config) => {
      const check = `store ${config.name}`;
      const advice = "check its url and the server; nothing is lost meanwhile, it is filled up when it answers";
      try {
        const store = openInfluxStore(config, site, systemClock);
        const answer = await store.ping();
        store.close();
        return answer.ok ? ok(check, `${config.url} answers`) : fail(check, answer.reason, advice);
      } catch (error) {
        return fail(check, messageOf(error), advice);
      }
    }),
  );
}

const ports: Record<string, number> = { "mqtt:": 1883, "mqtts:": 8883, "ws:": 80, "wss:": 443 };

export function checkSources(site: Site): Promise<Finding[]> {
  return Promise.all(
    brokersOf(site).map(async ({ name, url }) => {
      const check = `source ${name}`;
      const { hostname, port, protocol } = new URL(url);
      const host = hostname.replace(/^\[|\]$/g, "");
      const why = await whyUnreachable(host, Number(port) || ports[protocol] || 1883);
      const shown = `${protocol}//${hostname}${port === "" ? "" : `:${port}`}`;
      return why === null
        ? ok(check, `${shown} answers`)
        : fail(
            check,
            `${shown} does not: ${why}`,
            "check its url, the broker and the firewall; it is tried again and again",
          );
    }),
  );
}

/** Probes are no part of this program's own health: what they cannot reach is an alarm. */
const brokersOf = (site: Site) => site.config.sources.filter((source) => source.kind === "mqtt");

/** `null` where somebody takes the connection. */
export function whyUnreachable(host: string, port: number): Promise<string | null> {
  return new Promise((resolve) => {
    const socket = connect({ host, port, timeout: answerWithinMs });
    const end = (why: string | null) => {
      socket.destroy();
      resolve(why);
    };
    socket.once("connect", () => end(null));
    socket.once("timeout", () => end(`no answer within ${answerWithinMs / 1_000} s`));
    socket.once("error", (error) => end(messageOf(error)));
  });
}
