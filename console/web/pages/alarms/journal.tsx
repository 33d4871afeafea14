import { useState } from "preact/hooks";
import type { JournalEntry } from "../../../../contract/index.ts";
import { askAll } from "../../api.ts";
import { nowMs } from "../../clock.ts";
import { exactOf, language, named } from "../../language.ts";
import { allRooms, roomOf } from "../../live.ts";
import { useAsked } from "../../parts/asked.ts";
import { Badge, Empty, Field, Shown, Table } from "../../parts/pieces.tsx";
import { alarmWords } from "../../words/alarms.ts";
import { pieceWords } from "../../words/pieces.ts";

const dayMs = 86_400_000;
const inputTime = (atMs: number) => new Date(atMs).toISOString().slice(0, 10);

/** Every step in the life of every alarm, newest first. */
export function Journal({ room: first }: { room: string | undefined }) {
  const words = alarmWords();
  const [room, setRoom] = useState(first ?? "");
  const [from, setFrom] = useState(inputTime(nowMs() - 7 * dayMs));
  const [to, setTo] = useState(inputTime(nowMs() + dayMs));
  const asked = useAsked(
    async (signal) => {
      const query = { room: room || undefined, from: `${from}T00:00:00Z`, to: `${to}T00:00:00Z`, limit: 1_000 };
      return (await askAll<JournalEntry>("/alarms/journal", "journal", { query, signal, atMost: 5_000 })).reverse();
    },
    [room, from, to],
  );
  return (
    <>
      <div class="filters">
        <Field label={words.place}>
          <select value={room} onChange={(event) => setRoom(event.currentTarget.value)}>
            <option value="">{words.everywhere}</option>
            {allRooms().map(({ id, name }) => (
              <option key={id} value={id}>
                {named(name)}
              </option>
            ))}
          </select>
        </Field>
        <Field label={words.from}>
          <input type="date" value={from} onChange={(event) => setFrom(event.currentTarget.value)} />
        </Field>
        <Field label={words.to}>
          <input type="date" value={to} onChange={(event) => setTo(event.currentTarget.value)} />
        </Field>
      </div>
      <Shown asked={asked}>
        {(entries) =>
          entries.length === 0 ? (
            <Empty>{words.noEntries}</Empty>
          ) : (
            <Table
              caption={words.journal}
              rows={entries}
              keyOf={({ n }) => n}
              columns={[
                { head: words.at, cell: ({ at }) => exactOf(at) },
                { head: words.step, cell: ({ transition }) => words.transitions[transition] },
                { head: words.place, cell: ({ room: of }) => placeOf(of) },
                {
                  head: words.sentence,
                  cell: ({ priority, messages, comment }) => (
                    <>
                      <Badge kind={priority}>{pieceWords().priorities[priority]}</Badge> {messages[language.value]}
                      {comment !== null && <q>{comment}</q>}
                    </>
                  ),
                },
                { head: words.by, cell: ({ by }) => by ?? "–" },
              ]}
            />
          )
        }
      </Shown>
    </>
  );
}

const placeOf = (room: string | null) =>
  room === null ? alarmWords().system : named(roomOf(room)?.peek().name ?? { zh: room, en: room });
