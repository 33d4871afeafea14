import { useState } from "preact/hooks";
import type { AccountAction, AccountView } from "../../../../contract/index.ts";
import { ask } from "../../api.ts";
import { momentOf } from "../../language.ts";
import { useAsked } from "../../parts/asked.ts";
import { Act, Badge, Card, Dialog, Shown, Table } from "../../parts/pieces.tsx";
import { may, session } from "../../session.ts";
import { shellWords } from "../../words/shell.ts";
import { systemWords } from "../../words/system.ts";

interface Listed {
  accounts: AccountView[];
  without: { id: string; name: string; role: string }[];
}
interface Changed {
  link: string | null;
}

/** Who can sign in. What they may then do is said by the site file. */
export function Accounts() {
  const words = systemWords();
  const roles = shellWords().roles;
  const asked = useAsked(() => ask<Listed>("/accounts"), []);
  const [link, setLink] = useState<string | null>(null);
  const took = ({ link: made }: Changed) => {
    if (made !== null) setLink(new URL(made, location.href).href);
    asked.again();
  };
  return (
    <Shown asked={asked}>
      {({ accounts, without }) => (
        <>
          {link !== null && (
            <Dialog title={words.link} onClose={() => setLink(null)}>
              <p class="notice">{words.linkOnce}</p>
              <pre>{link}</pre>
              <button type="button" class="button main" onClick={() => void navigator.clipboard.writeText(link)}>
                {words.copy}
              </button>
            </Dialog>
          )}
          <Card wide>
            <Table
              caption={words.views.accounts}
              rows={accounts}
              keyOf={({ id }) => id}
              columns={[
                { head: words.account, cell: ({ id, name }) => `${name} ${id}` },
                { head: words.role, cell: ({ role }) => roles[role] ?? role },
                {
                  head: words.state,
                  cell: ({ enabled, setUp, origin }) => (
                    <Badge kind={!enabled ? "no-data" : setUp ? "ok" : "soon"}>
                      {!enabled
                        ? words.closed
                        : !setUp
                          ? words.waits
                          : origin === "directory"
                            ? words.directory
                            : words.open}
                    </Badge>
                  ),
                },
                { head: words.factors, cell: ({ factors }) => factors.join(", ") || words.noFactor },
                {
                  head: words.sessions,
                  cell: ({ sessions }) => (
                    <>
                      {sessions.map(({ address, seen }) => (
                        <div key={`${address} ${seen}`} class="small">
                          {address} · {momentOf(seen)}
                        </div>
                      ))}
                    </>
                  ),
                },
                { head: "", cell: (account) => <Acts account={account} onDone={took} /> },
              ]}
            />
          </Card>
          {without.length > 0 && may("manage-accounts") && (
            <Card title={words.without} wide>
              <Table
                caption={words.without}
                rows={without}
                keyOf={({ id }) => id}
                columns={[
                  { head: words.account, cell: ({ id, name }) => `${name} ${id}` },
                  { head: words.role, cell: ({ role }) => roles[role] ?? role },
                  {
                    head: "",
                    cell: ({ id }) => (
                      <Act work={async () => took(await ask<Changed>("/accounts", { body: { person: id } }))}>
                        {words.make}
                      </Act>
                    ),
                  },
                ]}
              />
            </Card>
          )}
        </>
      )}
    </Shown>
  );
}

function Acts({ account, onDone }: { account: AccountView; onDone: (changed: Changed) => void }) {
  const words = systemWords();
  if (account.id === session.value?.account?.id) return null;
  const act = (action: AccountAction, word: string) => (
    <Act
      work={async () =>
        onDone(await ask<Changed>(`/accounts/${encodeURIComponent(account.id)}/${action}`, { body: {} }))
      }
    >
      {word}
    </Act>
  );
  return (
    <div class="acts">
      {may(account.administrator ? "manage-rights" : "manage-accounts") && act("link", words.link)}
      {may("manage-rights") && (
        <>
          {act("unlock", words.unlock)}
          {account.sessions.length > 0 && act("end-sessions", words.endSessions)}
          {account.factors.length > 0 && act("reset-second-factor", words.resetFactor)}
          {account.enabled ? act("disable", words.disable) : act("enable", words.enable)}
        </>
      )}
    </div>
  );
}
