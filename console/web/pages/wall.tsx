import { useEffect, useState } from "preact/hooks";
import type { RoomView } from "../../../contract/index.ts";
import { figure, lengthOf, minuteMs, momentOf, named, timeOf } from "../language.ts";
import { alarms, allRooms, connection } from "../live.ts";
import { Icon } from "../parts/icon.tsx";
import { crossingOf, isBeyond, numberOf, pressing, standingOf } from "../room-state.ts";
import { session } from "../session.ts";
import { roomWords } from "../words/rooms.ts";
import { shellWords } from "../words/shell.ts";
import { briefOf } from "./alarms/brief.ts";
import { bySeverity } from "./alarms/severity.ts";
import { standingWord } from "./rooms/standing.ts";
import { Summary } from "./rooms.tsx";

/** What is to be read from across a room has no more squares than this. */
const squaresAtMost = 42;
const saidAtMost = 3;

/** The screen on the wall: every room in one look, from four metres, without a hand on it. */
export function Wall() {
  const words = roomWords();
  const all = allRooms().filter(({ id }) => id !== "outdoor");
  // Each has its place for good, so that people know where to look; of too many, those that press.
  const shown =
    all.length <= squaresAtMost
      ? all
      : all.toSorted((a, b) => pressing(standingOf(a)) - pressing(standingOf(b))).slice(0, squaresAtMost);
  const columns = useColumns(shown.length);
  const site = session.value?.site.name;
  return (
    <div class="wall-page">
      <header class="wall-head">
        <h1>{site ? named(site) : words.title}</h1>
        <Summary />
        <span class="grow" />
        <b class="wall-time">{timeOf(minuteMs.value)}</b>
        <a href="/rooms">{words.back}</a>
      </header>
      {connection.value.state === "lost" && (
        <p class="trouble" role="alert">
          <Icon name="lost" /> {shellWords().lost(timeOf(connection.value.sinceMs))}
        </p>
      )}
      <div class="squares" style={{ gridTemplateColumns: `repeat(${columns}, minmax(0, 1fr))` }}>
        {shown.map((room) => (
          <Square key={room.id} room={room} />
        ))}
      </div>
      {all.length > shown.length && <p class="soft">{words.moreWell(all.length - shown.length)}</p>}
      <Said />
    </div>
  );
}

/** Squares a little broader than high, whatever the screen. */
function useColumns(count: number): number {
  const [shape, setShape] = useState(innerWidth / innerHeight);
  useEffect(() => {
    const onResize = () => setShape(innerWidth / innerHeight);
    addEventListener("resize", onResize);
    return () => removeEventListener("resize", onResize);
  }, []);
  return Math.max(1, Math.min(count, Math.round(Math.sqrt((count * shape) / 1.5))));
}

function Square({ room }: { room: RoomView }) {
  const words = roomWords();
  const standing = standingOf(room);
  const crossing = crossingOf(room);
  const [temperature, humidity] = [numberOf(room, "temperature_c"), numberOf(room, "relative_humidity_pct")];
  return (
    <a class={`square ${standing}`} href={`/rooms/${room.id}`}>
      <strong>{named(room.name)}</strong>
      <span class="square-figures">
        <span class={isBeyond(room, "temperature_c") ? "beyond" : undefined}>
          {temperature === null ? "–" : figure(temperature, 1)}
          <small> °C</small>
        </span>
        <span class={isBeyond(room, "relative_humidity_pct") ? "beyond" : undefined}>
          {humidity === null ? "–" : figure(humidity, 0)}
          <small> %</small>
        </span>
      </span>
      <span class="square-state">
        <Icon name={standing} /> {standingWord(standing)}
        {standing === "soon" && crossing && ` · ${lengthOf(crossing.atMs - minuteMs.value)}`}
        {room.current.door?.value === "open" && ` · ${words.door.open}`}
      </span>
    </a>
  );
}

/** The most pressing alarms in their sentences. */
function Said() {
  const open = [...alarms.value.values()].filter(({ drill, state }) => drill === undefined && state !== "shelved");
  if (open.length === 0) return null;
  return (
    <ul class="said">
      {open
        .sort(bySeverity)
        .slice(0, saidAtMost)
        .map((alarm) => (
          <li key={alarm.id} class={alarm.priority}>
            <Icon name={alarm.priority} /> {momentOf(alarm.at)} {briefOf(alarm)}
          </li>
        ))}
    </ul>
  );
}
