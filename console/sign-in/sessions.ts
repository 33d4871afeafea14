import { type Clock, randomSecret } from "../../core/index.ts";
import type { SignInConfig } from "../../site/index.ts";
import { tokenHash } from "../token-hash.ts";
import type { AccountStore, SessionRow, Stage } from "./store.ts";

/** Sessions on disk, known there by the hash of what the browser holds: a copy of the file opens none. */
export interface Sessions {
  /** The text of the cookie. */
  open(session: { account: string; stage: Stage; address: string }): string;
  /** The live session of that cookie; `active`: a person did something, which puts off its end. */
  find(token: string, use: { active: boolean }): SessionRow | null;
  expiresAtMs(session: SessionRow): number;
  end(token: string): void;
}

/** A session is not written at every request. */
const seenEveryMs = 20_000;

export function createSessions(options: { store: AccountStore; policy: () => SignInConfig; clock: Clock }): Sessions {
  const { store, policy, clock } = options;
  const endsMs = ({ madeAtMs, seenAtMs }: SessionRow) =>
    Math.min(seenAtMs + policy().idle, madeAtMs + policy().absolute);
  return {
    open({ account, stage, address }) {
      const nowMs = clock.nowMs();
      store.dropSessionsBefore(nowMs - policy().idle, nowMs - policy().absolute);
      const token = randomSecret();
      store.addSession({ hash: tokenHash(token), account, stage, madeAtMs: nowMs, seenAtMs: nowMs, address });
      return token;
    },
    find(token, { active }) {
      const session = store.session(tokenHash(token));
      if (!session) return null;
      const nowMs = clock.nowMs();
      if (nowMs >= endsMs(session)) {
        store.dropSession(session.hash);
        return null;
      }
      if (active && Math.abs(nowMs - session.seenAtMs) >= seenEveryMs) {
        store.seen(session.hash, nowMs);
        return { ...session, seenAtMs: nowMs };
      }
      return session;
    },
    expiresAtMs: endsMs,
    end: (token) => store.dropSession(tokenHash(token)),
  };
}
