import type { AlarmView } from "../../../../contract/index.ts";
import { titleOf } from "../../conditions.ts";
import { language } from "../../language.ts";
import { alarms } from "../../live.ts";
import { Badge, Empty } from "../../parts/pieces.tsx";
import { nameOf } from "../../room-state.ts";
import { may } from "../../session.ts";
import { alarmWords } from "../../words/alarms.ts";
import { pieceWords } from "../../words/pieces.ts";
import { Alarm } from "./alarm.tsx";
import { answer, isUnanswered } from "./answer.tsx";
import { type Cause, causesOf } from "./causes.ts";

/** Open alarms, the most pressing first; what follows from a thing stands with it. */
export function OpenAlarms({ only }: { only: string | undefined }) {
  const words = alarmWords();
  const causes = causesOf([...alarms.value.values()].filter(({ id }) => only === undefined || id === only));
  if (causes.length === 0) return <Empty>{words.none}</Empty>;
  return (
    <ul class="alarm-list">
      {causes.map((cause) => (
        <li key={cause.alarms[0]!.id}>
          {cause.rooms.length > 1 ? (
            <Widespread cause={cause} />
          ) : (
            <InOneRoom cause={cause} open={only !== undefined} />
          )}
        </li>
      ))}
    </ul>
  );
}

function InOneRoom({ cause: { alarms: all }, open }: { cause: Cause; open: boolean }) {
  const words = alarmWords();
  const [first, ...rest] = all;
  return (
    <>
      <Alarm alarm={first!} open={open} />
      {rest.length > 0 && (
        <details class="follows">
          <summary>{words.alsoHere(rest.length)}</summary>
          <TakeAll alarms={all} />
          {rest.map((alarm) => (
            <Alarm key={alarm.id} alarm={alarm} open={false} />
          ))}
        </details>
      )}
    </>
  );
}

/** The same in many rooms at once: one thing to look into, and one answer. */
function Widespread({ cause: { alarms: all, rooms } }: { cause: Cause }) {
  const words = alarmWords();
  const first = all[0]!;
  return (
    <article
      class={`alarm ${first.priority}`}
      aria-label={`${titleOf(first.condition)}, ${words.inRooms(rooms.length)}`}
    >
      <header>
        <Badge kind={first.priority}>{pieceWords().priorities[first.priority]}</Badge>
        <strong>{titleOf(first.condition)}</strong>
        <span>{words.inRooms(rooms.length)}</span>
      </header>
      <p>{rooms.map(nameOf).join(language.value === "en" ? ", " : "、")}</p>
      <p class="soft">{words.oneCause}</p>
      <TakeAll alarms={all} />
      <details>
        <summary>{words.each(all.length)}</summary>
        {all.map((alarm) => (
          <Alarm key={alarm.id} alarm={alarm} open={false} />
        ))}
      </details>
    </article>
  );
}

function TakeAll({ alarms: all }: { alarms: readonly AlarmView[] }) {
  const words = alarmWords();
  const [first, ...others] = all.filter((alarm) => isUnanswered(alarm) && may("acknowledge", alarm.room));
  if (!first || others.length === 0) return null;
  return (
    <div class="acts">
      <button type="button" class="button main" onClick={() => answer(first, "ack", others)}>
        {words.takeAll(others.length + 1)}
      </button>
    </div>
  );
}
