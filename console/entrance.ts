import type { FastifyRequest } from "fastify";
import { type Clock, type Logger, SentryError } from "../core/index.ts";
import { type Action, authorise } from "../site/index.ts";
import type { Approach, Caller, Callers } from "./callers.ts";
import { readSessionCookie } from "./cookies.ts";
import { type RouteRights, rightsOfRoute } from "./route-rights.ts";
import type { Server } from "./server.ts";

const forwardingHeaders = ["forwarded", "x-forwarded-for", "x-real-ip", "via"] as const;

export function approachOf(request: FastifyRequest): Approach {
  const { authorization, host } = request.headers;
  return {
    authorization,
    session: readSessionCookie(request),
    unattended: request.headers["x-unattended"] !== undefined || request.headers.accept === "text/event-stream",
    host,
    remoteAddress: request.socket.remoteAddress,
    forwarded: forwardingHeaders.some((name) => request.headers[name] !== undefined),
  };
}

const changes = (method: string) => method !== "GET" && method !== "HEAD" && method !== "OPTIONS";

/**
 * Whether a browser says that the request was made by our own page. A browser sends cookies along with requests that
 * another site's page makes; it does not let that page speak of where it is itself (Fetch Metadata, or Origin).
 * @throws SentryError `forged-request`
 */
export function requireOwnPage(request: FastifyRequest, publicUrl: string | undefined): void {
  const { "sec-fetch-site": site, origin, host } = request.headers;
  if (site === "same-origin") return;
  if (site === undefined && origin !== undefined && URL.canParse(origin)) {
    const own = [host, publicUrl === undefined ? undefined : new URL(publicUrl).host];
    if (own.includes(new URL(origin).host)) return;
  }
  throw new SentryError("forged-request", "expected a request of the console's own page, found one from elsewhere");
}

/** Decides who speaks before anything else of a request is looked at: a stranger's body is never read. */
export function guardEntrance(
  server: Server,
  options: {
    callers: Callers;
    publicUrl: () => string | undefined;
    rooms: () => readonly string[];
    clock: Clock;
    log: Logger;
  },
): void {
  const { callers } = options;
  const nobody: Caller = { kind: "open" };
  const noteRefusal = createRefusalLog(options);
  server.decorateRequest("caller");
  server.addHook("onRequest", async (request, reply) => {
    reply.headers(answerHeaders);
    request.caller = nobody;
    if (request.is404) return;
    const rights = rightsOfRoute(request.method, request.routeOptions.url ?? "");
    if (rights === "everybody") return;
    try {
      request.caller = callers.identify(approachOf(request));
    } catch (error) {
      noteRefusal(request.socket.remoteAddress);
      throw error;
    }
    requireRights(request.caller, rights, options.rooms());
    if (request.caller.kind === "person" && request.caller.session && changes(request.method)) {
      requireOwnPage(request, options.publicUrl());
    }
  });
}

/** @throws SentryError `not-authenticated`, `not-authorised` */
function requireRights(caller: Caller, rights: RouteRights | undefined, rooms: readonly string[]): void {
  if (rights === undefined) throw new SentryError("not-authorised", "this route stands in no table of rights");
  if (rights === "open-reading" || caller.kind === "operator") return;
  if (caller.kind === "open") {
    throw new SentryError(
      "not-authenticated",
      "expected a session, or an Authorization header with a Bearer token, found neither",
    );
  }
  if (rights === "signed-in" || rights === "everybody") return;
  const { person } = caller;
  const isAllowed = (right: Action) => [null, ...rooms].some((room) => authorise(person, right, room).allowed);
  if (!rights.some(isAllowed))
    throw new SentryError("not-authorised", `${person.id}: no right to ${rights.join(" or ")}`);
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

/** What is answered is for the one who asked, not for a cache; the page itself says otherwise for what never changes. */
const answerHeaders = { "cache-control": "no-store" };
