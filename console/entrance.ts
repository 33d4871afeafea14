import type { FastifyRequest } from "fastify";
import { type Clock, type Logger, SentryError } from "../core/index.ts";
import type { Approach, Caller, Callers } from "./callers.ts";
import type { Server } from "./server.ts";

const forwardingHeaders = ["forwarded", "x-forwarded-for", "x-real-ip", "via"] as const;

export function approachOf(request: FastifyRequest): Approach {
  const { authorization, host } = request.headers;
  return {
    authorization,
    host,
    remoteAddress: request.socket.remoteAddress,
    forwarded: forwardingHeaders.some((name) => request.headers[name] !== undefined),
  };
}

/** Decides who speaks before anything else of a request is looked at: a stranger's body is never read. */
export function guardEntrance(server: Server, options: { callers: Callers; clock: Clock; log: Logger }): void {
  const { callers } = options;
  const nobody: Caller = { kind: "open" };
  const noteRefusal = createRefusalLog(options);
  server.decorateRequest("caller");
  server.addHook("onRequest", async (request, reply) => {
    reply.headers(securityHeaders);
    request.caller = nobody;
    if (request.is404) return;
    const entrance = request.routeOptions.config.entrance ?? "token";
    if (entrance === "everybody") return;
    try {
      request.caller = callers.identify(approachOf(request));
    } catch (error) {
      noteRefusal(request.socket.remoteAddress);
      throw error;
    }
    if (request.caller.kind === "open" && entrance === "token") {
      throw new SentryError("not-authenticated", "expected an Authorization header with a Bearer token, found none");
    }
  });
}

const refusalLogEveryMs = 1_000;

/** Somebody who guesses tokens is seen in the log, and cannot fill the disk with it. */
function createRefusalLog({ clock, log }: { clock: Clock; log: Logger }): (remoteAddress: string | undefined) => void {
  let unlogged = 0;
  let lastMs = Number.NEGATIVE_INFINITY;
  return (remoteAddress) => {
    if (clock.monotonicMs() - lastMs < refusalLogEveryMs) {
      unlogged++;
      return;
    }
    log.warn("console.caller.refused", { remoteAddress, unlogged });
    lastMs = clock.monotonicMs();
    unlogged = 0;
  };
}

/** What is answered is for the one who asked: not for a cache, another site's page or a guessing browser. */
const securityHeaders = {
  "cache-control": "no-store",
  "x-content-type-options": "nosniff",
  "content-security-policy": "default-src 'none'; frame-ancestors 'none'",
  "cross-origin-resource-policy": "same-origin",
  "referrer-policy": "no-referrer",
};
