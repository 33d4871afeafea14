import { type Clock, SentryError } from "../../core/index.ts";
import type { Origin, Passkeys } from "./passkeys.ts";
import type { Proofs } from "./proofs.ts";
import type { LogIn, SignedIn, Step } from "./sign-in.ts";
import type { Account, AccountStore, Passkey } from "./store.ts";
import { newTotp, totpStep } from "./totp.ts";

/** What a person shows anew before a second factor is changed: a session left open is not enough. */
export type Proof =
  | { kind: "password"; password: string }
  | { kind: "code"; code: string }
  | { kind: "passkey"; slot: string; response: unknown };

export const factorsOf = (store: AccountStore, account: Account): ("totp" | "passkey")[] => [
  ...(account.hasTotp ? (["totp"] as const) : []),
  ...(store.passkeysOf(account.id).length === 0 ? [] : (["passkey"] as const)),
];

export type Factors = ReturnType<typeof createFactors>;

/** The second factors of one's own account: added, replaced, removed. */
export function createFactors(options: {
  store: AccountStore;
  passkeys: Passkeys;
  proofs: Proofs;
  clock: Clock;
  /** What the app shows beside its codes. */
  issuer: () => string;
  /** Whether the account must never be without one. */
  needsOne: (account: Account) => boolean;
  /** The session goes on under another name. */
  grow: (token: string, current: SignedIn, via: LogIn["via"]) => Step;
  /** It alone goes on: all others of the account end. */
  anew: (token: string, current: SignedIn, via: LogIn["via"]) => Step;
}) {
  const { store, passkeys, proofs, clock } = options;

  /** While a factor is set up for the first time, the password has just been given. */
  const requireProof = async ({ session, account }: SignedIn, proof: Proof | null, at: Origin): Promise<void> => {
    if (session.stage !== "full") return;
    // Whom only the directory knows has nothing yet that could be shown here.
    if (proof === null && account.password === null && factorsOf(store, account).length === 0) return;
    if (proof === null) throw new SentryError("not-authenticated", "proof: expected the password, a code or a passkey");
    const given = { field: "proof", from: session.address };
    if (proof.kind === "password") return proofs.password(account, { ...given, password: proof.password });
    if (proof.kind === "code") return proofs.code(account, { ...given, code: proof.code });
    if ((await passkeys.authenticate(proof.slot, proof.response, at)) !== account.id)
      throw new SentryError("not-authenticated", "proof: the passkey is another account's");
  };
  /** Looked at last: another may just have been removed elsewhere. */
  const requireAnother = ({ id }: Account) => {
    const account = store.account(id);
    if (!account || !options.needsOne(account)) return;
    if (store.passkeysOf(id).length + (account.hasTotp ? 1 : 0) < 2)
      throw new SentryError("state-conflict", "the last second factor of this account can be replaced, not removed");
  };

  return {
    of: (account: Account): { password: boolean; app: boolean; passkeys: Passkey[]; needsOne: boolean } => ({
      password: account.password !== null,
      app: account.hasTotp,
      passkeys: store.passkeysOf(account.id),
      needsOne: options.needsOne(account),
    }),
    /** The app is taken once it has shown a code. */
    newApp: (account: Account) => newTotp(account.id, options.issuer()),
    /** In place of the one before, whose codes are right no longer. */
    async takeApp(
      token: string,
      current: SignedIn,
      given: { secret: string; code: string; proof: Proof | null; at: Origin },
    ): Promise<Step> {
      const { account } = current;
      const step = totpStep(given.code, { secret: given.secret, nowMs: clock.nowMs(), lastStep: 0 });
      if (step === null) throw new SentryError("request-invalid", "code: expected the one that the app shows now");
      await requireProof(current, given.proof, given.at);
      const isReplaced = account.hasTotp;
      store.setTotp(account.id, given.secret, step);
      return isReplaced ? options.anew(token, current, "totp") : options.grow(token, current, "totp");
    },
    async removeApp(token: string, current: SignedIn, given: { proof: Proof | null; at: Origin }): Promise<Step> {
      if (!current.account.hasTotp) throw new SentryError("not-found", "no authenticator app is set up");
      await requireProof(current, given.proof, given.at);
      requireAnother(current.account);
      store.setTotp(current.account.id, null, 0);
      return options.anew(token, current, viaOf(given.proof));
    },
    async addPasskey(
      token: string,
      current: SignedIn,
      given: { response: unknown; name: string; proof: Proof | null; at: Origin },
    ): Promise<Step> {
      await requireProof(current, given.proof, given.at);
      await passkeys.register(current.account.id, given, given.at);
      return options.grow(token, current, "passkey");
    },
    async removePasskey(
      token: string,
      current: SignedIn,
      given: { id: string; proof: Proof | null; at: Origin },
    ): Promise<Step> {
      const { account } = current;
      if (!store.passkeysOf(account.id).some(({ id }) => id === given.id))
        throw new SentryError("not-found", "there is no such passkey");
      await requireProof(current, given.proof, given.at);
      requireAnother(account);
      store.dropPasskeys(account.id, given.id);
      return options.anew(token, current, viaOf(given.proof));
    },
  };
}

const viaOf = (proof: Proof | null): LogIn["via"] => (proof?.kind === "code" ? "totp" : (proof?.kind ?? "session"));
