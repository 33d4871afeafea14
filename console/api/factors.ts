import type { ZodTypeProvider } from "fastify-type-provider-zod";
import { z } from "zod";
import {
  enrolTotpResponse,
  factorsResponse,
  newPasskeyBody,
  type ProofBody,
  passkeyOptions,
  proven,
  sessionView,
  takeAppBody,
} from "../../contract/index.ts";
import { isoTime } from "../../core/index.ts";
import { requireOwnPage } from "../entrance.ts";
import { answers, type RouteContext, type Server } from "../server.ts";
import type { Proof } from "../sign-in/factors.ts";
import type { SignedIn } from "../sign-in/sign-in.ts";
import { sessionDesk, trying } from "./session-desk.ts";

/** The second factors of one's own account: set up, looked at, replaced, removed. Each change is on record. */
export function factorRoutes(server: Server, context: RouteContext): void {
  const { source, signIn } = context;
  const { factors } = signIn;
  const tags = ["session"];
  const desk = sessionDesk(context);
  const answer = answers(sessionView);
  const proofOf = (proof: ProofBody | undefined, slot: string): Proof | null => {
    if (proof === undefined) return null;
    if ("password" in proof) return { kind: "password", password: proof.password };
    if ("code" in proof) return { kind: "code", code: proof.code };
    return { kind: "passkey", slot, response: proof.passkey };
  };
  const note = ({ account }: SignedIn, done: string) => source.note({ do: done, by: account.id, via: "api" });

  server.register(async (scope) => {
    scope.addHook("onRequest", async (request) => {
      if (request.method !== "GET") requireOwnPage(request, desk.publicUrl());
    });
    const routes = scope.withTypeProvider<ZodTypeProvider>();

    routes.get(
      "/api/v1/session/factors",
      { schema: { summary: "One's own second factors", tags, response: answers(factorsResponse) } },
      (request) => {
        const { passkeys, ...rest } = factors.of(desk.current(request, ["full"]).found.account);
        const shown = passkeys.map(({ id, name, madeAtMs }) => ({ id, name, since: isoTime(madeAtMs) }));
        return { ...rest, passkeys: shown };
      },
    );
    routes.post(
      "/api/v1/session/totp/new",
      { schema: { summary: "Begin to set up an authenticator app", tags, response: answers(enrolTotpResponse) } },
      (request) => factors.newApp(desk.current(request, ["enrol", "full"]).found.account),
    );
    routes.post(
      "/api/v1/session/totp/confirm",
      {
        config: trying,
        schema: {
          summary: "Take the authenticator app that shows this code, in place of the one before",
          description: "Once signed in, with a proof. All other sessions end where an app was replaced.",
          tags,
          body: takeAppBody,
          response: answer,
        },
      },
      async (request, reply) => {
        const { token, found } = desk.current(request, ["enrol", "full"]);
        const { secret, code, proof } = request.body;
        const given = { secret, code, proof: proofOf(proof, desk.slotOf(request)), at: desk.originOf(request) };
        const step = await factors.takeApp(token, found, given);
        note(found, found.account.hasTotp ? "factor-app-replaced" : "factor-app-added");
        return desk.taken(request, reply, step);
      },
    );
    routes.post(
      "/api/v1/session/totp/remove",
      {
        config: trying,
        schema: {
          summary: "Remove the authenticator app, with a proof; all other sessions end",
          tags,
          body: proven,
          response: answer,
        },
      },
      async (request, reply) => {
        const { token, found } = desk.current(request, ["full"]);
        const given = { proof: proofOf(request.body.proof, desk.slotOf(request)), at: desk.originOf(request) };
        const step = await factors.removeApp(token, found, given);
        note(found, "factor-app-removed");
        return desk.taken(request, reply, step);
      },
    );
    routes.post(
      "/api/v1/session/passkey/new",
      { schema: { summary: "Begin to set up a passkey", tags, response: answers(passkeyOptions) } },
      async (request) => {
        const { found } = desk.current(request, ["enrol", "full"]);
        const name = source.site().config.site.name.en;
        return { options: await signIn.passkeys.registration(found.account, desk.originOf(request), name) };
      },
    );
    routes.post(
      "/api/v1/session/passkey/confirm",
      {
        config: trying,
        schema: {
          summary: "Take the passkey; once signed in, with a proof",
          tags,
          body: newPasskeyBody,
          response: answer,
        },
      },
      async (request, reply) => {
        const { token, found } = desk.current(request, ["enrol", "full"]);
        const { response, name, proof } = request.body;
        const given = { response, name, proof: proofOf(proof, desk.slotOf(request)), at: desk.originOf(request) };
        const step = await factors.addPasskey(token, found, given);
        note(found, "factor-passkey-added");
        return desk.taken(request, reply, step);
      },
    );
    routes.post(
      "/api/v1/session/passkey/:id/remove",
      {
        config: trying,
        schema: {
          summary: "Remove a passkey, with a proof; all other sessions end",
          tags,
          params: z.object({ id: z.string().min(1).max(700) }),
          body: proven,
          response: answer,
        },
      },
      async (request, reply) => {
        const { token, found } = desk.current(request, ["full"]);
        const proof = proofOf(request.body.proof, desk.slotOf(request));
        const given = { id: request.params.id, proof, at: desk.originOf(request) };
        const step = await factors.removePasskey(token, found, given);
        note(found, "factor-passkey-removed");
        return desk.taken(request, reply, step);
      },
    );
  });
}
