import type { ZodTypeProvider } from "fastify-type-provider-zod";
import {
  codeBody,
  done,
  newPasswordBody,
  passkeyAnswer,
  passkeyOptions,
  sessionView,
  setUpBody,
  signInBody,
} from "../../contract/index.ts";
import { SentryError } from "../../core/index.ts";
import { isAdministrator } from "../../site/index.ts";
import {
  dropSessionCookie,
  noteSetUp,
  readOpenIdCookie,
  readSessionCookie,
  readSetUp,
  setOpenIdCookie,
  setSessionCookie,
} from "../cookies.ts";
import { requireOwnPage } from "../entrance.ts";
import { answers, type RouteContext, type Server } from "../server.ts";
import { sessionDesk, trying } from "./session-desk.ts";

/** Signing in and out: who it is, a second factor, and setting an account up. */
export function sessionRoutes(server: Server, context: RouteContext): void {
  const { source, signIn } = context;
  const tags = ["session"];
  const { use, fromOf, originOf, current, taken, viewOf, slotOf, publicUrl } = sessionDesk(context);

  server.register(async (scope) => {
    // The same page alone may begin, continue or end a session: nobody is signed in from elsewhere.
    scope.addHook("onRequest", async (request) => {
      if (request.method !== "GET") requireOwnPage(request, publicUrl());
    });
    const routes = scope.withTypeProvider<ZodTypeProvider>();
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
        const step = await signIn.changePassword(token, found, request.body);
        source.note({ do: "password-changed", by: found.account.id, via: "api" });
        return taken(request, reply, step);
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
}
