import type { Reading } from "../../../../contract/index.ts";
import { askAll } from "../../api.ts";
import { lengthOf, momentOf } from "../../language.ts";
import { useAsked } from "../../parts/asked.ts";
import { roomPageWords } from "../../words/room.ts";

interface Stay {
  fromMs: number;
  toMs: number;
}

const readingsAtMost = 4_000;

/** When a door stood open, under the curves and on their axis. */
export function DoorLane({ room, fromMs, toMs }: { room: string; fromMs: number; toMs: number }) {
  const words = roomPageWords();
  const asked = useAsked(
    async (signal) => {
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
      return openTimes(readings, toMs);
    },
    [room, fromMs, toMs],
  );
  if (!asked.value) return null;
  const share = (atMs: number) => `${((Math.max(atMs, fromMs) - fromMs) / (toMs - fromMs)) * 100}%`;
  return (
    <figure class="lane">
      <figcaption>{words.doors}</figcaption>
      {asked.value.length === 0 ? (
        <p class="soft small">{words.noDoor}</p>
      ) : (
        <ol class="lane-track">
          {asked.value.map(({ fromMs: at, toMs: until }) => (
            <li
              key={at}
              style={{ insetInlineStart: share(at), width: `max(3px, ${((until - at) / (toMs - fromMs)) * 100}%)` }}
              title={`${momentOf(at)} · ${words.opened} ${lengthOf(until - at)}`}
            />
          ))}
        </ol>
      )}
    </figure>
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
