import { timingSafeEqual } from "node:crypto";
import { BlockList, isIPv6 } from "node:net";
import { SentryError } from "../core/index.ts";
import type { Person, Site } from "../site/index.ts";
import type { SignedIn } from "./sign-in/sign-in.ts";
import { tokenHash } from "./token-hash.ts";

/** Who speaks: nobody in particular at this machine, the operator token (which belongs to no person), or a person. */
export type Caller = { kind: "open" } | { kind: "operator" } | { kind: "person"; person: Person; session?: SignedIn };

/** The facts of a request that decide who speaks. */
export interface Approach {
  authorization: string | undefined;
  /** Of the cookie; tokens go before it. */
  session: string | undefined;
  /** Something that the page asks by itself does not keep a session alive. */
  unattended: boolean;
  host: string | undefined;
  remoteAddress: string | undefined;
  /** A proxy has passed it on: its sender is elsewhere, though the connection comes from this machine. */
  forwarded: boolean;
}

export interface Callers {
  /**
   * The holder of the token; without one, `open` where the site file opens reading on loopback.
   * @throws SentryError `not-authenticated`
   */
  identify(approach: Approach): Caller;
}

export function createCallers(options: {
  site: () => Site;
  operatorToken: string;
  /** `tokenHash` of a person's token → staff number. */
  tokens: () => ReadonlyMap<string, string>;
  sessions: (token: string | undefined, use: { active: boolean }) => SignedIn | null;
}): Callers {
  const operator = tokenHash(options.operatorToken);
  return {
    identify(approach) {
      if (approach.authorization === undefined) {
        const session = options.sessions(approach.session, { active: !approach.unattended });
        if (session?.session.stage === "full") return { kind: "person", person: session.person, session };
        const why = whyNotOpen(approach, options.site());
        if (why === null) return { kind: "open" };
        throw new SentryError(
          "not-authenticated",
          `expected a session, or an Authorization header with a Bearer token: ${why}`,
        );
      }
      const given = /^Bearer +([\x21-\x7e]{1,512})$/i.exec(approach.authorization)?.[1];
      if (given === undefined) {
        throw new SentryError("not-authenticated", "expected `Authorization: Bearer <token>`, found another form");
      }
      const hash = tokenHash(given);
      // Every entry is compared, each in constant time, so that the time taken tells nothing about a token.
      let holder: string | null = null;
      for (const [known, person] of options.tokens()) if (same(known, hash)) holder = person;
      if (same(operator, hash)) return { kind: "operator" };
      const person = holder === null ? undefined : options.site().people.get(holder);
      if (person) return { kind: "person", person };
      throw new SentryError("not-authenticated", "the token is not known here");
    },
  };
}

/** Why this request may not read without a token; `null` when it may. */
function whyNotOpen(approach: Approach, site: Site): string | null {
  if (!site.config.console.open_reading) return "console.open_reading is off";
  if (!isLoopback(approach.remoteAddress) || approach.forwarded) return "it comes from another machine";
  // A page of another site whose name was made to resolve to 127.0.0.1 (DNS rebinding) names itself here.
  if (!isLoopbackHost(approach.host)) return "its Host is not a name of this machine's loopback address";
  return null;
}

const loopback = new BlockList();
loopback.addSubnet("127.0.0.0", 8, "ipv4");
loopback.addAddress("::1", "ipv6");

function isLoopback(address: string | undefined): boolean {
  return address !== undefined && loopback.check(address, isIPv6(address) ? "ipv6" : "ipv4");
}

function isLoopbackHost(host: string | undefined): boolean {
  return host !== undefined && /^(localhost|127(\.\d{1,3}){3}|\[::1\])(:\d{1,5})?$/i.test(host);
}

function same(a: string, b: string): boolean {
  return a.length === b.length && timingSafeEqual(Buffer.from(a), Buffer.from(b));
}
