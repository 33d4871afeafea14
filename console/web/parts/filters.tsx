import { useState } from "preact/hooks";
import { nowMs } from "../clock.ts";
import { dayStartMs, dayTextOf, named } from "../language.ts";
import { allRooms } from "../live.ts";
import { pieceWords } from "../words/pieces.ts";
import { Choice } from "./choice.tsx";
import { TextField } from "./form.tsx";

/** What lists are narrowed down by: a room, and days. */

const dayMs = 86_400_000;

export interface Days {
  from: string;
  to: string;
  setFrom: (day: string) => void;
  setTo: (day: string) => void;
  /** As the server asks for them: the last day is in it. A day that is being typed bounds nothing yet. */
  query: { from: string | undefined; to: string | undefined };
}

/** The last days up to today, until somebody chooses others. */
export function useDays(length = 7): Days {
  const [from, setFrom] = useState(dayTextOf(nowMs() - length * dayMs));
  const [to, setTo] = useState(dayTextOf(nowMs()));
  const at = (day: string, laterMs: number) =>
    day === "" ? undefined : new Date(dayStartMs(day) + laterMs).toISOString();
  return { from, to, setFrom, setTo, query: { from: at(from, 0), to: at(to, dayMs) } };
}

export function DayFields({ days: { from, to, setFrom, setTo } }: { days: Days }) {
  const words = pieceWords();
  return (
    <>
      <TextField label={words.from} type="date" value={from} onType={setFrom} />
      <TextField label={words.to} type="date" value={to} onType={setTo} />
    </>
  );
}

/** One room, or with an empty value all. */
export function RoomChoice({ value, onPick }: { value: string; onPick: (room: string) => void }) {
  const words = pieceWords();
  const rooms = allRooms().map(({ id, name }) => [id, named(name)] as const);
  return <Choice label={words.room} value={value} onPick={onPick} options={[["", words.everyRoom], ...rooms]} />;
}
