import type { SettingsChange } from "../../../../contract/index.ts";
import { ask } from "../../api.ts";
import { momentOf } from "../../language.ts";
import { useAsked } from "../../parts/asked.ts";
import { Act, Card, Empty, Shown } from "../../parts/pieces.tsx";
import { nameOf } from "../../room-state.ts";
import { may, session } from "../../session.ts";
import { peopleWords } from "../../words/people.ts";
import { rightWords } from "../../words/rights.ts";
import { roleWord } from "../../words/shell.ts";
import { settings } from "./edit.ts";

/** What is changed: rooms by their names, the rest as the site file has it. */
function placeText(path: readonly string[]): string {
  const [section, id, ...keys] = path;
  const labels: Readonly<Record<string, string>> = peopleWords().keys;
  const where =
    section === "rooms" && id !== undefined
      ? nameOf(id)
      : [section, id].flatMap((key) => (key === undefined ? [] : (labels[key] ?? key))).join(" · ");
  return [where, ...keys.map((key) => labels[key] ?? key)].join(" · ");
}

function shown(value: unknown): string {
  const words = peopleWords();
  if (value === null || value === undefined) return words.none;
  if (isStandingRight(value)) {
    const rooms = value.rooms === "all" ? words.allRooms : shown(value.rooms);
    return `${rooms} ${words.hours[value.hours] ?? value.hours}`;
  }
  if (Array.isArray(value)) return value.map(shown).join(", ");
  if (typeof value !== "object") return typeof value === "string" ? nameOf(value) : JSON.stringify(value);
  const labels: Readonly<Record<string, string>> = words.keys;
  return Object.entries(value)
    .map(([key, one]) => `${labels[key] ?? roleWord(key)}: ${shown(one)}`)
    .join("; ");
}

const isStandingRight = (value: unknown): value is { rooms: unknown; hours: string } =>
  typeof value === "object" &&
  value !== null &&
  "rooms" in value &&
  "hours" in value &&
  typeof value.hours === "string";

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
              const decides = may(change.consent);
              return (
                <Card key={change.id}>
                  <p class="soft">{words.asksFor(change.by, momentOf(change.at))}</p>
                  {change.edits.map(({ path, before, value }) => (
                    <p key={path.join()}>
                      <b>{placeText(path)}</b>
                      <br />
                      {words.changes(shown(before), shown(value))}
                    </p>
                  ))}
                  {change.comment !== "" && <q>{change.comment}</q>}
                  {(own || !decides) && (
                    <p class="soft">{words.needs(rightWords()[change.consent] ?? change.consent)}</p>
                  )}
                  <div class="acts">
                    {!own && decides && (
                      <Act kind="main" work={answer(change, "consent")}>
                        {words.consent}
                      </Act>
                    )}
                    {(own || decides || may("configure")) && (
                      <Act kind="danger" work={answer(change, "refuse")}>
                        {own ? words.takeBack : words.refuse}
                      </Act>
                    )}
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
