import { useComputed } from "@preact/signals";
import { useLocation } from "preact-iso";
import type { RoomView } from "../../../contract/index.ts";
import { figure, language, lengthOf, minuteMs, named } from "../language.ts";
import { alarmsOf, allRooms, roomIds, roomOf } from "../live.ts";
import { Icon } from "../parts/icon.tsx";
import { Badge, Head } from "../parts/pieces.tsx";
import {
  crossingOf,
  isBeyond,
  limitsIn,
  needsSomebody,
  numberOf,
  pressing,
  type Standing,
  standingOf,
} from "../room-state.ts";
import { session } from "../session.ts";
import { roomWords } from "../words/rooms.ts";

/** One look: which rooms are well, which will not be, and why. */
export function Rooms() {
  const words = roomWords();
  const { path } = useLocation();
  const groups = useComputed(() => groupsOf(roomIds.value.flatMap((id) => roomOf(id)?.peek() ?? [])));
  return (
    <>
      <Head title={words.title}>{path === "/wall" ? null : <a href="/wall">{words.wall}</a>}</Head>
      <Summary />
      {groups.value.map(({ building, floors }) => (
        <section key={building} class="building">
          {building !== "" && <h2>{buildingName(building)}</h2>}
          {floors.map(({ floor, rooms }) => (
            <section key={String(floor)} class="floor">
              <h3>{floor === null ? words.otherPlaces : words.floor(floor)}</h3>
              <div class="tiles">
                {rooms.map((id) => (
                  <Tile key={id} id={id} />
                ))}
              </div>
            </section>
          ))}
        </section>
      ))}
    </>
  );
}

function Summary() {
  const words = roomWords();
  const standings = allRooms()
    .filter(({ id }) => id !== "outdoor")
    .map(standingOf);
  if (standings.length === 0) return null;
  const wrong = standings.filter(needsSomebody).length;
  const soon = standings.filter((standing) => standing === "soon").length;
  const worst = standings.reduce((a, b) => (pressing(a) <= pressing(b) ? a : b));
  return (
    <p class={`summary ${worst}`} role="status">
      <Icon name={worst} /> {words.summary(standings.length, wrong, soon)}
    </p>
  );
}

export function standingWord(standing: Standing): string {
  const words = roomWords();
  switch (standing) {
    case "ok":
      return words.well;
    case "soon":
      return words.soon;
    case "no-data":
      return words.noData;
    default:
      return words.alarm[standing];
  }
}

/** Drawn again when its own room changes, and for no other. */
function Tile({ id }: { id: string }) {
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
  const [worst] = alarmsOf(room.id).sort((a, b) => order.indexOf(a.priority) - order.indexOf(b.priority));
  if (room.openAlarms > 0 && worst) return <p class="why">{worst.messages[language.value]}</p>;
  const crossing = crossingOf(room);
  if (!crossing) return null;
  const what = crossing.quantity === "temperature_c" ? words.temperature : words.humidity;
  return <p class="why">{words.willBe(what, lengthOf(crossing.atMs - minuteMs.value))}</p>;
}

function Signs({ room }: { room: RoomView }) {
  const words = roomWords();
  const smoke = numberOf(room, "smoke_obscuration_pct_per_m");
  const smokeAlarm = room.current.smoke_alarm?.value === true || alarmsOf(room.id).some(isSmoke);
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

const isSmoke = ({ condition }: { condition: string }) =>
  condition.startsWith("smoke") || condition === "fire-suspected";

const buildingName = (id: string) => named(session.value?.site.buildings[id] ?? { zh: id, en: id });

interface Group {
  building: string;
  floors: { floor: number | null; rooms: string[] }[];
}

function groupsOf(rooms: readonly RoomView[]): Group[] {
  const buildings = Map.groupBy(rooms, ({ building }) => building);
  return [...buildings].map(([building, inside]) => {
    const floors = Map.groupBy(inside, ({ floor }) => floor);
    const sorted = [...floors].sort(([a], [b]) => (b ?? -99) - (a ?? -99));
    return { building, floors: sorted.map(([floor, at]) => ({ floor, rooms: at.map(({ id }) => id) })) };
  });
}
