import { useState } from "preact/hooks";
import type { AccessEventView } from "../../../../contract/index.ts";
import { askAll } from "../../api.ts";
import { nowMs } from "../../clock.ts";
import { lengthOf, momentOf } from "../../language.ts";
import { useAsked } from "../../parts/asked.ts";
import { Shown } from "../../parts/pieces.tsx";
import { roomPageWords } from "../../words/room.ts";
import { longestMs } from "./door-lane.tsx";
import { Lane, type Stay } from "./lane.tsx";

interface Time {
  room: string;
  fromMs: number;
  toMs: number;
}

/** Who was inside, for those who may know. Each look is on record, so nobody looks by accident. */
export function VisitLane(time: Time) {
  const words = roomPageWords();
  const [wanted, setWanted] = useState(false);
  if (time.toMs - time.fromMs > longestMs) return null;
  if (wanted) return <Visits {...time} />;
  return (
    <p>
      <button type="button" class="button quiet" onClick={() => setWanted(true)}>
        {words.showVisits}
      </button>
    </p>
  );
}

const eventsAtMost = 5_000;

function Visits({ room, fromMs, toMs }: Time) {
  const words = roomPageWords();
  // What is shown moves on by the minute; that somebody looks at it is recorded once an hour, not once a minute.
  const hour = Math.floor(toMs / 3_600_000);
  const asked = useAsked(
    async (signal) => {
      const query = {
        room,
        from: new Date(fromMs).toISOString(),
        to: new Date(Math.min(toMs, nowMs())).toISOString(),
        limit: 1_000,
      };
      const all = await askAll<AccessEventView>("/access/events", "events", { query, signal, atMost: eventsAtMost });
      return staysOf(all, Math.min(toMs, nowMs()));
    },
    [room, hour, Math.round((toMs - fromMs) / 60_000)],
  );
  return (
    <Shown asked={asked}>
      {(bars) => (
        <Lane title={words.visits} none={words.noVisits} bars={bars} fromMs={fromMs} toMs={toMs} kind="visits" />
      )}
    </Shown>
  );
}

/** From the first badge inwards to the last outwards of one visit. */
function staysOf(events: readonly AccessEventView[], untilMs: number): (Stay & { title: string })[] {
  const visits = Map.groupBy(
    events.filter(({ visit, direction }) => visit !== null && direction !== null),
    ({ visit }) => visit,
  );
  return [...visits.values()].map((own) => {
    const person = own.find((event) => event.person)?.person;
    const fromMs = Date.parse(own[0]!.at);
    const out = own.findLast(({ direction }) => direction === "out");
    const toMs = out ? Date.parse(out.at) : untilMs;
    const who = person ? `${person.name ?? ""} ${person.id}`.trim() : "–";
    return { fromMs, toMs, title: `${who} · ${momentOf(fromMs)} · ${lengthOf(toMs - fromMs)}` };
  });
}
