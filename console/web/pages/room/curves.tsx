import { useCallback, useMemo, useRef, useState } from "preact/hooks";
import type { AlarmView, RoomView } from "../../../../contract/index.ts";
import { ask } from "../../api.ts";
import { type Course, courseOf, csvOf, type Span, spanNames, spans } from "../../course.ts";
import { language, minuteMs, named } from "../../language.ts";
import { alarms, allRooms } from "../../live.ts";
import { useAsked } from "../../parts/asked.ts";
import { Chart } from "../../parts/chart.tsx";
import { Choice } from "../../parts/choice.tsx";
import { Card, Shown } from "../../parts/pieces.tsx";
import { limitsIn } from "../../room-state.ts";
import { save, savePictures } from "../../save.ts";
import { may } from "../../session.ts";
import { roomPageWords } from "../../words/room.ts";
import { DoorLane } from "./door-lane.tsx";
import { VisitLane } from "./visit-lane.tsx";

const shownQuantities = [
  { quantity: "temperature_c", unit: "°C", digits: 1, word: "temperature" },
  { quantity: "relative_humidity_pct", unit: "%", digits: 1, word: "humidity" },
] as const;
/** Hours ahead are shown beside hours past, not beside years. */
const aheadMs = 6 * 3_600_000;

interface Shot {
  courses: Record<string, Course>;
  compared: Record<string, Course> | null;
  raised: AlarmView[];
}

/** Temperature and humidity over any time, with what is expected, beside another room. */
export function Curves({ room }: { room: RoomView }) {
  const words = roomPageWords();
  const [span, setSpan] = useState<Span>("24h");
  const [picked, setPicked] = useState<{ fromMs: number; toMs: number } | null>(null);
  const [other, setOther] = useState("");
  const canvases = useRef(new Map<string, HTMLCanvasElement>());
  const lengthMs = spans[span];
  const hasAhead = picked === null && lengthMs <= spans["7d"] && Object.keys(room.forecast).length > 0;
  // While it shows the present, it goes on with it: by the minute, or with the points of a long time.
  const nowMs = Math.floor(minuteMs.value / Math.max(60_000, lengthMs / 2_000)) * Math.max(60_000, lengthMs / 2_000);
  const time = useMemo(
    () =>
      picked ?? { fromMs: nowMs - lengthMs, toMs: nowMs + 60_000 + (hasAhead ? Math.min(aheadMs, lengthMs / 3) : 0) },
    [picked, nowMs, lengthMs, hasAhead],
  );
  const asked = useAsked<Shot>(
    async (signal) => {
      const of = async (id: string) =>
        Object.fromEntries(
          await Promise.all(
            shownQuantities.map(async ({ quantity }) => {
              return [quantity, await courseOf({ room: id, quantity, ...time }, signal)] as const;
            }),
          ),
        );
      const [courses, compared, { alarms: raised }] = await Promise.all([
        of(room.id),
        other === "" ? null : of(other),
        ask<{ alarms: AlarmView[] }>("/alarms", {
          query: { room: room.id, state: "all", limit: 500 },
          unattended: true,
          signal,
        }),
      ]);
      return { courses, compared, raised };
    },
    [room.id, other, time, alarms.value.size],
  );
  const onSelect = useCallback((fromMs: number, toMs: number) => setPicked({ fromMs, toMs }), []);
  const others = allRooms().filter(({ id }) => id !== room.id);
  const otherName = others.find(({ id }) => id === other)?.name;
  const exportCsv = ({ courses }: Shot) =>
    save(
      `${room.id}.csv`,
      new Blob([csvOf(Object.entries(courses).map(([name, course]) => ({ name, course })))], { type: "text/csv" }),
    );

  return (
    <Card wide>
      <div class="filters">
        <fieldset class="spans" aria-label={words.span}>
          {spanNames.map((name) => (
            <button
              key={name}
              type="button"
              aria-pressed={picked === null && name === span}
              onClick={() => {
                setSpan(name);
                setPicked(null);
              }}
            >
              {words.spans[name]}
            </button>
          ))}
          {picked !== null && (
            <button type="button" onClick={() => setPicked(null)}>
              {words.zoomOut}
            </button>
          )}
        </fieldset>
        <Choice
          label={words.compare}
          value={other}
          onPick={setOther}
          options={[["", words.nothing], ...others.map(({ id, name }) => [id, named(name)] as const)]}
        />
        <span class="grow" />
        <span class="together">
          <button
            type="button"
            class="button quiet"
            disabled={!asked.value}
            onClick={() => asked.value && exportCsv(asked.value)}
          >
            {words.csv}
          </button>
          <button
            type="button"
            class="button quiet"
            onClick={() => savePictures(`${room.id}.png`, [...canvases.current.values()])}
          >
            {words.png}
          </button>
        </span>
      </div>
      <Shown asked={asked}>
        {({ courses, compared, raised }) => (
          <>
            {shownQuantities.map(({ quantity, unit, digits, word }) => (
              <figure key={quantity} class={asked.busy ? "busy" : undefined}>
                <figcaption>
                  {words[word]} ({unit})
                </figcaption>
                <Curve
                  facts={{
                    title: words[word],
                    unit,
                    digits,
                    course: courses[quantity]!,
                    compared: compared
                      ? { name: named(otherName ?? { zh: other, en: other }), course: compared[quantity]! }
                      : null,
                    limits: limitsIn(room, quantity),
                    forecast: hasAhead ? (room.forecast[quantity] ?? null) : null,
                    ...time,
                    marks: raised.map(({ at, priority, messages }) => ({
                      atMs: Date.parse(at),
                      priority,
                      text: messages[language.value],
                    })),
                  }}
                  onSelect={onSelect}
                  quantity={quantity}
                  canvases={canvases.current}
                />
              </figure>
            ))}
            <DoorLane room={room.id} {...time} />
            {may("read-access", room.id) && <VisitLane room={room.id} {...time} />}
          </>
        )}
      </Shown>
      <p class="soft small">{words.drag}</p>
    </Card>
  );
}

function Curve({
  quantity,
  canvases,
  ...rest
}: Parameters<typeof Chart>[0] & { quantity: string; canvases: Map<string, HTMLCanvasElement> }) {
  const onReady = useCallback((canvas: HTMLCanvasElement) => void canvases.set(quantity, canvas), [quantity, canvases]);
  return <Chart {...rest} onReady={onReady} />;
}
