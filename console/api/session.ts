import type { FastifyReply, FastifyRequest } from "fastify";
import type { ZodTypeProvider } from "fastify-type-provider-zod";
import { z } from "zod";
import {
  codeBody,
  done,
  enrolTotpResponse,
  newPasswordBody,
  passkeyAnswer,
  passkeyOptions,
  type SessionView,
  sessionView,
  setUpBody,
  signInBody,
} from "../../contract/index.ts";
import { isoTime, SentryError } from "../../core/index.ts";
import { isAdministrator } from "../../site/index.ts";
import {
  type CookieUse,
  dropSessionCookie,
  noteSetUp,
  readOpenIdCookie,
  readSessionCookie,
  readSetUp,
  setOpenIdCookie,
  setSessionCookie,
} from "../cookies.ts";
import { approachOf, requireOwnPage } from "../entrance.ts";
import { rightsOf } from "../rights.ts";
import { answers, type RouteContext, type Server } from "../server.ts";
import { addressOf } from "../sign-in/networks.ts";
import type { SignedIn, Step } from "../sign-in/sign-in.ts";

/** Tries of one address in a minute, before anything of them is looked at. */
const triesAMinute = 30;

/** Signing in and out: who it is, a second factor, and setting an account up. */
export function sessionRoutes(server: Server, { source, signIn, callers }: RouteContext): void {
  const tags = ["session"];
  const consoleOf = () => source.site().config.console;
  const use = (): CookieUse => ({ secure: consoleOf().public_url?.startsWith("https:") ?? false });
  const fromOf = (request: FastifyRequest) => addressOf(request, consoleOf().sign_in.trusted_proxies);
  const originOf = (request: FastifyRequest) => {
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

  server.register(async (scope) => {
    // The same page alone may begin, continue or end a session: nobody is signed in from elsewhere.
    scope.addHook("onRequest", async (request) => {
      if (request.method !== "GET") requireOwnPage(request, consoleOf().public_url);
    });
    const routes = scope.withTypeProvider<ZodTypeProvider>();
    const trying = { rateLimit: { max: triesAMinute, timeWindow: 60_000 } };
    const answer = answers(sessionView);

    routes.get(
      "/api/v1/session",
      { schema: { summary: "Who is signed in here, and what they may do", tags, response: answer } },
      (request) => {
        const active = request.headers["x-unattended"] === undefined;
        return viewOf(request, signIn.current(readSessionCookie(request), { active }));
      },
    );
    routes.post(
      "/api/v1/session",
      { config: trying, schema: { summary: "Sign in with a password", tags, body: signInBody, response: answer } },
      async (request, reply) => {
        const earlier = readSessionCookie(request);
        const step = await signIn.password({ ...request.body, address: fromOf(request) });
        // A session that was there before, perhaps put there by somebody else, is not the one that goes on.
        if (earlier !== undefined) signIn.end(earlier, null);
        return taken(request, reply, step);
      },
    );
    routes.delete(
      "/api/v1/session",
      { schema: { summary: "Sign out", tags, response: answers(done) } },
      (request, reply) => {
        const token = readSessionCookie(request);
        if (token !== undefined) signIn.end(token, signIn.current(token, { active: false }));
        dropSessionCookie(reply, use());
        return { done: true as const };
      },
    );
    routes.post(
      "/api/v1/session/totp",
      { config: trying, schema: { summary: "The second factor: a code", tags, body: codeBody, response: answer } },
      (request, reply) => {
        const { token, found } = current(request, ["password"]);
        return taken(request, reply, signIn.totp(token, found, request.body.code));
      },
    );
    routes.post(
      "/api/v1/session/totp/new",
      {
        schema: { summary: "Begin to set up an authenticator app", tags, response: answers(enrolTotpResponse) },
      },
      (request) => {
        const { found } = current(request, ["enrol", "full"]);
        if (found.account.totpSecret !== null) throw new SentryError("state-conflict", "an app is set up already");
        return signIn.enrolTotp(found.account);
      },
    );
    routes.post(
      "/api/v1/session/totp/confirm",
      {
        config: trying,
        schema: {
          summary: "Take the authenticator app that shows this code",
          tags,
          body: codeBody.extend({ secret: z.string().regex(/^[A-Z2-7]{32}$/) }),
          response: answer,
        },
      },
      (request, reply) => {
        const { token, found } = current(request, ["enrol", "full"]);
        if (found.account.totpSecret !== null) throw new SentryError("state-conflict", "an app is set up already");
        return taken(request, reply, signIn.confirmTotp(token, found, request.body));
      },
    );
    routes.post(
      "/api/v1/session/passkey/new",
      { schema: { summary: "Begin to set up a passkey", tags, response: answers(passkeyOptions) } },
      async (request) => {
        const { found } = current(request, ["enrol", "full"]);
        const name = source.site().config.site.name.en;
        return { options: await signIn.passkeys.registration(found.account, originOf(request), name) };
      },
    );
    routes.post(
      "/api/v1/session/passkey/confirm",
      { schema: { summary: "Take the passkey", tags, body: passkeyAnswer, response: answer } },
      async (request, reply) => {
        const { token, found } = current(request, ["enrol", "full"]);
        return taken(request, reply, await signIn.addPasskey(token, found, request.body, originOf(request)));
      },
    );
    routes.post(
      "/api/v1/session/passkey/options",
      {
        config: trying,
        schema: { summary: "Begin to sign in with a passkey", tags, response: answers(passkeyOptions) },
      },
      async (request) => {
        const found = signIn.current(readSessionCookie(request), { active: true });
        const slot = slotOf(request);
        return {
          options: await signIn.passkeys.authentication(slot, originOf(request), found?.account.id ?? null),
        };
      },
    );
    routes.post(
      "/api/v1/session/passkey",
      { config: trying, schema: { summary: "Sign in with a passkey", tags, body: passkeyAnswer, response: answer } },
      async (request, reply) => {
        const earlier = readSessionCookie(request);
        const at = { ...originOf(request), address: fromOf(request) };
        const step = await signIn.passkey(slotOf(request), request.body.response, at);
        if (earlier !== undefined) signIn.end(earlier, null);
        return taken(request, reply, step);
      },
    );
    routes.post(
      "/api/v1/session/set-up",
      {
        config: trying,
        schema: { summary: "Set an account up with its one-time link", tags, body: setUpBody, response: answer },
      },
      async (request, reply) => {
        const signedIn = signIn.current(readSessionCookie(request), { active: false });
        const others = [...readSetUp(request), ...(signedIn ? [signedIn.account.id] : [])];
        const step = await signIn.setUp({ ...request.body, address: fromOf(request), others });
        if (isAdministrator(signIn.accounts.roleOf(step.account))) noteSetUp(request, reply, step.account.id, use());
        return taken(request, reply, step);
      },
    );
    routes.post(
      "/api/v1/session/password",
      {
        config: trying,
        schema: { summary: "Change one's own password", tags, body: newPasswordBody, response: answer },
      },
      async (request, reply) => {
        const { token, found } = current(request, ["full"]);
        return taken(request, reply, await signIn.changePassword(token, found, request.body));
      },
    );
    routes.get("/api/v1/session/openid", { config: trying, schema: { hide: true } }, async (request, reply) => {
      const redirectUri = `${originOf(request).origin}/api/v1/session/openid/callback`;
      const { url, slot } = await signIn.beginOpenId(redirectUri);
      setOpenIdCookie(reply, slot, use());
      return reply.redirect(url);
    });
    routes.get(
      "/api/v1/session/openid/callback",
      { config: trying, schema: { hide: true } },
      async (request, reply) => {
        const callback = new URL(request.url, originOf(request).origin);
        try {
          const step = await signIn.finishOpenId(readOpenIdCookie(request) ?? "", callback, fromOf(request));
          setSessionCookie(reply, step.token, use());
          return reply.redirect("/");
        } catch (error) {
          if (!(error instanceof SentryError)) throw error;
          return reply.redirect(`/sign-in?refused=${error.code}`);
        }
      },
    );
  });

  /** Who a challenge was given to: a browser with its session, or an address. */
  const slotOf = (request: FastifyRequest) =>
    readSessionCookie(request) ?? `${fromOf(request)} ${request.headers["user-agent"]}`;
}
