import { z } from "zod";
import {
  type AccountAction,
  type AccountView,
  accountActions,
  accountBody,
  accountChanged,
  accountsQuery,
  accountsResponse,
} from "../../contract/index.ts";
import { isoTime, SentryError } from "../../core/index.ts";
import { type Action, isAdministrator } from "../../site/index.ts";
import { operatorOr, rightsOf } from "../rights.ts";
import { answers, type RouteContext, type Server } from "../server.ts";
import type { Account } from "../sign-in/store.ts";

/** Which right each needs: who makes accounts does not decide over locks, factors and closing them. */
const rightFor: Record<AccountAction, Action> = {
  link: "manage-accounts",
  unlock: "manage-rights",
  "end-sessions": "manage-rights",
  "reset-second-factor": "manage-rights",
  disable: "manage-rights",
  enable: "manage-rights",
};

/** Accounts: who can sign in. What they may then do is said by the site file. */
export function accountRoutes(server: Server, { source, signIn, clock, log }: RouteContext): void {
  const { store, accounts } = signIn;
  const tags = ["accounts"];
  const viewOf = (account: Account): AccountView => {
    const person = accounts.personOf(account);
    const role = accounts.roleOf(account);
    return {
      id: account.id,
      name: person?.name ?? account.name,
      role: role ?? person?.category ?? "none",
      administrator: isAdministrator(role),
      origin: account.origin,
      enabled: account.enabled,
      setUp: account.password !== null || account.origin === "directory",
      factors: signIn.factorsOf(account),
      sessions: store
        .sessionsOf(account.id)
        .map(({ address, madeAtMs, seenAtMs }) => ({ address, since: isoTime(madeAtMs), seen: isoTime(seenAtMs) })),
      locked: signIn.locksOf(account.id).map(({ address, untilMs }) => ({ address, until: isoTime(untilMs) })),
      rights: person ? rightsOf(person, source.site()) : {},
    };
  };
  server.get(
    "/api/v1/accounts",
    {
      schema: {
        summary: "Who can sign in",
        tags,
        querystring: accountsQuery.strict(),
        response: answers(accountsResponse),
      },
    },
    (request) => {
      operatorOr(["manage-accounts", "manage-rights", "read-trail"], request.caller, request.query.by, source.site());
      const known = new Set(store.accounts().map(({ id }) => id));
      const without = [...source.site().people.values()].filter(({ id }) => !known.has(id));
      return {
        accounts: store.accounts().map(viewOf),
        without: without.map(({ id, name, role, category }) => ({ id, name, role: role ?? category })),
      };
    },
  );

  server.post(
    "/api/v1/accounts",
    {
      schema: {
        summary: "Make the account of a person of the site file; answers with its one-time link",
        tags,
        body: accountBody,
        response: answers(accountChanged),
      },
    },
    (request) => {
      const author = operatorOr(["manage-accounts"], request.caller, request.body.by, source.site());
      const person = source.site().people.get(request.body.person);
      if (!person)
        throw new SentryError("not-found", `person: nobody of the site file has the number ${request.body.person}`);
      if (store.account(person.id)) throw new SentryError("state-conflict", `${person.id} has an account`);
      store.addAccount({ id: person.id, name: person.name, role: null, origin: "local", madeAtMs: clock.nowMs() });
      source.note({ do: "account-made", by: author.by, about: person.id, via: author.via });
      log.info("console.account.made", { account: person.id, ...author });
      return { account: viewOf(store.account(person.id)!), link: accounts.newLink(person.id) };
    },
  );

  for (const action of accountActions) {
    server.post(
      `/api/v1/accounts/:id/${action}`,
      {
        schema: {
          summary: summaries[action],
          tags,
          params: z.object({ id: z.string().min(1).max(64) }),
          body: accountsQuery.strict().nullish(),
          response: answers(accountChanged),
        },
      },
      (request) => {
        const { id } = request.params;
        const account = store.account(id);
        const needed: Action =
          // Who makes accounts cannot walk into the two other administrators' by a new link.
          account && isAdministrator(accounts.roleOf(account)) ? "manage-rights" : rightFor[action];
        const author = operatorOr([needed], request.caller, request.body?.by, source.site());
        if (!account) throw new SentryError("not-found", `there is no account ${id}`);
        if (author.by === id) throw new SentryError("not-authorised", "nobody changes an account of their own here");
        const link = apply(action, account);
        source.note({ do: `account-${action}`, by: author.by, about: id, via: author.via });
        log.info("console.account.changed", { do: action, account: id, ...author });
        return { account: viewOf(store.account(id)!), link };
      },
    );
  }

  function apply(action: AccountAction, { id }: Account): string | null {
    switch (action) {
      case "link":
        return accounts.newLink(id);
      case "unlock":
        store.dropFailures(id);
        return null;
      case "end-sessions":
        store.dropSessionsOf(id);
        return null;
      case "reset-second-factor":
        store.setTotp(id, null, 0);
        store.dropPasskeys(id);
        store.dropSessionsOf(id);
        return null;
      case "disable":
        store.change(id, { enabled: false });
        store.dropSessionsOf(id);
        store.dropLinks(id);
        return null;
      case "enable":
        store.change(id, { enabled: true });
        return null;
    }
  }
}

const summaries: Record<AccountAction, string> = {
  link: "A new one-time link, with which the account gets a new password",
  unlock: "Forget failures: the account can be tried again from everywhere",
  "end-sessions": "End all sessions of an account",
  "reset-second-factor": "Forget app and passkeys; a new one is set up at the next sign-in",
  disable: "Close an account and end its sessions",
  enable: "Open a closed account again",
};
