import type { Clock, SentryError } from "../../core/index.ts";
import { verifyPassword } from "./passwords.ts";
import type { LogIn } from "./sign-in.ts";
import type { Account, AccountStore } from "./store.ts";
import { totpStep } from "./totp.ts";

/**
 * Shows that it is the person, by a password or a code: failures count and lock as they do at the door.
 * `field`: of the request, which a refusal names.
 */
export interface Proofs {
  /** @throws SentryError `not-authenticated` */
  password(account: Account, given: { password: string; field: string; from: string }): Promise<void>;
  /** Each code is taken once. @throws SentryError `not-authenticated` */
  code(account: Account, given: { code: string; field: string; from: string }): void;
}

export function createProofs(options: {
  store: AccountStore;
  clock: Clock;
  isLocked: (account: string, address: string) => boolean;
  fail: (account: string, address: string) => void;
  /** Puts the refusal on record. */
  refuse: (logIn: Omit<LogIn, "result">, message?: string) => SentryError;
}): Proofs {
  const { store, clock, isLocked, fail, refuse } = options;
  return {
    async password({ id, password: stored }, { password, field, from }) {
      const attempt = { account: id, known: true, via: "password" as const, from };
      const message = `${field}: the password is wrong, or locked from here`;
      if (isLocked(id, from)) throw refuse({ ...attempt, reason: "locked" }, message);
      // Counted before the slow part, so that guesses at the same time count too.
      fail(id, from);
      if (!(await verifyPassword(password, stored))) throw refuse({ ...attempt, reason: "wrong" }, message);
      store.dropFailures(id, from);
    },
    code({ id, totpStep: lastStep, hasTotp }, { code, field, from }) {
      const attempt = { account: id, known: true, via: "totp" as const, from };
      const message = `${field}: the code is wrong, used before, or locked from here`;
      if (isLocked(id, from)) throw refuse({ ...attempt, reason: "locked" }, message);
      const secret = store.totpSecret(id);
      const step = secret === null ? null : totpStep(code, { secret, nowMs: clock.nowMs(), lastStep });
      if (step === null) {
        fail(id, from);
        // A data folder was put back without its key file: said on record, not to whoever stands at the door.
        const reason = hasTotp && secret === null ? "unreadable" : "wrong";
        throw refuse({ ...attempt, reason }, message);
      }
      store.change(id, { totpStep: step });
    },
  };
}
