import { useState } from "preact/hooks";
import type { DrillScenario, DrillView } from "../../../../contract/index.ts";
import { ask } from "../../api.ts";
import { titleOf } from "../../conditions.ts";
import { lengthOf, momentOf, named } from "../../language.ts";
import { allRooms } from "../../live.ts";
import { useAsked } from "../../parts/asked.ts";
import { Choice } from "../../parts/choice.tsx";
import { Form, TextArea } from "../../parts/form.tsx";
import { Act, Badge, Dialog, Empty, Shown, Table } from "../../parts/pieces.tsx";
import { nameOf } from "../../room-state.ts";
import { may } from "../../session.ts";
import { drillWords } from "../../words/drills.ts";

const scenarios: readonly DrillScenario[] = ["smoke", "leak", "temperature", "humidity"];

/** Announced exercises: told like real alarms, marked as what they are, and what came of each. */
export function Drills() {
  const words = drillWords();
  const asked = useAsked(() => ask<{ drills: DrillView[] }>("/telling/drills"), []);
  const [starting, setStarting] = useState(false);
  const end = (id: string) => async () => {
    await ask(`/telling/drills/${id}/end`, { body: {} });
    asked.again();
  };
  return (
    <>
      {may("configure") && (
        <div class="acts">
          <button type="button" class="button main" onClick={() => setStarting(true)}>
            {words.start}
          </button>
        </div>
      )}
      {starting && (
        <Start
          onClose={() => setStarting(false)}
          onDone={() => {
            setStarting(false);
            asked.again();
          }}
        />
      )}
      <Shown asked={asked}>
        {({ drills }) =>
          drills.length === 0 ? (
            <Empty>{words.none}</Empty>
          ) : (
            <Table
              caption={words.title}
              rows={drills}
              keyOf={({ id }) => id}
              columns={[
                { head: words.when, cell: ({ at }) => <span class="short">{momentOf(at)}</span> },
                {
                  head: words.what,
                  cell: ({ condition, room, comment }) => (
                    <>
                      {titleOf(condition)} · {room === null ? "–" : nameOf(room)}
                      {comment && <q>{comment}</q>}
                    </>
                  ),
                },
                { head: words.told, cell: ({ told }) => words.toldOf(told.length, told.filter(isTold).length) },
                {
                  head: words.answer,
                  cell: ({ answer }) =>
                    answer ? (
                      <Badge kind="ok">
                        {answer.by ?? "–"} · {lengthOf(answer.afterS * 1_000)}
                      </Badge>
                    ) : (
                      <Badge kind="medium">{words.unanswered}</Badge>
                    ),
                },
                {
                  head: words.end,
                  cell: ({ id, endedAt, until }) =>
                    endedAt !== null ? (
                      momentOf(endedAt)
                    ) : may("configure") ? (
                      <Act work={end(id)}>{words.endNow}</Act>
                    ) : (
                      words.by(momentOf(until))
                    ),
                },
              ]}
            />
          )
        }
      </Shown>
    </>
  );
}

const isTold = ({ state }: DrillView["told"][number]) => state === "delivered" || state === "merged";

function Start({ onClose, onDone }: { onClose: () => void; onDone: () => void }) {
  const words = drillWords();
  const rooms = allRooms().filter(({ id }) => id !== "outdoor");
  const [scenario, setScenario] = useState<DrillScenario>("smoke");
  const [room, setRoom] = useState(rooms[0]?.id ?? "");
  const [comment, setComment] = useState("");
  return (
    <Dialog title={words.start} onClose={onClose}>
      <p class="notice">{words.hint}</p>
      <Form
        submit={words.start}
        send={async () => {
          await ask("/telling/drills", { body: { scenario, room, comment } });
          onDone();
        }}
      >
        <Choice
          label={words.scenario}
          value={scenario}
          onPick={(picked) => setScenario(scenarios.find((each) => each === picked) ?? "smoke")}
          options={scenarios.map((each) => [each, words.scenarios[each]] as const)}
        />
        <Choice
          label={words.room}
          value={room}
          onPick={setRoom}
          options={rooms.map(({ id, name }) => [id, named(name)] as const)}
        />
        <TextArea label={words.remark} rows={2} maxLength={1_000} name="comment" value={comment} onType={setComment} />
      </Form>
    </Dialog>
  );
}
