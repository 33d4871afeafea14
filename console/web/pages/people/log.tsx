import type { TellingEntry } from "../../../../contract/index.ts";
import { ask } from "../../api.ts";
import { titleOf } from "../../conditions.ts";
import { exactOf } from "../../language.ts";
import { useAsked } from "../../parts/asked.ts";
import { Badge, Shown, Table } from "../../parts/pieces.tsx";
import { alarmWords } from "../../words/alarms.ts";
import { peopleWords } from "../../words/people.ts";

/** Who was told what, when, through what, with the server's own reply. */
export function DeliveryLog() {
  const words = peopleWords();
  const alarms = alarmWords();
  const asked = useAsked(() => ask<{ log: TellingEntry[] }>("/telling/log", { query: { limit: 500 } }), []);
  return (
    <Shown asked={asked}>
      {({ log }) => (
        <Table
          caption={words.views.log}
          rows={log}
          keyOf={({ id }) => id}
          columns={[
            {
              head: words.when,
              cell: ({ settledAt, queuedAt }) => <span class="short">{exactOf(settledAt ?? queuedAt)}</span>,
            },
            { head: words.alarm, cell: ({ condition }) => titleOf(condition) },
            { head: words.step, cell: ({ transition }) => <span class="short">{alarms.transitions[transition]}</span> },
            { head: words.who, cell: ({ person }) => person ?? "–" },
            { head: words.channel, cell: ({ channel }) => alarms.channels[channel] ?? channel },
            {
              head: words.state,
              cell: ({ state }) => (
                <Badge kind={state === "given-up" ? "high" : state === "pending" ? "soon" : "ok"}>
                  {alarms.tellingStates[state]}
                </Badge>
              ),
            },
            { head: words.reply, cell: (entry) => <Reply entry={entry} /> },
          ]}
        />
      )}
    </Shown>
  );
}

/** What became of it, in a sentence; what the server said stands behind it. */
function Reply({ entry: { reply, state } }: { entry: TellingEntry }) {
  const words = alarmWords();
  const isFile = state === "delivered" && reply?.endsWith(".eml") === true;
  const said = isFile ? words.replies.file : words.replies[state];
  // Nothing is claimed of what whoever looks may not see.
  if (reply === null) return <>–</>;
  return (
    <details class="small anywhere">
      <summary>{said}</summary>
      {words.inItsWords}: {reply}
    </details>
  );
}
