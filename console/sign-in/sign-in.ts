import { type Clock, type Logger, SentryError } from "../../core/index.ts";
import { type AdministratorRole, isAdministrator, type Person, type Role, type Site } from "../../site/index.ts";
import { tokenHash } from "../token-hash.ts";
import { type Accounts, createAccounts } from "./accounts.ts";
import { createDirectory, type Directory, roleOfGroups } from "./directory.ts";
import { createFactors, factorsOf } from "./factors.ts";
import { within } from "./networks.ts";
import { createPasskeys, type Origin, type Passkeys } from "./passkeys.ts";
import { hashPassword, passwordFault, verifyPassword } from "./passwords.ts";
import { createProofs, type Proofs } from "./proofs.ts";
import { createSessions, type Sessions } from "./sessions.ts";
import { type Account, openAccountStore, type SessionRow, type Stage } from "./store.ts";

/** A log-in, its refusal or its end, for the ledger; a refusal also for whoever watches over the system. */
export interface LogIn {
  result: "accepted" | "refused" | "ended";
  account: string;
  /** False where nobody of that name is known: what was typed may be anything, even a password. */
  known: boolean;
  via: "password" | "totp" | "passkey" | "openid" | "link" | "session";
  from: string;
  reason?: string;
}

export interface SignInOptions {
  /** Of the file with accounts and sessions. */
  path: string;
  /** With which secrets of second factors are sealed in it. */
  secretsKey: Buffer;
  site: () => Site;
  clock: Clock;
  log: Logger;
  record: (logIn: LogIn) => void;
  /** Hands a one-time link to whoever sits at the machine; never to a log. */
  deliverLink: (role: AdministratorRole, path: string) => void;
  /** It has been used. */
  forgetLink: (role: AdministratorRole) => void;
  /** Of `console.sign_in.openid`; null where there is none. */
  openIdSecret: () => string | null;
}

/** A cookie for the browser and how far it got. */
export interface Step {
  token: string;
  stage: Stage;
  account: Account;
}

export interface SignedIn {
  session: SessionRow;
  account: Account;
  person: Person;
}

export type SignIn = ReturnType<typeof createSignIn>;

const isAdministratorRole = (role: Role | null): role is AdministratorRole => isAdministrator(role ?? undefined);

export function createSignIn(options: SignInOptions) {
  const { site, clock, log, record } = options;
  const store = openAccountStore(options.path, options.secretsKey);
  const policy = () => site().config.console.sign_in;
  const sessions: Sessions = createSessions({ store, policy, clock });
  const accounts: Accounts = createAccounts({ store, site, clock });
  const passkeys: Passkeys = createPasskeys({ store, clock });
  let directory: Directory | null = null;

  const needsSecond = (account: Account, address: string) =>
    policy().second_factor === "everybody" ||
    isAdministrator(accounts.roleOf(account)) ||
    !within(address, policy().inside_networks);
  const refuse = (logIn: Omit<LogIn, "result">, message = "the account or password is wrong, or locked from here") => {
    record({ result: "refused", ...logIn });
    return new SentryError("not-authenticated", message);
  };
  const lockedUntilMs = ({ count, lastAtMs }: { count: number; lastAtMs: number }): number | null => {
    const untilMs = lastAtMs + policy().lock_for;
    return count >= policy().failures && clock.nowMs() < untilMs ? untilMs : null;
  };
  const isLocked = (account: string, address: string) => lockedUntilMs(store.failures(account, address)) !== null;
  const fail = (account: string, address: string) => {
    const { count, lastAtMs } = store.failures(account, address);
    const fresh = clock.nowMs() >= lastAtMs + policy().lock_for;
    store.dropFailuresBefore(clock.nowMs() - policy().lock_for);
    store.setFailures(account, address, fresh ? 1 : count + 1, clock.nowMs());
  };
  const open = (account: Account, stage: Stage, address: string, via: LogIn["via"]): Step => {
    if (stage === "full") {
      store.dropFailures(account.id, address);
      record({ result: "accepted", account: account.id, known: true, via, from: address });
    }
    return { token: sessions.open({ account: account.id, stage, address }), stage, account };
  };
  /** What a password, or a directory, alone opens. */
  const afterFirst = (account: Account, address: string, via: LogIn["via"]): Step => {
    if (factorsOf(store, account).length > 0) return open(account, "password", address, via);
    return open(account, needsSecond(account, address) ? "enrol" : "full", address, via);
  };
  const usable = (account: Account | null): account is Account =>
    account?.enabled === true && accounts.personOf(account) !== null;
  const replace = (token: string, step: () => Step): Step => {
    // A session gets a new name whenever it may do more: what was known of the old one opens nothing.
    const next = step();
    sessions.end(token);
    return next;
  };
  /** Whatever else was signed in to the account is over. */
  const anew = (token: string, account: Account, address: string, via: LogIn["via"]): Step => {
    store.dropSessionsOf(account.id);
    return replace(token, () => open(account, "full", address, via));
  };
  const proofs: Proofs = createProofs({ store, clock, isLocked, fail, refuse });
  const requireFault = (account: string, password: string) => {
    const fault = passwordFault(password, { account, policy: policy() });
    if (fault)
      throw new SentryError("request-invalid", `password: ${passwordSentences[fault](policy().password_length)}`);
  };
  const deliver = (made: { role: AdministratorRole; link: string } | null) => {
    if (made) options.deliverLink(made.role, made.link);
  };

  return {
    accounts,
    store,
    factorsOf: (account: Account) => factorsOf(store, account),
    /** The addresses from which an account is locked just now. */
    locksOf: (account: string) =>
      store.failuresOf(account).flatMap(({ address, ...failures }) => {
        const untilMs = lockedUntilMs(failures);
        return untilMs === null ? [] : [{ address, untilMs }];
      }),
    passkeys,
    expiresAtMs: sessions.expiresAtMs,
    start: () => deliver(accounts.ensureFirst()),
    stop: () => store.close(),
    invite(id: string): string | null {
      const person = site().people.get(id);
      if (!person) return null;
      store.addAccount({ id, name: person.name, role: null, origin: "local", madeAtMs: clock.nowMs() });
      return store.account(id)?.password === null ? accounts.newLink(id) : null;
    },
    end(token: string, current: SignedIn | null) {
      sessions.end(token);
      if (!current) return;
      const { account, session } = current;
      record({ result: "ended", account: account.id, known: true, via: "session", from: session.address });
    },
    /** Whose session that is; null when it is none, or its account has been closed since. */
    current(token: string | undefined, use: { active: boolean }): SignedIn | null {
      if (token === undefined) return null;
      const session = sessions.find(token, use);
      const account = session && store.account(session.account);
      const person = account && accounts.personOf(account);
      return session && account?.enabled && person ? { session, account, person } : null;
    },
    async password(given: { account: string; password: string; address: string }): Promise<Step> {
      const { address } = given;
      const account = store.account(given.account);
      const attempt = { account: given.account, known: account !== null, via: "password" as const, from: address };
      if (isLocked(given.account, address)) throw refuse({ ...attempt, reason: "locked" });
      // Counted before the slow part, so that guesses at the same time count too.
      fail(given.account, address);
      const isRight = await verifyPassword(given.password, account?.password ?? null);
      if (!isRight || !usable(account)) {
        if (isLocked(given.account, address)) log.warn("console.account.locked", { known: account !== null });
        throw refuse({ ...attempt, reason: isRight ? "closed" : "wrong" });
      }
      const step = afterFirst(account, address, "password");
      // With a second factor to come, its failures go on being counted where these ended.
      if (step.stage === "enrol") store.dropFailures(account.id, address);
      return step;
    },
    totp(token: string, { session, account }: SignedIn, code: string): Step {
      proofs.code(account, { code, field: "code", from: session.address });
      return replace(token, () => open(account, "full", session.address, "totp"));
    },
    async passkey(slot: string, response: unknown, at: Origin & { address: string }): Promise<Step> {
      const id = await passkeys.authenticate(slot, response, at);
      const account = store.account(id);
      const attempt = { account: id, known: true, via: "passkey" as const, from: at.address };
      if (!usable(account)) throw refuse({ ...attempt, reason: "closed" });
      return open(account, "full", at.address, "passkey");
    },
    async setUp(given: { token: string; password: string; address: string; others: string[] }): Promise<Step> {
      const link = store.link(tokenHash(given.token));
      const account = link && store.account(link.account);
      if (!link || !account || clock.nowMs() >= link.expiresAtMs) {
        throw new SentryError("not-found", "the link is used, replaced or too old: ask for a new one");
      }
      if (isAdministrator(accounts.roleOf(account)) && given.others.some((other) => other !== account.id)) {
        throw new SentryError(
          "not-authorised",
          "this link is for another person: no one holds two administrators' accounts",
        );
      }
      requireFault(account.id, given.password);
      const password = await hashPassword(given.password);
      store.dropLinks(account.id);
      store.dropSessionsOf(account.id);
      store.dropFailures(account.id);
      store.change(account.id, { password, setUpAtMs: account.setUpAtMs ?? clock.nowMs() });
      if (isAdministratorRole(account.role)) options.forgetLink(account.role);
      if (accounts.roleOf(account) === "system-administrator") accounts.ensureOthers().forEach(deliver);
      return afterFirst({ ...account, password }, given.address, "link");
    },
    async changePassword(token: string, { session, account }: SignedIn, given: { current: string; password: string }) {
      await proofs.password(account, { password: given.current, field: "current", from: session.address });
      requireFault(account.id, given.password);
      store.change(account.id, { password: await hashPassword(given.password) });
      return anew(token, account, session.address, "password");
    },
    factors: createFactors({
      store,
      passkeys,
      proofs,
      clock,
      issuer: () => `archive-sentry ${site().id}`,
      needsOne: (account) => policy().second_factor === "everybody" || isAdministrator(accounts.roleOf(account)),
      grow: (token, { account, session }, via) => replace(token, () => open(account, "full", session.address, via)),
      anew: (token, { account, session }, via) => anew(token, account, session.address, via),
    }),
    beginOpenId: (redirectUri: string) => directoryNow().begin(redirectUri),
    async finishOpenId(slot: string, callback: URL, address: string): Promise<Step> {
      const found = await directoryNow().finish(slot, callback);
      const config = policy().openid!;
      const inFile = site().people.get(found.id);
      const role = inFile ? null : roleOfGroups(found.groups, config);
      const attempt = { account: found.id, known: true, via: "openid" as const, from: address };
      if (!inFile && role === null) {
        throw refuse({ ...attempt, reason: "no role" }, "the directory knows you; nobody here has given you a role");
      }
      store.addAccount({ id: found.id, name: found.name, role, origin: "directory", madeAtMs: clock.nowMs() });
      const account = store.account(found.id);
      // A local account is not taken over by whoever has its name elsewhere, unless the site file names that person.
      if (account?.origin === "local" && !inFile) throw refuse({ ...attempt, reason: "name taken" });
      if (account?.origin === "directory") store.change(found.id, { name: found.name, role });
      const current = store.account(found.id);
      if (!usable(current)) throw refuse({ ...attempt, reason: "closed" });
      return afterFirst(current, address, "openid");
    },
  };

  function directoryNow(): Directory {
    const config = policy().openid;
    const secret = options.openIdSecret();
    if (!config || secret === null) throw new SentryError("not-found", "no directory is set up here");
    directory ??= createDirectory({ config, secret, clock });
    return directory;
  }
}

const passwordSentences = {
  "too-short": (length: number) => `expected at least ${length} characters`,
  "too-plain": () => "expected a mix of lower case, upper case, digits or other characters",
  "contains-account": () => "expected one that does not contain the account's name",
} as const;
