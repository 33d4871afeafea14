import type { Command } from "commander";
import type { AccountAction, AccountView } from "../../contract/index.ts";
import { type ClientOptions, withClientOptions } from "../client-options.ts";

interface AccountOptions extends ClientOptions {
  by?: string;
}

const actions: readonly [name: string, action: AccountAction, what: string][] = [
  ["link", "link", "a new one-time link, for whoever has lost the password"],
  ["unlock", "unlock", "forget failures: it can be tried again from everywhere"],
  ["end-sessions", "end-sessions", "end all of its sessions"],
  [
    "reset-second-factor",
    "reset-second-factor",
    "forget its app and passkeys; a new one is set up at the next sign-in",
  ],
  ["close", "disable", "nobody signs in with it any more"],
  ["open", "enable", "open a closed one again"],
];

export function registerAccounts(program: Command): void {
  const accounts = program
    .command("accounts")
    .description("who can sign in to the console")
    .addHelpText("after", "\nExample:\n  npx archive-sentry accounts make 10231 --by 10405");

  withAuthor(accounts.command("list").description("accounts, and people without one"))
    .addHelpText("after", "\nExample:\n  npx archive-sentry accounts list --by 10405")
    .action(async (options: AccountOptions) => {
      const { accountsResponse } = await import("../../contract/index.ts");
      const { createClient } = await import("../client.ts");
      const { note, sayJson } = await import("../output.ts");
      const found = await createClient(options).get("/api/v1/accounts", { by: options.by }, accountsResponse);
      if (options.json) return sayJson(found.accounts);
      await sayAccounts(found.accounts);
      for (const { id, name, role } of found.without) note(`${id} ${name} (${role}) has none: accounts make ${id}`);
    });

  withAuthor(
    accounts.command("make").description("make an account for a person of the site file; prints its one-time link"),
  )
    .argument("<person>", "staff number")
    .addHelpText("after", "\nExample:\n  npx archive-sentry accounts make 10231 --by 10405")
    .action((person: string, options: AccountOptions) => change("/api/v1/accounts", { person }, options));

  for (const [name, action, what] of actions) {
    withAuthor(accounts.command(name).description(what))
      .argument("<account>", "staff number, or system-admin, security-admin, audit-admin")
      .addHelpText("after", `\nExample:\n  npx archive-sentry accounts ${name} 10231 --by 10405`)
      .action((account: string, options: AccountOptions) =>
        change(`/api/v1/accounts/${encodeURIComponent(account)}/${action}`, {}, options),
      );
  }
}

function withAuthor(command: Command): Command {
  return withClientOptions(command).option(
    "--by <staff number>",
    "who does it; needed with the operator token, which belongs to no person",
  );
}

async function change(path: string, body: object, options: AccountOptions): Promise<void> {
  const { accountChanged } = await import("../../contract/index.ts");
  const { createClient } = await import("../client.ts");
  const { note, say, sayJson } = await import("../output.ts");
  const { account, link } = await createClient(options).post(path, { ...body, by: options.by }, accountChanged);
  if (options.json) return sayJson([{ account, link }]);
  await sayAccounts([account]);
  if (link !== null) {
    say(new URL(link, options.url).href);
    note("the link works once: hand it to the person and to nobody else");
  }
}

async function sayAccounts(accounts: readonly AccountView[]): Promise<void> {
  const { sayTable, terminalLanguage } = await import("../output.ts");
  const state = ({ enabled, setUp }: AccountView) => (!enabled ? "closed" : setUp ? "open" : "waits");
  sayTable(
    accounts,
    [
      { title: { en: "Account", zh: "账号" }, text: ({ id }) => id },
      { title: { en: "Name", zh: "姓名" }, text: ({ name }) => name },
      { title: { en: "Role", zh: "角色" }, text: ({ role }) => role },
      { title: { en: "State", zh: "状态" }, text: state },
      { title: { en: "Second factor", zh: "第二重验证" }, text: ({ factors }) => factors.join(", ") || "–" },
      { title: { en: "Sessions", zh: "会话" }, text: ({ sessions }) => String(sessions.length) },
    ],
    terminalLanguage(),
  );
}
