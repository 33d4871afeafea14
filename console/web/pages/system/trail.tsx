import { useState } from "preact/hooks";
import type { TrailEntry, TrailKind, TrailResponse } from "../../../../contract/index.ts";
import { csvText } from "../../../../core/csv.ts";
import { ask } from "../../api.ts";
import { exactOf } from "../../language.ts";
import { useAsked } from "../../parts/asked.ts";
import { Choice } from "../../parts/choice.tsx";
import { TextField } from "../../parts/form.tsx";
import { Empty, Shown, Table } from "../../parts/pieces.tsx";
import { save } from "../../save.ts";
import { accessWords } from "../../words/access.ts";
import { systemWords } from "../../words/system.ts";
import { trailSentence, trailWords } from "../../words/trail.ts";

const refusals = "refusals";

/** What was done with this program, newest first; whoever reads it is in it too. */
export function Trail() {
  const words = trailWords();
  const { all, kind: kindWord, people, when, earlier } = systemWords();
  const { staffNumber, search, readIsKept, export: exportWord } = accessWords();
  const [kind, setKind] = useState("");
  const [typed, setTyped] = useState("");
  const [person, setPerson] = useState("");
  const [cursor, setCursor] = useState<number | undefined>(undefined);
  const asked = useAsked(() => {
    const only = kind === refusals ? { refused: "true" } : { kind: kind || undefined };
    return ask<TrailResponse>("/trail", { query: { ...only, person: person || undefined, cursor, limit: 100 } });
  }, [kind, person, cursor]);
  const kinds = Object.entries(words.kinds) as [TrailKind, string][];
  return (
    <>
      <p class="soft">{readIsKept}</p>
      <form
        class="filters"
        onSubmit={(event) => {
          event.preventDefault();
          setPerson(typed.trim());
          setCursor(undefined);
        }}
      >
        <Choice
          label={kindWord}
          value={kind}
          onPick={(picked) => {
            setKind(picked);
            setCursor(undefined);
          }}
          options={[["", all], [refusals, words.refusals], ...kinds]}
        />
        <TextField label={staffNumber} type="search" name="person" value={typed} onType={setTyped} />
        <button type="submit" class="button main">
          {search}
        </button>
        <button
          type="button"
          class="button quiet"
          onClick={() => asked.value && save("trail.csv", csvOf(asked.value.entries))}
        >
          {exportWord}
        </button>
      </form>
      <Shown asked={asked}>
        {({ entries, next }) => (
          <>
            {entries.length === 0 ? (
              <Empty>{words.nothing}</Empty>
            ) : (
              <Table
                caption={words.title}
                rows={entries}
                keyOf={({ index }) => index}
                columns={[
                  { head: when, cell: ({ at }) => <span class="short">{exactOf(at)}</span> },
                  { head: people, cell: (entry) => <span class="short">{doerOf(entry)}</span> },
                  { head: kindWord, cell: (entry) => words.kinds[entry.kind] },
                  { head: systemWords().detail, cell: (entry) => <Said entry={entry} /> },
                  { head: "#", cell: ({ index }) => index, number: true },
                ]}
              />
            )}
            <div class="acts">
              {cursor !== undefined && (
                <button type="button" class="button quiet" onClick={() => setCursor(undefined)}>
                  {words.newest}
                </button>
              )}
              {next !== null && (
                <button type="button" class="button quiet" onClick={() => setCursor(next)}>
                  {earlier}
                </button>
              )}
            </div>
          </>
        )}
      </Shown>
    </>
  );
}

/** Who did it: of a log-in and of what happened at doors, the person it is about did it. */
function doerOf({ people }: TrailEntry): string {
  const doer = "by" in people ? people.by : people.person;
  return doer === undefined ? "–" : (doer ?? trailWords().erased);
}

function aboutOf({ people }: TrailEntry): string | null {
  const about = people.about ?? ("by" in people ? people.person : undefined);
  return about ?? null;
}

function Said({ entry }: { entry: TrailEntry }) {
  const words = trailWords();
  const about = aboutOf(entry);
  const { comment } = entry.people;
  return (
    <>
      {trailSentence(entry)}
      {about !== null && ` · ${words.about} ${about}`}
      {comment && <q>{comment}</q>}
      <details class="small">
        <summary>{words.entry}</summary>
        <pre>{JSON.stringify(entry.body, null, 2)}</pre>
      </details>
    </>
  );
}

const columns = ["at", "kind", "by", "about", "what", "comment", "entry", "index"];

function csvOf(entries: readonly TrailEntry[]): Blob {
  const rows = entries.map((entry) => [
    entry.at,
    entry.kind,
    doerOf(entry),
    aboutOf(entry),
    trailSentence(entry),
    entry.people.comment ?? null,
    JSON.stringify(entry.body),
    entry.index,
  ]);
  return new Blob([csvText(columns, rows)], { type: "text/csv" });
}
