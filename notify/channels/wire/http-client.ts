import { Agent as HttpAgent, type IncomingMessage, request as requestHttp } from "node:http";
import { Agent as HttpsAgent, request as requestHttps } from "node:https";
import { resolve } from "node:path";
import { readConfigFile, type Site } from "../../../site/index.ts";

/** More than any gateway has to say; what is beyond is not read. */
const longestReplyBytes = 64 * 1024;

export interface HttpCall {
  url: string;
  method: string;
  headers: Record<string, string>;
  body?: Buffer;
  signal: AbortSignal;
}

export interface HttpReply {
  status: number;
  body: Buffer;
  retryAfterMs: number | undefined;
}

export interface HttpClient {
  /** Follows no redirect: an alarm goes where the site file says. Rejects when there is no reply. */
  call(call: HttpCall): Promise<HttpReply>;
  close(): void;
}

/**
 * Requests over kept connections, since a handshake costs more than a message. Not `fetch`: it takes no certificate
 * authority of one's own, and its errors hide what happened.
 */
export function createHttpClient(
  config: { connections: number; ca_file?: string | undefined },
  site: Pick<Site, "directory">,
): HttpClient {
  const ca = config.ca_file === undefined ? undefined : readConfigFile(resolve(site.directory, config.ca_file));
  const options = { keepAlive: true, maxSockets: config.connections, maxFreeSockets: config.connections };
  const agents = {
    http: new HttpAgent(options),
    https: new HttpsAgent(ca === undefined ? options : { ...options, ca }),
  };
  return {
    call({ url, method, headers, body, signal }) {
      return new Promise((done, fail) => {
        const secure = url.startsWith("https:");
        const request = (secure ? requestHttps : requestHttp)(url, {
          method,
          headers: { ...headers, ...(body === undefined ? {} : { "content-length": String(body.length) }) },
          agent: secure ? agents.https : agents.http,
          signal,
        });
        request.on("error", fail);
        request.on("response", (response) => {
          readBody(response).then((content) => {
            done({ status: response.statusCode ?? 0, body: content, retryAfterMs: retryAfterMs(response) });
          }, fail);
        });
        request.end(body);
      });
    },
    close() {
      agents.http.destroy();
      agents.https.destroy();
    },
  };
}

async function readBody(response: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of response) {
    chunks.push(chunk);
    length += chunk.length;
    if (length > longestReplyBytes) break;
  }
  return Buffer.concat(chunks).subarray(0, longestReplyBytes);
}

/** Seconds alone: the date that is also allowed is nobody's answer to a rate limit. */
function retryAfterMs(response: IncomingMessage): number | undefined {
  const text = response.headers["retry-after"];
  return text !== undefined && /^\d{1,6}$/.test(text) ? Number(text) * 1_000 : undefined;
}

/**
 * What a status says of the message. A 4xx about the message itself is final; one about the log-in, the address or the
 * rate is a fault that somebody will mend or that passes, so the message waits.
 */
export function judgeStatus(status: number): "accepted" | "retry" | "refused" {
  if (status >= 200 && status < 300) return "accepted";
  return [400, 413, 415, 422].includes(status) ? "refused" : "retry";
}
