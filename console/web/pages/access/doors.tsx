import { useState } from "preact/hooks";
import { figure, momentOf } from "../../language.ts";
import { Badge, Shown, Table } from "../../parts/pieces.tsx";
import { nameOf } from "../../room-state.ts";
import { may } from "../../session.ts";
import { accessWords } from "../../words/access.ts";
import { doorWords } from "../../words/doors.ts";
import { GiveBadge, Maintenance } from "./door-forms.tsx";
import { type DoorRow, doorNameOf } from "./door-name.ts";
import { useInside } from "./inside.tsx";

/** From here on a contact needs looking at. */
const muchNuisance = 0.2;

/** Doors, and which of them tell more than happens. */
export function Doors() {
  const words = accessWords();
  const more = doorWords();
  const asked = useInside();
  const [repaired, setRepaired] = useState<DoorRow | null>(null);
  const [giving, setGiving] = useState(false);
  const [said, setSaid] = useState<string | null>(null);
  const close = () => {
    setRepaired(null);
    setGiving(false);
  };
  const done = (text: string) => {
    close();
    setSaid(text);
    asked.again();
  };
  return (
    <>
      {may("configure") && (
        <div class="acts">
          <button type="button" class="button quiet" onClick={() => setGiving(true)}>
            {more.badge}
          </button>
        </div>
      )}
      {said !== null && (
        <p class="notice" role="status">
          {said}
        </p>
      )}
      {repaired !== null && <Maintenance door={repaired} onClose={close} onDone={done} />}
      {giving && <GiveBadge onClose={close} onDone={done} />}
      <Shown asked={asked}>
        {({ rooms }) => (
          <>
            <Table
              caption={words.views.doors}
              rows={rooms.flatMap(({ room, doors }) => doors.map((door): DoorRow => ({ room, ...door })))}
              keyOf={({ door }) => door}
              columns={[
                { head: words.door, cell: (row) => <span title={row.door}>{doorNameOf(row)}</span> },
                { head: words.room, cell: ({ room }) => nameOf(room) },
                {
                  head: words.now,
                  cell: ({ open, maintenanceUntil }) => (
                    <>
                      {open === null ? "–" : open ? words.doorOpen : words.doorClosed}
                      {maintenanceUntil !== null && (
                        <>
                          {" "}
                          <Badge kind="soon">{more.until(momentOf(maintenanceUntil))}</Badge>
                        </>
                      )}
                    </>
                  ),
                },
                { head: words.openings, cell: ({ openings }) => openings, number: true },
                { head: words.forced, cell: ({ forced }) => forced, number: true },
                { head: words.bounces, cell: ({ bounces }) => bounces, number: true },
                {
                  head: words.nuisance,
                  cell: ({ nuisance }) => {
                    const text = `${figure(nuisance * 100, 0)} %`;
                    return nuisance > muchNuisance ? <Badge kind="medium">{text}</Badge> : text;
                  },
                  number: true,
                },
                ...(may("configure")
                  ? [
                      {
                        head: more.maintenance,
                        cell: (row: DoorRow) => (
                          <button type="button" class="link" onClick={() => setRepaired(row)}>
                            {more.maintenance}
                          </button>
                        ),
                      },
                    ]
                  : []),
              ]}
            />
            <p class="soft">{words.nuisanceHint}</p>
          </>
        )}
      </Shown>
    </>
  );
}
