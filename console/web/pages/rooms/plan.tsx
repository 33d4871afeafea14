import { figure, named } from "../../language.ts";
import { floorPlans, roomOf } from "../../live.ts";
import { Icon } from "../../parts/icon.tsx";
import { isBeyond, numberOf, standingOf } from "../../room-state.ts";
import { roomWords } from "../../words/rooms.ts";
import { standingWord } from "./standing.ts";

export const hasPlan = (building: string, floor: number | null): boolean =>
  floorPlans.value.some((plan) => plan.building === building && plan.floor === floor);

/** The picture of a floor with its rooms at their places: what their tiles say, where they are. */
export function Plan({ building, floor, rooms }: { building: string; floor: number; rooms: readonly string[] }) {
  const words = roomWords();
  return (
    <figure class="plan">
      <img src={`/api/v1/plans/${building}/${floor}`} alt={words.planOf(words.floor(floor))} />
      {rooms.map((id) => (
        <Pin key={id} id={id} />
      ))}
    </figure>
  );
}

function Pin({ id }: { id: string }) {
  const room = roomOf(id)?.value;
  if (!room?.plan) return null;
  const standing = standingOf(room);
  const [temperature, humidity] = [numberOf(room, "temperature_c"), numberOf(room, "relative_humidity_pct")];
  const isOut = isBeyond(room, "temperature_c") || isBeyond(room, "relative_humidity_pct");
  return (
    <a
      class={`pin ${standing}`}
      href={`/rooms/${id}`}
      style={{ insetInlineStart: `${room.plan.xPct}%`, insetBlockStart: `${room.plan.yPct}%` }}
    >
      <Icon name={standing} label={standingWord(standing)} />
      <strong>{named(room.name)}</strong>
      <span class={isOut ? "beyond" : undefined}>
        {temperature === null ? "–" : figure(temperature, 1)} °C · {humidity === null ? "–" : figure(humidity, 0)} %
      </span>
    </a>
  );
}
