import type { AlarmView, RoomView } from "../../../../contract/index.ts";
import { titleOf } from "../../conditions.ts";
import { figure, lengthOf, minuteMs, named } from "../../language.ts";
import { alarmsOf, roomOf } from "../../live.ts";
import { Icon } from "../../parts/icon.tsx";
import { Badge } from "../../parts/pieces.tsx";
import { crossingOf, isBeyond, limitsIn, numberOf, standingOf } from "../../room-state.ts";
import { pieceWords } from "../../words/pieces.ts";
import { roomWords } from "../../words/rooms.ts";
import { briefOf } from "../alarms/brief.ts";
import { standingWord } from "./standing.ts";

/** Drawn again when its own room changes, and for no other. */
export function Tile({ id }: { id: string }) {
  const room = roomOf(id)?.value;
  if (!room) return null;
  const words = roomWords();
  const standing = standingOf(room);
  const name = named(room.name);
  return (
    <a class={`tile ${standing}`} href={`/rooms/${id}`}>
      <div class="tile-head">
        <strong>{name}</strong>
        <Badge kind={standing}>{standingWord(standing)}</Badge>
      </div>
      <div class="climate">
        <Measure room={room} quantity="temperature_c" unit="°C" digits={1} />
        <Measure room={room} quantity="relative_humidity_pct" unit="%" digits={0} />
      </div>
      <Why room={room} />
      <Signs room={room} />
      <span class="soft small">{words.sensors(room.devices.alive, room.devices.total)}</span>
    </a>
  );
}

function Measure({ room, quantity, unit, digits }: { room: RoomView; quantity: string; unit: string; digits: number }) {
  const value = numberOf(room, quantity);
  const limits = limitsIn(room, quantity);
  return (
    <span class={isBeyond(room, quantity) ? "measure beyond" : "measure"}>
      <b>{value === null ? "–" : figure(value, digits)}</b>
      <i>{unit}</i>
      {limits && (limits.low !== null || limits.high !== null) && (
        <small>
          {limits.low ?? "…"}–{limits.high ?? "…"}
        </small>
      )}
    </span>
  );
}

/** The worst alarm in a sentence, else what is coming. */
function Why({ room }: { room: RoomView }) {
  const words = roomWords();
  const order = ["critical", "high", "medium", "low"];
  const alarms = alarmsOf(room.id)
    .filter(({ drill }) => drill === undefined)
    .sort((a, b) => order.indexOf(a.priority) - order.indexOf(b.priority));
  const worst = alarms.find(isActive);
  const [past] = alarms;
  if (!worst && past) {
    return (
      <p class="why">
        {titleOf(past.condition)}: {pieceWords().states[past.state]}
      </p>
    );
  }
  if (worst) {
    return <p class="why">{briefOf(worst)}</p>;
  }
  const crossing = crossingOf(room);
  if (!crossing) return null;
  const what = crossing.quantity === "temperature_c" ? words.temperature : words.humidity;
  return <p class="why">{words.willBe(what, lengthOf(crossing.atMs - minuteMs.value))}</p>;
}

function Signs({ room }: { room: RoomView }) {
  const words = roomWords();
  const smoke = numberOf(room, "smoke_obscuration_pct_per_m");
  const smokeAlarm =
    room.current.smoke_alarm?.value === true || alarmsOf(room.id).some((alarm) => isActive(alarm) && isSmoke(alarm));
  const leak = room.current.leak?.value;
  const door = room.current.door?.value;
  return (
    <div class="signs">
      {(smoke !== null || room.current.smoke_alarm) && (
        <span class={smokeAlarm ? "sign wrong" : "sign"}>
          <Icon name="smoke" /> {smokeAlarm ? words.smoke.some : words.smoke.none}
        </span>
      )}
      {leak !== undefined && (
        <span class={leak === true ? "sign wrong" : "sign"}>
          <Icon name="water" /> {leak === true ? words.leak.some : words.leak.none}
        </span>
      )}
      {door !== undefined && (
        <span class={door === "open" ? "sign notable" : "sign"}>
          <Icon name="door" /> {door === "open" ? words.door.open : words.door.closed}
        </span>
      )}
    </div>
  );
}

/** Its cause has not gone. */
const isActive = ({ state }: AlarmView) => state === "unacknowledged" || state === "acknowledged";
const isSmoke = ({ condition }: { condition: string }) =>
  condition.startsWith("smoke") || condition === "fire-suspected";
