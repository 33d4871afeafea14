import * as client from "openid-client";
import { type Clock, randomSecret, SentryError } from "../../core/index.ts";
import type { OpenIdConfig, Role } from "../../site/index.ts";

/** Who the hospital's directory says it is. */
export interface DirectoryPerson {
  id: string;
  name: string;
  groups: string[];
}

/** Signing in through OpenID Connect: authorization code with PKCE, state and nonce. */
export interface Directory {
  /** Where to send the browser; `slot` is what it brings back in a cookie. */
  begin(redirectUri: string): Promise<{ url: string; slot: string }>;
  /** @throws SentryError `not-authenticated`, `url-unreachable` */
  finish(slot: string, callback: URL): Promise<DirectoryPerson>;
}

const attemptLastsMs = 600_000;
const attemptsAtMost = 1_000;

interface Attempt {
  verifier: string;
  state: string;
  nonce: string;
  redirectUri: string;
  untilMs: number;
}

export function createDirectory(options: { config: OpenIdConfig; secret: string; clock: Clock }): Directory {
  const { config, secret, clock } = options;
  const attempts = new Map<string, Attempt>();
  let discovered: client.Configuration | null = null;
  const discover = async () => {
    try {
      // A directory without TLS is for tests and for closed networks that know what they do.
      const insecure = config.issuer.startsWith("http:") ? { execute: [client.allowInsecureRequests] } : {};
      discovered ??= await client.discovery(new URL(config.issuer), config.client_id, secret, undefined, {
        timeout: 10,
        ...insecure,
      });
      return discovered;
    } catch (error) {
      throw new SentryError("url-unreachable", "the directory (console.sign_in.openid.issuer) does not answer", {
        cause: error,
      });
    }
  };
  return {
    async begin(redirectUri) {
      const found = await discover();
      const verifier = client.randomPKCECodeVerifier();
      const attempt: Attempt = {
        verifier,
        state: client.randomState(),
        nonce: client.randomNonce(),
        redirectUri,
        untilMs: clock.monotonicMs() + attemptLastsMs,
      };
      const slot = randomSecret();
      attempts.set(slot, attempt);
      if (attempts.size > attemptsAtMost) attempts.delete(attempts.keys().next().value!);
      const url = client.buildAuthorizationUrl(found, {
        redirect_uri: redirectUri,
        scope: config.scope,
        code_challenge: await client.calculatePKCECodeChallenge(verifier),
        code_challenge_method: "S256",
        state: attempt.state,
        nonce: attempt.nonce,
      });
      return { url: url.href, slot };
    },
    async finish(slot, callback) {
      const attempt = attempts.get(slot);
      attempts.delete(slot);
      if (!attempt || clock.monotonicMs() > attempt.untilMs) {
        throw new SentryError("not-authenticated", "no sign-in through the directory was begun here, or too long ago");
      }
      const address = new URL(attempt.redirectUri);
      address.search = callback.search;
      try {
        const tokens = await client.authorizationCodeGrant(await discover(), address, {
          pkceCodeVerifier: attempt.verifier,
          expectedState: attempt.state,
          expectedNonce: attempt.nonce,
          idTokenExpected: true,
        });
        return personOf(tokens.claims() ?? {}, config);
      } catch (error) {
        if (error instanceof SentryError) throw error;
        throw new SentryError("not-authenticated", "the directory did not confirm who it is", { cause: error });
      }
    },
  };
}

function personOf(claims: Readonly<Record<string, unknown>>, config: OpenIdConfig): DirectoryPerson {
  const id = claims[config.person_claim];
  if (typeof id !== "string" || id === "" || id.length > 64) {
    throw new SentryError("not-authenticated", `the directory gives no usable ${config.person_claim}`);
  }
  const given = claims[config.name_claim];
  // Marks that turn the direction of text, and control characters, are of no name: they make it look like another.
  const name = typeof given === "string" ? given.replace(/[\p{Cc}\u202a-\u202e\u2066-\u2069]/gu, "").trim() : "";
  const groups = claims[config.group_claim];
  return {
    id,
    name: name !== "" ? name.slice(0, 100) : id,
    groups: Array.isArray(groups) ? groups.filter((group) => typeof group === "string") : [],
  };
}

/** The role of the first group in the site file's table that the person belongs to. */
export function roleOfGroups(groups: readonly string[], config: OpenIdConfig): Role | null {
  return Object.entries(config.roles).find(([group]) => groups.includes(group))?.[1] ?? null;
}
