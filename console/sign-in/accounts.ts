import { type Clock, randomSecret, SentryError } from "../../core/index.ts";
import {
  type AdministratorRole,
  administratorRoles,
  isAdministrator,
  type Person,
  type Role,
  type Site,
} from "../../site/index.ts";
import { tokenHash } from "../token-hash.ts";
import type { Account, AccountStore } from "./store.ts";

/** Accounts of the three administrators that every installation has, beside those of the site file's people. */
const firstAdministrators = {
  "system-administrator": { id: "system-admin", name: "系统管理员 System administrator" },
  "security-administrator": { id: "security-admin", name: "安全管理员 Security administrator" },
  "audit-administrator": { id: "audit-admin", name: "审计管理员 Audit administrator" },
} as const satisfies Record<AdministratorRole, { id: string; name: string }>;

export interface Accounts {
  /** The person an account stands for, with the rights that the site file or the account's role gives. */
  personOf(account: Account): Person | null;
  roleOf(account: Account): Role | undefined;
  /** A one-time link in place of any earlier one: its secret is after the #, which no server and no log ever sees. */
  newLink(account: string): string;
  /** Makes the system administrator's account and its link while nobody has set it up. */
  ensureFirst(): { role: AdministratorRole; link: string } | null;
  /** The two others, once the first is there: each has a link of its own. */
  ensureOthers(): { role: AdministratorRole; link: string }[];
}

export function createAccounts(options: { store: AccountStore; site: () => Site; clock: Clock }): Accounts {
  const { store, site, clock } = options;
  const roleOf = (account: Account) => site().people.get(account.id)?.role ?? account.role ?? undefined;
  const newLink = (account: string) => {
    const token = randomSecret();
    store.setLink(account, tokenHash(token), clock.nowMs() + site().config.console.sign_in.link_valid);
    return `/set-up#${token}`;
  };
  const first = (role: AdministratorRole) => {
    const { id, name } = firstAdministrators[role];
    if (site().people.has(id)) throw new SentryError("config-invalid", `people: ${id} is the name of an administrator`);
    store.addAccount({ id, name, role, origin: "local", madeAtMs: clock.nowMs() });
    return store.account(id)?.password === null ? { role, link: newLink(id) } : null;
  };
  return {
    roleOf,
    newLink,
    personOf(account) {
      const known = site().people.get(account.id);
      if (known) return known;
      if (account.role === null) return null;
      return {
        id: account.id,
        name: account.name,
        category: isAdministrator(account.role) ? "it" : "visitor",
        role: account.role,
        quiet: [],
        leave: [],
        told: { from_priority: "none", rooms: [] },
      } satisfies Person;
    },
    ensureFirst: () => first("system-administrator"),
    ensureOthers: () => administratorRoles.slice(1).flatMap((role) => first(role) ?? []),
  };
}
