import { useState } from "preact/hooks";
import type { JournalEntry } from "../../../../contract/index.ts";
import { askAll } from "../../api.ts";
import { nowMs } from "../../clock.ts";
import { adviceOf, withoutAdvice } from "../../conditions.ts";
import { dayStartMs, dayTextOf, exactOf, language, named } from "../../language.ts";
import { allRooms } from "../../live.ts";
import { useAsked } from "../../parts/asked.ts";
import { Choice } from "../../parts/choice.tsx";
import { TextField } from "../../parts/form.tsx";
import { Badge, Empty, Shown, Table } from "../../parts/pieces.tsx";
import { nameOf } from "../../room-state.ts";
import { alarmWords } from "../../words/alarms.ts";
import { pieceWords } from "../../words/pieces.ts";
import { withoutWeights } from "./weights.ts";

const priorities = ["critical", "high", "medium", "low"] as const;
const dayMs = 86_400_000;
const isoOf = (day: string, laterMs = 0) => new Date(dayStartMs(day) + laterMs).toISOString();

/** Every step in the life of every alarm, newest first. */
export function Journal({ room: first }: { room: string | undefined }) {
  const words = alarmWords();
  const [room, setRoom] = useState(first ?? "");
  const [priority, setPriority] = useState("");
  const [from, setFrom] = useState(dayTextOf(nowMs() - 7 * dayMs));
  const [to, setTo] = useState(dayTextOf(nowMs()));
  const asked = useAsked(
    async (signal) => {
      const query = { room: room || undefined, from: isoOf(from), to: isoOf(to, dayMs), limit: 1_000 };
      return (await askAll<JournalEntry>("/alarms/journal", "journal", { query, signal, atMost: 5_000 })).reverse();
    },
    [room, from, to],
  );
  return (
    <>
      <div class="filters">
        <Choice
          label={words.place}
          value={room}
          onPick={setRoom}
          options={[["", words.everywhere], ...allRooms().map(({ id, name }) => [id, named(name)] as const)]}
        />
        <Choice
          label={words.figures.priority}
          value={priority}
          onPick={setPriority}
          options={[
            ["", words.anyPriority],
            ...priorities.map((each) => [each, pieceWords().priorities[each]] as const),
          ]}
        />
        <TextField label={words.from} type="date" name="from" value={from} onType={setFrom} />
        <TextField label={words.to} type="date" name="to" value={to} onType={setTo} />
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
                  cell: ({ priority, condition, messages, comment, value, unit }) => (
                    <>
                      <Badge kind={priority}>{pieceWords().priorities[priority]}</Badge>{" "}
                      <span title={messages[language.value]}>
                        {withoutWeights(withoutAdvice(messages[language.value], adviceOf(condition)), { value, unit })}
                      </span>
                      {comment !== null && <q>{comment}</q>}
                    </>
                  ),
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

const placeOf = (room: string | null) => (room === null ? alarmWords().system : nameOf(room));
