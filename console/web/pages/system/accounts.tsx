import { useState } from "preact/hooks";
import type { AccountView } from "../../../../contract/index.ts";
import { ask } from "../../api.ts";
import { useAsked } from "../../parts/asked.ts";
import { Act, Badge, Card, Dialog, Shown, Table } from "../../parts/pieces.tsx";
import { may } from "../../session.ts";
import { accountWords } from "../../words/accounts.ts";
import { roleWord, whoText } from "../../words/shell.ts";
import { systemWords } from "../../words/system.ts";
import { Manage } from "./account.tsx";

interface Listed {
  accounts: AccountView[];
  without: { id: string; name: string; role: string }[];
}

/** Who can sign in. What they may then do is said by the site file. */
export function Accounts() {
  const words = accountWords();
  const asked = useAsked(() => ask<Listed>("/accounts"), []);
  const [link, setLink] = useState<string | null>(null);
  const [managed, setManaged] = useState<string | null>(null);
  const [said, setSaid] = useState<string | null>(null);
  const took = ({ link: made }: { link: string | null }, text: string | null) => {
    setManaged(null);
    if (made !== null) setLink(new URL(made, location.href).href);
    setSaid(text);
    asked.again();
  };
  return (
    <Shown asked={asked}>
      {({ accounts, without }) => {
        const account = accounts.find(({ id }) => id === managed);
        return (
          <>
            {said !== null && (
              <p class="notice" role="status">
                {said}
              </p>
            )}
            {link !== null && (
              <Dialog title={words.link} onClose={() => setLink(null)}>
                <p class="notice">{words.linkOnce}</p>
                <pre>{link}</pre>
                <button type="button" class="button main" onClick={() => void navigator.clipboard.writeText(link)}>
                  {words.copy}
                </button>
              </Dialog>
            )}
            {account && <Manage account={account} onClose={() => setManaged(null)} onDone={took} />}
            <Card wide>
              <Table
                caption={systemWords().views.accounts}
                rows={accounts}
                keyOf={({ id }) => id}
                columns={[
                  { head: words.account, cell: whoText },
                  { head: words.role, cell: ({ role }) => roleWord(role) },
                  { head: systemWords().state, cell: (one) => <State account={one} /> },
                  {
                    head: words.factors,
                    cell: ({ factors }) => factors.map((one) => words.factorNames[one]).join(", ") || words.noFactor,
                  },
                  { head: words.sessions, cell: ({ sessions }) => sessions.length, number: true },
                  {
                    head: "",
                    cell: ({ id }) => (
                      <button type="button" class="button quiet" onClick={() => setManaged(id)}>
                        {may("manage-accounts") || may("manage-rights") ? words.manage : words.look}
                      </button>
                    ),
                  },
                ]}
              />
            </Card>
            {without.length > 0 && (
              <Card title={words.without} wide>
                <Table
                  caption={words.without}
                  rows={without}
                  keyOf={({ id }) => id}
                  columns={[
                    { head: words.account, cell: whoText },
                    { head: words.role, cell: ({ role }) => roleWord(role) },
                    ...(may("manage-accounts")
                      ? [
                          {
                            head: "",
                            cell: ({ id }: Listed["without"][number]) => (
                              <Act work={async () => took(await ask("/accounts", { body: { person: id } }), null)}>
                                {words.make}
                              </Act>
                            ),
                          },
                        ]
                      : []),
                  ]}
                />
              </Card>
            )}
          </>
        );
      }}
    </Shown>
  );
}

function State({ account: { enabled, setUp, origin, locked } }: { account: AccountView }) {
  const words = accountWords();
  if (!enabled) return <Badge kind="no-data">{words.closed}</Badge>;
  if (locked.length > 0) return <Badge kind="high">{words.locked}</Badge>;
  if (!setUp) return <Badge kind="soon">{words.waits}</Badge>;
  return <Badge kind="ok">{origin === "directory" ? words.directory : words.open}</Badge>;
}
