import { useRoute } from "preact-iso";
import { adviceOf } from "../conditions.ts";
import { figure, lengthOf, minuteMs, named } from "../language.ts";
import { alarmsOf, closed, roomIds, roomOf } from "../live.ts";
import { Badge, Card, Head } from "../parts/pieces.tsx";
import { crossingOf, isBeyond, numberOf, standingOf } from "../room-state.ts";
import { isSignedIn } from "../session.ts";
import { roomPageWords } from "../words/room.ts";
import { roomWords } from "../words/rooms.ts";
import { Alarm } from "./alarms/alarm.tsx";
import { AnswerWindow } from "./alarms/answer.tsx";
import { bySeverity } from "./alarms/severity.ts";
import { Curves } from "./room/curves.tsx";
import { Holdings, Preservation, RoomDevices, RoomExcursions } from "./room/facts.tsx";
import { standingWord } from "./rooms/standing.ts";

/** One room: how it was, is and will be, and why. */
export function Room() {
  const words = roomPageWords();
  const { params } = useRoute();
  const id = params.id ?? "";
  const known = roomIds.value.includes(id);
  const room = roomOf(id)?.value;
  if (!known || !room) return roomIds.value.length === 0 && !closed.value ? null : <p class="fault">{words.unknown}</p>;
  const standing = standingOf(room);
  const crossing = crossingOf(room);
  const alarms = alarmsOf(id).sort(bySeverity);
  const rooms = roomWords();
  return (
    <>
      <Head title={named(room.name)}>
        <Badge kind={standing}>{standingWord(standing)}</Badge>
      </Head>
      <div class="numbers">
        {(
          [
            ["temperature_c", words.temperature, "°C", 1],
            ["relative_humidity_pct", words.humidity, "%", 1],
          ] as const
        ).map(([quantity, label, unit, digits]) => {
          const value = numberOf(room, quantity);
          return (
            <div key={quantity} class={isBeyond(room, quantity) ? "number-card beyond" : "number-card"}>
              <b>{value === null ? "–" : `${figure(value, digits)} ${unit}`}</b>
              <span>{label}</span>
            </div>
          );
        })}
        {crossing && (
          <div class="number-card soon">
            <b>{lengthOf(crossing.atMs - minuteMs.value)}</b>
            <span>
              {rooms.willBe(
                crossing.quantity === "temperature_c" ? rooms.temperature : rooms.humidity,
                lengthOf(crossing.atMs - minuteMs.value),
              )}
            </span>
          </div>
        )}
      </div>
      {alarms.length > 0 && (
        <Card title={words.alarmsHere} wide>
          {alarms.map((alarm) => (
            <Alarm key={alarm.id} alarm={alarm} open={false} />
          ))}
        </Card>
      )}
      <AnswerWindow />
      {crossing && alarms.length === 0 && (
        <p class="notice">
          {adviceOf(`${crossing.quantity === "temperature_c" ? "temperature" : "humidity"}-forecast`)}
        </p>
      )}
      <Curves room={room} />
      <div class="columns">
        <Holdings room={room} />
        <Preservation room={room} />
        {isSignedIn() ? (
          <>
            <RoomDevices room={id} />
            <RoomExcursions room={id} />
          </>
        ) : (
          <p class="soft">{words.signInForMore}</p>
        )}
      </div>
    </>
  );
}
