import type { SettingsChange } from "../../../../contract/index.ts";
import { ask } from "../../api.ts";
import { momentOf } from "../../language.ts";
import { useAsked } from "../../parts/asked.ts";
import { Act, Card, Empty, Shown } from "../../parts/pieces.tsx";
import { may, session } from "../../session.ts";
import { peopleWords } from "../../words/people.ts";
import { settings } from "./edit.ts";

const shown = (value: unknown) =>
  value === null || value === undefined
    ? peopleWords().none
    : typeof value === "string"
      ? value
      : JSON.stringify(value);

/** Changes that another person must consent to. */
export function Waiting() {
  const words = peopleWords();
  const asked = useAsked(settings, []);
  const answer = (change: SettingsChange, how: "consent" | "refuse") => async () => {
    await ask(`/settings/changes/${change.id}/${how}`, { body: {} });
    asked.again();
  };
  return (
    <Shown asked={asked}>
      {({ waiting }) =>
        waiting.length === 0 ? (
          <Empty>{words.nothingWaits}</Empty>
        ) : (
          <div class="columns">
            {waiting.map((change) => {
              const own = change.by === session.value?.account?.id;
              return (
                <Card key={change.id}>
                  <p class="soft">{words.asksFor(change.by, momentOf(change.at))}</p>
                  {change.edits.map(({ path, before, value }) => (
                    <p key={path.join()}>
                      <code>{path.join(".")}</code>
                      <br />
                      {words.was} <code>{shown(before)}</code>, {words.becomes} <code>{shown(value)}</code>
                    </p>
                  ))}
                  {change.comment !== "" && <q>{change.comment}</q>}
                  <div class="acts">
                    {!own && may(change.consent) && (
                      <Act kind="main" work={answer(change, "consent")}>
                        {words.consent}
                      </Act>
                    )}
                    <Act kind="danger" work={answer(change, "refuse")}>
                      {own ? words.takeBack : words.refuse}
                    </Act>
                  </div>
                </Card>
              );
            })}
          </div>
        )
      }
    </Shown>
  );
}
