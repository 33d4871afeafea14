import type { FastifyReply, FastifyRequest } from "fastify";

/** Cookies of the console: read by no script, sent to no other site, and by no other site's page. */

const sessionName = "sentry-session";
/** Its prefix makes the browser hold it to TLS and to this host alone. */
const secureSessionName = "__Host-sentry-session";
const openIdName = "sentry-openid";
const setUpName = "sentry-set-up";
const openIdLastsS = 600;
const setUpLastsS = 30 * 86_400;

export interface CookieUse {
  /** People come in by https. */
  secure: boolean;
}

const strict = ({ secure }: CookieUse) => ({ httpOnly: true, sameSite: "strict", secure, path: "/" }) as const;

export function readSessionCookie(request: FastifyRequest): string | undefined {
  return request.cookies[secureSessionName] ?? request.cookies[sessionName];
}

/** Ends with the browser; on the server earlier. */
export function setSessionCookie(reply: FastifyReply, token: string, use: CookieUse): void {
  reply.setCookie(use.secure ? secureSessionName : sessionName, token, strict(use));
}

export function dropSessionCookie(reply: FastifyReply, use: CookieUse): void {
  reply.clearCookie(use.secure ? secureSessionName : sessionName, strict(use));
}

/** An attempt to sign in through the directory, whose page sends the browser back: so not `Strict`. */
export function setOpenIdCookie(reply: FastifyReply, slot: string, use: CookieUse): void {
  reply.setCookie(openIdName, slot, { ...strict(use), sameSite: "lax", maxAge: openIdLastsS });
}

export const readOpenIdCookie = (request: FastifyRequest): string | undefined => request.cookies[openIdName];

/** Which administrators' accounts this browser has set up: it may not set up another's. */
export function noteSetUp(request: FastifyRequest, reply: FastifyReply, account: string, use: CookieUse): void {
  const all = new Set([...readSetUp(request), account]);
  reply.setCookie(setUpName, [...all].map(encodeURIComponent).join("."), { ...strict(use), maxAge: setUpLastsS });
}

export const readSetUp = (request: FastifyRequest): string[] =>
  (request.cookies[setUpName] ?? "").split(".").filter(Boolean).map(decodeURIComponent);
