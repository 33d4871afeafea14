import { startAuthentication, startRegistration } from "@simplewebauthn/browser";
import type { ProofBody, SessionView } from "../../contract/index.ts";
import { ask } from "./api.ts";
import { took } from "./session.ts";

/** Passkeys of this browser: the ceremonies of WebAuthn between it and the server. */

/** Only on https, or on the machine itself. */
export const hasPasskeys = (): boolean => "PublicKeyCredential" in window;

async function answerOf(): Promise<Awaited<ReturnType<typeof startAuthentication>>> {
  type Options = Parameters<typeof startAuthentication>[0]["optionsJSON"];
  const { options } = await ask<{ options: Options }>("/session/passkey/options", { method: "POST" });
  return startAuthentication({ optionsJSON: options });
}

export async function passkeySignIn(): Promise<void> {
  took(await ask<SessionView>("/session/passkey", { body: { response: await answerOf() } }));
}

/** Shows anew that it is the person. */
export const passkeyProof = async (): Promise<ProofBody> => ({ passkey: { ...(await answerOf()) } });

export async function addPasskey(name: string, proof?: ProofBody): Promise<void> {
  type Options = Parameters<typeof startRegistration>[0]["optionsJSON"];
  const { options } = await ask<{ options: Options }>("/session/passkey/new", { method: "POST" });
  const response = await startRegistration({ optionsJSON: options });
  took(await ask<SessionView>("/session/passkey/confirm", { body: { response, name, ...(proof ? { proof } : {}) } }));
}

const systems: readonly (readonly [RegExp, string])[] = [
  [/iPhone/, "iPhone"],
  [/iPad/, "iPad"],
  [/Android/, "Android"],
  [/Windows/, "Windows"],
  [/Mac OS/, "Mac"],
  [/Linux/, "Linux"],
];

/** What its owner would most likely call this device. */
export const deviceName = (): string => systems.find(([pattern]) => pattern.test(navigator.userAgent))?.[1] ?? "";
