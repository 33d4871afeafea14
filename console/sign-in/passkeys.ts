import {
  type AuthenticationResponseJSON,
  generateAuthenticationOptions,
  generateRegistrationOptions,
  type RegistrationResponseJSON,
  verifyAuthenticationResponse,
  verifyRegistrationResponse,
} from "@simplewebauthn/server";
import { type Clock, SentryError } from "../../core/index.ts";
import type { AccountStore } from "./store.ts";

/** Where the page is: what a passkey is bound to. */
export interface Origin {
  /** Such as `https://sentry.example.org`. */
  origin: string;
  /** Its host without the port. */
  host: string;
}

/** Passkeys (WebAuthn), which stand for both factors: the device, and who unlocks it. */
export interface Passkeys {
  registration(account: { id: string; name: string }, at: Origin, site: string): Promise<Record<string, unknown>>;
  register(account: string, answer: { response: unknown; name: string }, at: Origin): Promise<void>;
  /** For the account named, or for whichever passkey the device offers. `slot`: who asks, for one answer. */
  authentication(slot: string, at: Origin, account: string | null): Promise<Record<string, unknown>>;
  /** The account whose passkey it was. */
  authenticate(slot: string, response: unknown, at: Origin): Promise<string>;
}

const challengeLastsMs = 300_000;
const challengesAtMost = 1_000;

export function createPasskeys({ store, clock }: { store: AccountStore; clock: Clock }): Passkeys {
  const challenges = new Map<string, { challenge: string; untilMs: number }>();
  const keep = (slot: string, challenge: string) => {
    challenges.delete(slot);
    challenges.set(slot, { challenge, untilMs: clock.monotonicMs() + challengeLastsMs });
    if (challenges.size > challengesAtMost) challenges.delete(challenges.keys().next().value!);
  };
  /** Each is good for one answer. */
  const take = (slot: string): string => {
    const kept = challenges.get(slot);
    challenges.delete(slot);
    if (!kept || clock.monotonicMs() > kept.untilMs) throw refused("no passkey was asked for, or too long ago");
    return kept.challenge;
  };

  return {
    async registration(account, { host }, site) {
      const options = await generateRegistrationOptions({
        rpName: site,
        rpID: host,
        userName: account.id,
        userDisplayName: account.name,
        userID: new TextEncoder().encode(account.id),
        attestationType: "none",
        excludeCredentials: store.passkeysOf(account.id).map(({ id }) => ({ id })),
        authenticatorSelection: { residentKey: "preferred", userVerification: "required" },
      });
      keep(`register ${account.id}`, options.challenge);
      return { ...options };
    },
    async register(account, { response, name }, { origin, host }) {
      const expectedChallenge = take(`register ${account}`);
      const found = await orRefused(() =>
        verifyRegistrationResponse({
          // The library judges every field of it.
          response: response as RegistrationResponseJSON,
          expectedChallenge,
          expectedOrigin: origin,
          expectedRPID: host,
          requireUserVerification: true,
        }),
      );
      if (!found.verified) throw refused("the passkey does not verify");
      const { credential } = found.registrationInfo;
      if (store.passkey(credential.id)) throw new SentryError("state-conflict", "this passkey is known already");
      const { id, publicKey, counter, transports = [] } = credential;
      store.addPasskey({ id, account, publicKey, counter, transports, name, madeAtMs: clock.nowMs() });
    },
    async authentication(slot, { host }, account) {
      const known = account === null ? [] : store.passkeysOf(account);
      const options = await generateAuthenticationOptions({
        rpID: host,
        userVerification: "required",
        allowCredentials: known.map(({ id }) => ({ id })),
      });
      keep(`sign-in ${slot}`, options.challenge);
      return { ...options };
    },
    async authenticate(slot, response, { origin, host }) {
      const expectedChallenge = take(`sign-in ${slot}`);
      const answer = response as AuthenticationResponseJSON;
      const passkey = store.passkey(String(answer?.id ?? ""));
      if (!passkey) throw refused("the passkey is not known here");
      const { id, publicKey, counter } = passkey;
      const found = await orRefused(() =>
        verifyAuthenticationResponse({
          response: answer,
          expectedChallenge,
          expectedOrigin: origin,
          expectedRPID: host,
          credential: { id, publicKey, counter },
          requireUserVerification: true,
        }),
      );
      if (!found.verified) throw refused("the passkey does not verify");
      store.countPasskey(id, found.authenticationInfo.newCounter);
      return passkey.account;
    },
  };
}

const refused = (why: string) => new SentryError("not-authenticated", why);

async function orRefused<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch {
    throw refused("the passkey does not verify");
  }
}
