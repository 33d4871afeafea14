import { useState } from "preact/hooks";
import type { FactorsView } from "../../../../contract/index.ts";
import { ask } from "../../api.ts";
import { dayOf } from "../../language.ts";
import { useAsked } from "../../parts/asked.ts";
import { Card, Shown } from "../../parts/pieces.tsx";
import { hasPasskeys } from "../../passkeys.ts";
import { factorWords } from "../../words/factors.ts";
import { FactorChange } from "./factor-change.tsx";

export type Change =
  | { kind: "add-app" | "replace-app" | "remove-app" | "add-passkey" }
  | { kind: "remove-passkey"; id: string; name: string };

/** One's own second factors: what there is, and a way to change each. */
export function Factors({ onSaid }: { onSaid: (text: string) => void }) {
  const words = factorWords();
  const asked = useAsked(() => ask<FactorsView>("/session/factors"), []);
  const [change, setChange] = useState<Change | null>(null);
  const act = (next: Change, word: string) => (
    <button type="button" class="button quiet" onClick={() => setChange(next)}>
      {word}
    </button>
  );
  return (
    <Card title={words.title}>
      <Shown asked={asked}>
        {(factors) => {
          const { app, passkeys, needsOne } = factors;
          const isLast = needsOne && passkeys.length + (app ? 1 : 0) === 1;
          return (
            <>
              {!app && passkeys.length === 0 && <p class="soft">{words.none}</p>}
              <ul class="rows">
                {app && (
                  <li>
                    <span>{words.app}</span>
                    <span class="acts">
                      {act({ kind: "replace-app" }, words.short["replace-app"])}
                      {!isLast && act({ kind: "remove-app" }, words.short["remove-app"])}
                    </span>
                  </li>
                )}
                {passkeys.map(({ id, name, since }) => (
                  <li key={id}>
                    <span>
                      {words.passkey}: {name || words.unnamed} <small class="soft">{words.since(dayOf(since))}</small>
                    </span>
                    <span class="acts">
                      {!isLast && act({ kind: "remove-passkey", id, name }, words.short["remove-passkey"])}
                    </span>
                  </li>
                ))}
              </ul>
              {isLast && <p class="soft">{words.lastStays}</p>}
              <div class="acts">
                {!app && act({ kind: "add-app" }, words.titles["add-app"])}
                {hasPasskeys() && act({ kind: "add-passkey" }, words.titles["add-passkey"])}
              </div>
              {change !== null && (
                <FactorChange
                  change={change}
                  factors={factors}
                  onClose={() => setChange(null)}
                  onDone={() => {
                    setChange(null);
                    onSaid(words.done[change.kind]);
                    asked.again();
                  }}
                />
              )}
            </>
          );
        }}
      </Shown>
    </Card>
  );
}
