import type { AccountAction, AccountView } from "../../../../contract/index.ts";
import { ask } from "../../api.ts";
import { momentOf } from "../../language.ts";
import { Act, Dialog } from "../../parts/pieces.tsx";
import { nameOf } from "../../room-state.ts";
import { may, session } from "../../session.ts";
import { accountWords } from "../../words/accounts.ts";
import { rightWords } from "../../words/rights.ts";
import { roleWord, whoText } from "../../words/shell.ts";

/** One account: what it may do, from where it is used or locked, and what can be done about it. */
export function Manage({
  account,
  onClose,
  onDone,
}: {
  account: AccountView;
  onClose: () => void;
  onDone: (changed: { link: string | null }, said: string) => void;
}) {
  const words = accountWords();
  const isOwn = account.id === session.value?.account?.id;
  const acts = isOwn ? [] : actsOn(account);
  return (
    <Dialog title={whoText(account)} onClose={onClose}>
      <p>{roleWord(account.role)}</p>
      <h3>{words.rights}</h3>
      <Rights of={account.rights} />
      <p class="soft">{words.rightsHint}</p>
      <h3>{words.sessions}</h3>
      {account.sessions.length === 0 && <p class="soft">{words.noSession}</p>}
      <ul class="plain-list">
        {account.sessions.map(({ address, seen, since }) => (
          <li key={`${address} ${since}`}>{words.lastSeen(address, momentOf(seen))}</li>
        ))}
      </ul>
      {account.locked.map(({ address, until }) => (
        <p key={address} class="notice">
          {words.lockedFrom(address, momentOf(until))}
        </p>
      ))}
      {isOwn && <p class="soft">{words.ownAccount}</p>}
      {acts.map((act) => (
        <div key={act} class="deed">
          <p class="soft">{words.means[act]}</p>
          <Act
            kind={dangerous.includes(act) ? "danger" : "quiet"}
            work={async () => {
              const path = `/accounts/${encodeURIComponent(account.id)}/${act}`;
              onDone(await ask<{ link: string | null }>(path, { body: {} }), `${whoText(account)}: ${words.done[act]}`);
            }}
          >
            {words.acts[act]}
          </Act>
        </div>
      ))}
    </Dialog>
  );
}

const dangerous: readonly AccountAction[] = ["reset-second-factor", "disable"];

/** What has an effect on this account, and what whoever looks may do. */
function actsOn({ administrator, locked, sessions, factors, enabled }: AccountView): AccountAction[] {
  const all: readonly (readonly [AccountAction, boolean])[] = [
    ["link", enabled && may(administrator ? "manage-rights" : "manage-accounts")],
    ["unlock", locked.length > 0 && may("manage-rights")],
    ["end-sessions", sessions.length > 0 && may("manage-rights")],
    ["reset-second-factor", factors.length > 0 && may("manage-rights")],
    ["disable", enabled && may("manage-rights")],
    ["enable", !enabled && may("manage-rights")],
  ];
  return all.flatMap(([act, can]) => (can ? [act] : []));
}

export function Rights({ of }: { of: AccountView["rights"] }) {
  const words = accountWords();
  const rights = Object.entries(of);
  if (rights.length === 0) return <p class="soft">{words.noRights}</p>;
  return (
    <dl>
      {rights.map(([right, where]) => (
        <div key={right}>
          <dt>{rightWords()[right] ?? right}</dt>
          <dd>{where === "all" ? words.everywhere : where.map(nameOf).join(", ")}</dd>
        </div>
      ))}
    </dl>
  );
}
