import { useComputed } from "@preact/signals";
import { named } from "../language.ts";
import { allRooms, roomIds, roomOf } from "../live.ts";
import { Icon } from "../parts/icon.tsx";
import { Head } from "../parts/pieces.tsx";
import { needsSomebody, pressing, standingOf } from "../room-state.ts";
import { session } from "../session.ts";
import { roomWords } from "../words/rooms.ts";
import { groupsOf } from "./rooms/groups.ts";
import { hasPlan, Plan } from "./rooms/plan.tsx";
import { Tile } from "./rooms/tile.tsx";

/** One look: which rooms are well, which will not be, and why. */
export function Rooms() {
  const words = roomWords();
  const groups = useComputed(() => groupsOf(roomIds.value.flatMap((id) => roomOf(id)?.peek() ?? [])));
  return (
    <>
      <Head title={words.title}>
        <a href="/wall">{words.wall}</a>
      </Head>
      <Summary />
      {groups.value.map(({ building, floors }) => (
        <section key={building} class="building">
          {building !== "" && <h2>{buildingName(building)}</h2>}
          {floors.map(({ floor, rooms }) => (
            <section key={String(floor)} class="floor">
              <h3>{floor === null ? words.otherPlaces : words.floor(floor)}</h3>
              <div>
                {floor !== null && hasPlan(building, floor) && <Plan building={building} floor={floor} rooms={rooms} />}
                <div class="tiles">
                  {rooms.map((id) => (
                    <Tile key={id} id={id} />
                  ))}
                </div>
              </div>
            </section>
          ))}
        </section>
      ))}
    </>
  );
}

export function Summary() {
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

const buildingName = (id: string) => named(session.value?.site.buildings[id] ?? { zh: id, en: id });
