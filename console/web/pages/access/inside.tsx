import type { InsideRoom } from "../../../../contract/index.ts";
import { ask } from "../../api.ts";
import { language, minuteMs, momentOf } from "../../language.ts";
import { useAsked } from "../../parts/asked.ts";
import { Badge, Card, Empty, Shown } from "../../parts/pieces.tsx";
import { nameOf } from "../../room-state.ts";
import { accessWords } from "../../words/access.ts";
import { categoryWord, judgementWord } from "../../words/terms.ts";

export const useInside = () => useAsked(() => ask<{ rooms: InsideRoom[] }>("/access/inside"), [minuteMs.value]);

/** Who is inside now, room by room, and how sure that is. */
export function Inside() {
  const words = accessWords();
  const asked = useInside();
  return (
    <Shown asked={asked}>
      {({ rooms }) => {
        const occupied = rooms.filter(({ count, people }) => count > 0 || people.length > 0);
        const doubtful = rooms.filter((room) => !room.sure && !occupied.includes(room));
        return (
          <>
            {occupied.length === 0 && <Empty>{words.nobody}</Empty>}
            <div class="columns">
              {occupied.map((room) => (
                <Card key={room.room} title={nameOf(room.room)}>
                  <p>
                    <b>{words.count(room.count)}</b> <Doubts of={room} />
                  </p>
                  <ul class="plain-list">
                    {room.people.map(({ person, category, since, visit, entitled }) => (
                      <li key={visit}>
                        {person ? `${person.name ?? ""} ${person.id}` : "–"} · {categoryWord(category)} · {words.since}{" "}
                        {momentOf(since)} {!entitled && <Badge kind="critical">{words.notEntitled}</Badge>}
                      </li>
                    ))}
                  </ul>
                </Card>
              ))}
            </div>
            {doubtful.length > 0 && (
              <>
                <p class="soft">{words.unsureRooms}</p>
                <ul class="plain-list soft">
                  {doubtful.map((room) => (
                    <li key={room.room}>
                      {nameOf(room.room)} · {doubtsText(room)}
                    </li>
                  ))}
                </ul>
              </>
            )}
          </>
        );
      }}
    </Shown>
  );
}

const doubtsText = ({ doubts }: InsideRoom) =>
  doubts.map((doubt) => judgementWord(doubt)).join(language.value === "en" ? ", " : "、");

function Doubts({ of }: { of: InsideRoom }) {
  if (of.sure) return null;
  return (
    <span class="soft">
      {accessWords().unsure} {doubtsText(of)}
    </span>
  );
}
