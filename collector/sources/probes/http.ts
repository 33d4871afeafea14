import * as http from "node:http";
import * as https from "node:https";
import { TLSSocket } from "node:tls";
import type { Values } from "../../../contract/index.ts";
import type { ProbeCheck } from "../../../site/index.ts";
import { authorityOf, certificateDays } from "./certificate.ts";
import { failed, type Look, type LookOptions, responseMs } from "./look.ts";

type HttpCheck = ProbeCheck & { kind: "http" };

const headers = { "user-agent": "archive-sentry", accept: "*/*", "accept-encoding": "identity", connection: "close" };
const redirections = [301, 302, 303, 307, 308];

/**
 * Whether a page answers with the status and the text expected, and how quickly: up to the headers, or as far as the
 * text is looked for. What it says of addresses is their origin only, because a path or query may hold a secret.
 */
export function lookAtHttp(check: HttpCheck, { clock, directory }: LookOptions): Look {
  return async (signal) => {
    const authority = await authorityOf(check.ca_file, directory);
    const fromMs = clock.monotonicMs();
    let url = new URL(check.url);
    for (let redirected = 0; ; redirected++) {
      const answer = await ask(url, authority, signal);
      try {
        const next = check.status === answer.statusCode ? null : redirectionOf(answer, url);
        if (next === null) {
          // Read before the body is: with its end the connection may be gone.
          const certificate = answer.socket instanceof TLSSocket ? answer.socket.getPeerCertificate() : null;
          const wrong = wrongStatus(answer, check) ?? (await missingText(answer, check));
          if (wrong !== null) return failed(wrong);
          const values: Values = { response_ms: responseMs(clock, fromMs) };
          if (certificate) values.certificate_days = certificateDays(certificate, clock.nowMs());
          return { ok: true, values };
        }
        if (redirected >= check.redirects) return failed(`more than ${check.redirects} redirections`);
        if (next.protocol !== "https:" && (url.protocol === "https:" || next.protocol !== "http:"))
          return failed(`redirected from ${url.origin} to ${next.protocol}`);
        url = next;
      } finally {
        answer.on("error", () => {}).destroy();
      }
    }
  };
}

async function ask(url: URL, authority: { ca?: Buffer }, signal: AbortSignal): Promise<http.IncomingMessage> {
  const { get } = url.protocol === "https:" ? https : http;
  const request = get(url, { agent: false, headers, signal, maxHeaderSize: 16 * 1024, ...authority });
  request.on("error", () => {});
  return new Promise((resolve, reject) => {
    request.once("response", resolve);
    request.once("error", reject);
  });
}

function redirectionOf({ statusCode = 0, headers: { location } }: http.IncomingMessage, from: URL): URL | null {
  if (location === undefined || !redirections.includes(statusCode)) return null;
  return URL.canParse(location, from) ? new URL(location, from) : null;
}

function wrongStatus({ statusCode = 0 }: http.IncomingMessage, { status }: HttpCheck): string | null {
  if (status !== undefined) return statusCode === status ? null : `HTTP ${statusCode}, expected ${status}`;
  return statusCode >= 200 && statusCode <= 299 ? null : `HTTP ${statusCode}`;
}

async function missingText(answer: http.IncomingMessage, check: HttpCheck): Promise<string | null> {
  if (check.expect === undefined) return null;
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of answer as AsyncIterable<Buffer>) {
    chunks.push(chunk.subarray(0, check.body - length));
    length += chunk.length;
    if (length >= check.body) break;
  }
  const found = Buffer.concat(chunks).includes(check.expect, 0, "utf8");
  return found ? null : `the expected text is not in the answer's first ${Math.min(length, check.body)} bytes`;
}
