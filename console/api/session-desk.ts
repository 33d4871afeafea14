import type { FastifyReply, FastifyRequest } from "fastify";
import type { SessionView } from "../../contract/index.ts";
import { isoTime, SentryError } from "../../core/index.ts";
import { type CookieUse, readSessionCookie, setSessionCookie } from "../cookies.ts";
import { approachOf } from "../entrance.ts";
import { rightsOf } from "../rights.ts";
import type { RouteContext } from "../server.ts";
import { addressOf } from "../sign-in/networks.ts";
import type { Origin } from "../sign-in/passkeys.ts";
import type { SignedIn, Step } from "../sign-in/sign-in.ts";

/** Tries of one address in a minute, before anything of them is looked at. */
export const trying = { rateLimit: { max: 30, timeWindow: 60_000 } };

/** What the routes of signing in share: whose session a request has, and how one is answered. */
export function sessionDesk({ source, signIn, callers }: RouteContext) {
  const consoleOf = () => source.site().config.console;
  const use = (): CookieUse => ({ secure: consoleOf().public_url?.startsWith("https:") ?? false });
  const fromOf = (request: FastifyRequest) => addressOf(request, consoleOf().sign_in.trusted_proxies);
  const originOf = (request: FastifyRequest): Origin => {
    const url = new URL(consoleOf().public_url ?? `http://${request.headers.host}`);
    return { origin: url.origin, host: url.hostname };
  };
  const current = (request: FastifyRequest, needed: readonly SignedIn["session"]["stage"][]) => {
    const token = readSessionCookie(request);
    const found = signIn.current(token, { active: true });
    if (token === undefined || !found || !needed.includes(found.session.stage)) {
      throw new SentryError("not-authenticated", "expected a session that has come this far, found none");
    }
    return { token, found };
  };
  const taken = (request: FastifyRequest, reply: FastifyReply, step: Step): SessionView => {
    setSessionCookie(reply, step.token, use());
    return viewOf(request, signIn.current(step.token, { active: true }));
  };
  const openHere = (request: FastifyRequest) => {
    try {
      const { authorization: _, session: __, ...approach } = approachOf(request);
      return callers.identify({ ...approach, authorization: undefined, session: undefined }).kind === "open";
    } catch {
      return false;
    }
  };
  const viewOf = (request: FastifyRequest, found: SignedIn | null): SessionView => {
    const { config, id } = source.site();
    const { session, account, person } = found ?? { session: null, account: null, person: null };
    const stage = session === null ? "none" : session.stage === "password" ? "second-factor" : session.stage;
    return {
      stage,
      account: person && {
        id: person.id,
        name: person.name,
        role: person.role ?? person.category,
        language: person.language ?? null,
      },
      rights: person && stage === "full" ? rightsOf(person, source.site()) : {},
      factors: account ? signIn.factorsOf(account) : [],
      expiresAt: session && isoTime(signIn.expiresAtMs(session)),
      openReading: openHere(request),
      openId: config.console.sign_in.openid?.name ?? null,
      site: {
        id,
        name: config.site.name,
        timeZone: config.site.time_zone,
        buildings: Object.fromEntries(config.buildings.map((building) => [building.id, building.name])),
        language: config.site.language,
        version: source.health().version,
      },
    };
  };
  /** Who a challenge was given to: a browser with its session, or an address. */
  const slotOf = (request: FastifyRequest) =>
    readSessionCookie(request) ?? `${fromOf(request)} ${request.headers["user-agent"]}`;
  return { use, fromOf, originOf, current, taken, viewOf, slotOf, publicUrl: () => consoleOf().public_url };
}
