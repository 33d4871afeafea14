import type { Reading } from "../../../../contract/index.ts";
import { askAll } from "../../api.ts";
import { nowMs } from "../../clock.ts";
import { lengthOf, momentOf } from "../../language.ts";
import { useAsked } from "../../parts/asked.ts";
import { roomPageWords } from "../../words/room.ts";
import { Lane, type Stay } from "./lane.tsx";

const readingsAtMost = 10_000;
/** Of a longer time a screen shows no single opening; the register and the history do. */
export const longestMs = 32 * 86_400_000;

/** When a door stood open, under the curves and on their axis. */
export function DoorLane({ room, fromMs, toMs }: { room: string; fromMs: number; toMs: number }) {
  const words = roomPageWords();
  const isLong = toMs - fromMs > longestMs;
  const asked = useAsked(
    async (signal) => {
      if (isLong) return [];
      const query = {
        room,
        quantity: "door",
        from: new Date(fromMs).toISOString(),
        to: new Date(toMs).toISOString(),
        limit: readingsAtMost,
      };
      const readings = await askAll<Reading>("/readings", "readings", {
        query,
        signal,
        unattended: true,
        atMost: readingsAtMost,
      });
      return openTimes(readings, Math.min(toMs, nowMs()));
    },
    [room, fromMs, toMs],
  );
  if (!asked.value) return null;
  const bars = asked.value.map((stay) => ({
    ...stay,
    title: `${momentOf(stay.fromMs)} · ${words.opened} ${lengthOf(stay.toMs - stay.fromMs)}`,
  }));
  return (
    <Lane
      title={words.doors}
      none={isLong ? words.doorsOfAMonth : words.noDoor}
      bars={bars}
      fromMs={fromMs}
      toMs={toMs}
    />
  );
}

function openTimes(readings: readonly Reading[], toMs: number): Stay[] {
  const stays: Stay[] = [];
  for (const [, own] of Map.groupBy(readings, ({ device }) => device)) {
    let since: number | null = null;
    for (const { at, value } of own) {
      const atMs = Date.parse(at);
      if (value === "open") since ??= atMs;
      else if (since !== null) {
        stays.push({ fromMs: since, toMs: atMs });
        since = null;
      }
    }
    if (since !== null) stays.push({ fromMs: since, toMs });
  }
  return stays.sort((a, b) => a.fromMs - b.fromMs);
}
