import { useState } from "preact/hooks";
import type { AccessEventView } from "../../../../contract/index.ts";
import { csvText } from "../../../../core/csv.ts";
import { askAll } from "../../api.ts";
import { exactOf } from "../../language.ts";
import { useAsked } from "../../parts/asked.ts";
import { Choice } from "../../parts/choice.tsx";
import { DayFields, RoomChoice, useDays } from "../../parts/filters.tsx";
import { TextField } from "../../parts/form.tsx";
import { Empty, Shown, Table } from "../../parts/pieces.tsx";
import { nameOf } from "../../room-state.ts";
import { save } from "../../save.ts";
import { accessWords } from "../../words/access.ts";
import { categoryWord, eventWord, judgementWord } from "../../words/terms.ts";

const personText = (person: AccessEventView["person"]) => (person ? `${person.name ?? ""} ${person.id}`.trim() : "–");

/** Who was where: each line can be proved. */
export function History({ event }: { event: string | undefined }) {
  const words = accessWords();
  const [room, setRoom] = useState("");
  const [person, setPerson] = useState("");
  const [judged, setJudged] = useState("");
  const [asking, setAsking] = useState("");
  const days = useDays(event === undefined ? 7 : 31);
  const asked = useAsked(
    async (signal) => {
      const query = {
        room: room || undefined,
        person: asking || undefined,
        ...days.query,
        limit: 1_000,
      };
      const all = await askAll<AccessEventView>("/access/events", "events", { query, signal, atMost: 5_000 });
      return (event === undefined ? all : all.filter(({ id }) => id === event)).reverse();
    },
    [room, asking, days.from, days.to, event],
  );
  const isWanted = (row: AccessEventView) => judged === "" || row.judged === judged;
  return (
    <>
      <p class="soft">{words.readIsKept}</p>
      <form
        class="filters"
        onSubmit={(submit) => {
          submit.preventDefault();
          setAsking(person.trim());
        }}
      >
        <RoomChoice value={room} onPick={setRoom} />
        <TextField label={words.staffNumber} type="search" name="person" value={person} onType={setPerson} />
        <Choice
          label={words.judged}
          value={judged}
          onPick={setJudged}
          options={[
            ["", words.recordStates.all],
            ...[...new Set((asked.value ?? []).map((row) => row.judged))].map(
              (each) => [each, judgementWord(each)] as const,
            ),
          ]}
        />
        <DayFields days={days} />
        <button type="submit" class="button main">
          {words.search}
        </button>
        <button
          type="button"
          class="button quiet"
          onClick={() => asked.value && save("access.csv", csvOf(asked.value.filter(isWanted)))}
        >
          {words.export}
        </button>
      </form>
      <Shown asked={asked}>
        {(found) => {
          const events = found.filter(isWanted);
          return events.length === 0 ? (
            <Empty>{words.none}</Empty>
          ) : (
            <Table
              caption={words.views.history}
              rows={events}
              keyOf={({ index }) => index}
              columns={[
                { head: words.when, cell: ({ at }) => <span class="short">{exactOf(at)}</span> },
                { head: words.room, cell: (row) => (row.room === null ? "–" : nameOf(row.room)) },
                {
                  head: words.event,
                  cell: (row) =>
                    `${eventWord(row.event)}${row.direction === null ? "" : ` · ${eventWord(row.direction)}`}`,
                },
                { head: words.person, cell: (row) => personText(row.person) },
                { head: words.category, cell: ({ category }) => (category === null ? "–" : categoryWord(category)) },
                { head: words.judged, cell: ({ judged }) => judgementWord(judged) },
                {
                  head: "#",
                  cell: ({ index }) => <a href={`/access?view=verify&entry=${index}`}>{index}</a>,
                  number: true,
                },
              ]}
            />
          );
        }}
      </Shown>
    </>
  );
}

const columns = ["at", "room", "door", "event", "direction", "person", "name", "category", "judged", "grant", "entry"];

function csvOf(events: readonly AccessEventView[]): Blob {
  const rows = events.map((one) => [
    one.at,
    one.room,
    one.door,
    one.event,
    one.direction,
    one.person?.id ?? null,
    one.person?.name ?? null,
    one.category,
    one.judged,
    one.grant,
    one.index,
  ]);
  return new Blob([csvText(columns, rows)], { type: "text/csv" });
}
