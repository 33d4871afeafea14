import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import type { Ledger, NewEntry } from "../../access/index.ts";
import type { ConsoleOptions, Deed, LogIn } from "../../console/index.ts";
import { type Clock, type Logger, messageOf } from "../../core/index.ts";
import { type AdministratorRole, readSecret, type Site } from "../../site/index.ts";
import { type DataFolder, derivedKey } from "../data-folder.ts";
import type { LoggedEvent } from "../engine/log-events.ts";

/** A one-time link with which an administrator's account is set up. */
export interface SetUpLink {
  role: AdministratorRole;
  url: string;
  /** Holds the same, for whoever does not see the terminal. */
  file: string;
}

/** Where accounts are kept, and where log-ins, their refusals and what administrators do are put on record. */
export function createSigningIn(options: {
  data: DataFolder;
  site: () => Site;
  ledger: Ledger | null;
  raise: (event: LoggedEvent) => void;
  /** The console's own address, where the site file names no public one. */
  address: () => string;
  tell: (link: SetUpLink) => void;
  clock: Clock;
  log: Logger;
}): { signIn: ConsoleOptions["signIn"]; note: (deed: Deed) => void } {
  const { data, site, ledger, clock, log } = options;
  const enter = (entry: NewEntry) => {
    try {
      ledger?.append([entry]);
    } catch (error) {
      // The ledger's own alarm says it; nobody is kept from their work by it.
      log.error("access.log-in.unrecorded", { error: messageOf(error) });
    }
  };
  const personal = (person: string) => ({ person, value: person });
  const linkFile = (role: AdministratorRole) => data.file(`set-up/${role}.link`);

  return {
    signIn: {
      path: data.file("accounts.db"),
      secretsKey: derivedKey(data.secret("personal.key"), "second factors"),
      record({ result, account, known, via, from, reason }: LogIn) {
        enter({
          kind: "log-in",
          atMs: clock.nowMs(),
          body: { result, via, from, ...(reason === undefined ? {} : { reason }) },
          // What is typed as a name may be anything, a password too: a stranger's is not kept.
          ...(known ? { personal: { person: personal(account) } } : {}),
        });
        if (result === "refused") {
          const detail = `console: ${via}${reason === undefined ? "" : `, ${reason}`}`;
          options.raise({ event: "security", what: "login-failed", subject: "console", from, detail });
        }
      },
      deliverLink(role, path) {
        const url = `${(site().config.console.public_url ?? options.address()).replace(/\/$/, "")}${path}`;
        mkdirSync(data.file("set-up"), { recursive: true, mode: 0o700 });
        writeFileSync(linkFile(role), `${url}\n`, { mode: 0o600 });
        options.tell({ role, url, file: linkFile(role) });
      },
      forgetLink: (role) => rmSync(linkFile(role), { force: true }),
      openIdSecret() {
        const { openid } = site().config.console.sign_in;
        return openid ? readSecret(site(), openid.client_secret_file) : null;
      },
    },
    note({ do: what, by, about, details, via }) {
      enter({
        kind: "operator-command",
        atMs: clock.nowMs(),
        body: { do: what, via, ...(details === undefined ? {} : { about: details }) },
        personal: {
          ...(by === null ? {} : { by: personal(by) }),
          ...(about === undefined ? {} : { about: personal(about) }),
        },
      });
    },
  };
}
