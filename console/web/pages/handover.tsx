import { useState } from "preact/hooks";
import type { AlarmView, HandoverState, HandoversResponse, HandoverView } from "../../../contract/index.ts";
import { ask } from "../api.ts";
import { titleOf } from "../conditions.ts";
import { exactOf, momentOf } from "../language.ts";
import { useAsked } from "../parts/asked.ts";
import { Form, TextArea } from "../parts/form.tsx";
import { Badge, Card, Head, Shown, Table } from "../parts/pieces.tsx";
import { nameOf } from "../room-state.ts";
import { session } from "../session.ts";
import { handoverWords } from "../words/handover.ts";
import { pieceWords } from "../words/pieces.ts";
import { briefOf } from "./alarms/brief.ts";
import { bySeverity } from "./alarms/severity.ts";

/** Since the last one: what is open, and that both have seen it. Made to be printed too. */
export function Handover() {
  const words = handoverWords();
  const asked = useAsked(() => ask<HandoversResponse>("/handovers"), []);
  return (
    <>
      <Head title={words.title}>
        <button type="button" class="button quiet" onClick={() => window.print()}>
          {words.print}
        </button>
      </Head>
      <Shown asked={asked}>
        {({ now, waiting, past }) => (
          <>
            {waiting && <Waiting handover={waiting} onTaken={asked.again} />}
            <State state={waiting?.state ?? now} />
            {!waiting && <Hand onHanded={asked.again} />}
            <p class="on-paper">
              {words.out}: ____________________ &emsp; {words.in}: ____________________
            </p>
            {past.length > 0 && (
              <Card title={words.past} wide>
                <Table
                  caption={words.past}
                  rows={past}
                  keyOf={({ id }) => id}
                  columns={[
                    { head: words.when, cell: ({ takenAt }) => (takenAt ? exactOf(takenAt) : "–") },
                    { head: words.out, cell: ({ outgoing }) => `${outgoing.name} ${outgoing.id}` },
                    { head: words.in, cell: ({ incoming }) => (incoming ? `${incoming.name} ${incoming.id}` : "–") },
                    {
                      head: words.comment,
                      cell: ({ comment, takenComment }) => [comment, takenComment].filter(Boolean).join(" / ") || "–",
                    },
                  ]}
                />
              </Card>
            )}
          </>
        )}
      </Shown>
    </>
  );
}

function Waiting({ handover, onTaken }: { handover: HandoverView; onTaken: () => void }) {
  const words = handoverWords();
  const [comment, setComment] = useState("");
  const own = handover.outgoing.id === session.value?.account?.id;
  return (
    <Card wide>
      <p>
        <b>{words.waiting(`${handover.outgoing.name} ${handover.outgoing.id}`, momentOf(handover.handedAt))}</b>
      </p>
      {handover.comment !== "" && <q>{handover.comment}</q>}
      {own ? (
        <p class="soft">{words.ownWaits}</p>
      ) : (
        <Form
          submit={words.take}
          send={async () => {
            await ask(`/handovers/${handover.id}/take`, { body: { comment } });
            onTaken();
          }}
        >
          <TextArea label={words.takeWhat} rows={2} name="comment" value={comment} onType={setComment} />
        </Form>
      )}
    </Card>
  );
}

function Hand({ onHanded }: { onHanded: () => void }) {
  const words = handoverWords();
  const [comment, setComment] = useState("");
  return (
    <Card wide>
      <Form
        submit={words.hand}
        send={async () => {
          await ask("/handovers", { body: { comment } });
          onHanded();
        }}
      >
        <TextArea label={words.handWhat} rows={3} name="comment" value={comment} onType={setComment} />
      </Form>
    </Card>
  );
}

function State({ state }: { state: HandoverState }) {
  const words = handoverWords();
  const seen = state.inside.filter(({ count }) => count > 0);
  const unsure = state.inside.filter(({ count, sure }) => count === 0 && !sure);
  return (
    <>
      <p class="soft">{words.since(exactOf(state.since))}</p>
      <div class="numbers">
        <div class="number-card">
          <b>{state.raised}</b>
          <span>{words.raised}</span>
        </div>
        <div class="number-card">
          <b>{state.answered}</b>
          <span>{words.answered}</span>
        </div>
      </div>
      <div class="columns">
        <Alarms title={words.open} alarms={state.open} />
        <Alarms title={words.remedial} alarms={state.remedial} />
        <Alarms title={words.shelved} alarms={state.shelved} />
        <Alarms title={words.outOfService} alarms={state.outOfService} />
        <Card title={words.inside}>
          {seen.length === 0 ? (
            <p class="soft">{words.none}</p>
          ) : (
            <ul class="plain-list">
              {seen.map(({ room, count, sure }) => (
                <li key={room}>
                  {nameOf(room)}: {words.count(count, sure)}
                </li>
              ))}
            </ul>
          )}
          {unsure.length > 0 && <p class="soft small">{words.unsure(unsure.map(({ room }) => nameOf(room)))}</p>}
        </Card>
        <Card title={words.drills}>
          {state.drills.length === 0 ? (
            <p class="soft">{words.none}</p>
          ) : (
            <ul class="plain-list">
              {state.drills.map(({ id, at, room, condition }) => (
                <li key={id}>
                  {momentOf(at)} {titleOf(condition)} {room === null ? "" : nameOf(room)}
                </li>
              ))}
            </ul>
          )}
        </Card>
      </div>
    </>
  );
}

function Alarms({ title, alarms }: { title: string; alarms: readonly AlarmView[] }) {
  return (
    <Card title={title}>
      {alarms.length === 0 ? (
        <p class="soft">{handoverWords().none}</p>
      ) : (
        <ul class="plain-list">
          {alarms.toSorted(bySeverity).map((alarm) => (
            <li key={alarm.id}>
              <Badge kind={alarm.priority}>{pieceWords().priorities[alarm.priority]}</Badge> {briefOf(alarm)}{" "}
              <span class="soft">({pieceWords().states[alarm.state]})</span>
            </li>
          ))}
        </ul>
      )}
    </Card>
  );
}
