import { useState } from "preact/hooks";
import type { TrailEntry, TrailKind, TrailResponse } from "../../../../contract/index.ts";
import { ask } from "../../api.ts";
import { exactOf } from "../../language.ts";
import { useAsked } from "../../parts/asked.ts";
import { Field, Shown, Table } from "../../parts/pieces.tsx";
import { accessWords } from "../../words/access.ts";
import { systemWords } from "../../words/system.ts";

/** What was done with this program, newest first; whoever reads it is in it too. */
export function Trail() {
  const words = systemWords();
  const [kind, setKind] = useState("");
  const [cursor, setCursor] = useState<number | undefined>(undefined);
  const asked = useAsked(
    () => ask<TrailResponse>("/trail", { query: { kind: kind || undefined, cursor, limit: 100 } }),
    [kind, cursor],
  );
  const kinds = Object.keys(words.kinds) as TrailKind[];
  return (
    <>
      <p class="soft">{accessWords().readIsKept}</p>
      <div class="filters">
        <Field label={words.kind}>
          <select
            value={kind}
            onChange={(event) => {
              setKind(event.currentTarget.value);
              setCursor(undefined);
            }}
          >
            <option value="">{words.all}</option>
            {kinds.map((each) => (
              <option key={each} value={each}>
                {words.kinds[each]}
              </option>
            ))}
          </select>
        </Field>
      </div>
      <Shown asked={asked}>
        {({ entries, next }) => (
          <>
            <Table
              caption={words.views.trail}
              rows={entries}
              keyOf={({ index }) => index}
              columns={[
                { head: words.when, cell: ({ at }) => <span class="short">{exactOf(at)}</span> },
                { head: words.kind, cell: (entry) => words.kinds[entry.kind] },
                {
                  head: words.people,
                  cell: ({ people }) =>
                    [...new Set(Object.values(people).map((person) => person ?? "–"))].join(", ") || "–",
                },
                { head: words.detail, cell: (entry) => <Detail entry={entry} /> },
                { head: "#", cell: ({ index }) => index, number: true },
              ]}
            />
            {next !== null && (
              <button type="button" class="button quiet" onClick={() => setCursor(next)}>
                {words.earlier}
              </button>
            )}
          </>
        )}
      </Shown>
    </>
  );
}

const short = 160;

function Detail({ entry: { body } }: { entry: TrailEntry }) {
  const text = Object.entries(body)
    .map(([key, value]) => `${key}: ${typeof value === "string" ? value : JSON.stringify(value)}`)
    .join(" · ");
  if (text.length <= short) return <span class="anywhere">{text}</span>;
  return (
    <details class="anywhere">
      <summary>{text.slice(0, short)} …</summary>
      <pre>{JSON.stringify(body, null, 2)}</pre>
    </details>
  );
}
