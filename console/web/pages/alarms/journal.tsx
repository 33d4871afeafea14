import { useState } from "preact/hooks";
import type { JournalEntry } from "../../../../contract/index.ts";
import { askAll } from "../../api.ts";
import { adviceOf, withoutAdvice } from "../../conditions.ts";
import { exactOf, language } from "../../language.ts";
import { useAsked } from "../../parts/asked.ts";
import { Choice } from "../../parts/choice.tsx";
import { DayFields, RoomChoice, useDays } from "../../parts/filters.tsx";
import { Badge, Empty, Shown, Table } from "../../parts/pieces.tsx";
import { nameOf } from "../../room-state.ts";
import { alarmWords } from "../../words/alarms.ts";
import { pieceWords } from "../../words/pieces.ts";
import { withoutWeights } from "./weights.ts";

const priorities = ["critical", "high", "medium", "low"] as const;

/** Every step in the life of every alarm, newest first. */
export function Journal({ room: first }: { room: string | undefined }) {
  const words = alarmWords();
  const [room, setRoom] = useState(first ?? "");
  const [priority, setPriority] = useState("");
  const days = useDays();
  const asked = useAsked(
    async (signal) => {
      const query = { room: room || undefined, ...days.query, limit: 1_000 };
      return (await askAll<JournalEntry>("/alarms/journal", "journal", { query, signal, atMost: 5_000 })).reverse();
    },
    [room, days.from, days.to],
  );
  return (
    <>
      <div class="filters">
        <RoomChoice value={room} onPick={setRoom} />
        <Choice
          label={words.figures.priority}
          value={priority}
          onPick={setPriority}
          options={[
            ["", words.anyPriority],
            ...priorities.map((each) => [each, pieceWords().priorities[each]] as const),
          ]}
        />
        <DayFields days={days} />
      </div>
      <Shown asked={asked}>
        {(found) => {
          const entries = found.filter((entry) => priority === "" || entry.priority === priority);
          return entries.length === 0 ? (
            <Empty>{words.noEntries}</Empty>
          ) : (
            <Table
              caption={words.journal}
              rows={entries}
              keyOf={({ n }) => n}
              columns={[
                { head: words.at, cell: ({ at }) => <span class="short">{exactOf(at)}</span> },
                {
                  head: words.step,
                  cell: ({ transition }) => <span class="short">{words.transitions[transition]}</span>,
                },
                { head: words.place, cell: ({ room: of }) => <span class="short">{placeOf(of)}</span> },
                {
                  head: words.sentence,
                  cell: (entry) => <Said entry={entry} />,
                },
                { head: words.by, cell: ({ by }) => by ?? "–" },
              ]}
            />
          );
        }}
      </Shown>
    </>
  );
}

/** What happened; what it weighed, word for word, is in the tooltip. */
function Said({ entry }: { entry: JournalEntry }) {
  const { priority, condition, messages, comment } = entry;
  const message = withoutAdvice(messages[language.value], adviceOf(condition));
  const plain = withoutWeights(message, entry);
  return (
    <>
      <Badge kind={priority}>{pieceWords().priorities[priority]}</Badge>{" "}
      <span title={plain === message ? undefined : message}>{plain}</span>
      {comment !== null && !message.includes(comment) && <q>{comment}</q>}
    </>
  );
}

const placeOf = (room: string | null) => (room === null ? alarmWords().system : nameOf(room));
