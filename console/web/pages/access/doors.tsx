import { figure } from "../../language.ts";
import { Badge, Shown, Table } from "../../parts/pieces.tsx";
import { nameOf } from "../../room-state.ts";
import { accessWords } from "../../words/access.ts";
import { useInside } from "./inside.tsx";

/** Doors, and which of them tell more than happens. */
export function Doors() {
  const words = accessWords();
  const asked = useInside();
  return (
    <Shown asked={asked}>
      {({ rooms }) => (
        <>
          <Table
            caption={words.views.doors}
            rows={rooms.flatMap(({ room, doors }) => doors.map((door) => ({ room, ...door })))}
            keyOf={({ door }) => door}
            columns={[
              { head: words.door, cell: ({ door }) => <code>{door}</code> },
              { head: words.room, cell: ({ room }) => nameOf(room) },
              {
                head: words.now,
                cell: ({ open }) => (open === null ? "–" : open ? words.doorOpen : words.doorClosed),
              },
              { head: words.openings, cell: ({ openings }) => openings, number: true },
              { head: words.forced, cell: ({ forced }) => forced, number: true },
              { head: words.bounces, cell: ({ bounces }) => bounces, number: true },
              {
                head: words.nuisance,
                cell: ({ nuisance }) =>
                  nuisance > 0.2 ? (
                    <Badge kind="medium">{figure(nuisance * 100, 0)} %</Badge>
                  ) : (
                    `${figure(nuisance * 100, 0)} %`
                  ),
                number: true,
              },
            ]}
          />
          <p class="soft">{words.nuisanceHint}</p>
        </>
      )}
    </Shown>
  );
}
