import { useState } from "preact/hooks";
import type { AlarmView, TellingEntry } from "../../../../contract/index.ts";
import { ask } from "../../api.ts";
import { adviceOf, titleOf, withoutAdvice } from "../../conditions.ts";
import { dayBefore, language, lengthOf, minuteMs, momentOf, named, timeOf } from "../../language.ts";
import { roomOf, takeAlarm } from "../../live.ts";
import { useAsked } from "../../parts/asked.ts";
import { Act, Badge, Shown } from "../../parts/pieces.tsx";
import { isSignedIn, may } from "../../session.ts";
import { alarmWords } from "../../words/alarms.ts";
import { pieceWords } from "../../words/pieces.ts";
import { answer, isUnanswered } from "./answer.tsx";
import { saysEvidence } from "./brief.ts";

/** What is over within a day needs no plan; how long it must have stood in fact, the server knows. */
const remedyAfterMs = 86_400_000;

/** One alarm: what, where, why, what to do, who was told, and an answer to it. */
export function Alarm({ alarm, open }: { alarm: AlarmView; open: boolean }) {
  const words = alarmWords();
  const pieces = pieceWords();
  const { id, state, room } = alarm;
  const name = room === null ? words.system : named(roomOf(room)?.value.name ?? { zh: room, en: room });
  const can = (right: string) => may(right, room);
  const advice = adviceOf(alarm.condition);
  const stoodMs = minuteMs.value - Date.parse(alarm.at);
  return (
    <article class={`alarm ${alarm.priority} ${state}`} aria-label={`${titleOf(alarm.condition)}, ${name}`}>
      <header>
        <Badge kind={alarm.priority}>{pieces.priorities[alarm.priority]}</Badge>
        <strong>{titleOf(alarm.condition)}</strong>
        {room === null ? <span>{name}</span> : <a href={`/rooms/${room}`}>{name}</a>}
        {alarm.drill !== undefined && <span class="mark">{words.drill}</span>}
      </header>
      {!saysEvidence(alarm) && <p class="sentence">{withoutAdvice(alarm.messages[language.value], advice)}</p>}
      <p class="soft">
        {words.since(momentOf(alarm.at), lengthOf(stoodMs))} · {pieces.states[state]}
        {alarm.acknowledgedBy !== undefined && ` · ${words.answeredBy(alarm.acknowledgedBy)}`}
        {alarm.shelvedUntil !== undefined && ` · ${words.shelvedUntil(momentOf(alarm.shelvedUntil))}`}
      </p>
      {alarm.remedial !== undefined && (
        <p>
          <b>{words.toBePutRight}</b>{" "}
          {words.putRight(alarm.remedial.owner, alarm.remedial.measure, dayBefore(alarm.remedial.due))}
        </p>
      )}
      {alarm.expectedAt !== undefined && (
        <p class="soft">
          {words.expected(
            momentOf(alarm.expectedAt),
            timeOf(alarm.expectedFrom ?? alarm.expectedAt),
            timeOf(alarm.expectedTo ?? alarm.expectedAt),
          )}
        </p>
      )}
      {alarm.evidence.length > 0 && (
        <>
          <Evidence word={words.because} of={alarm.evidence.filter(({ weight }) => weight >= 0)} />
          <Evidence word={words.against} of={alarm.evidence.filter(({ weight }) => weight < 0)} />
        </>
      )}
      {advice !== null && (
        <p>
          <b>{words.todo}</b> {advice}
        </p>
      )}
      {isSignedIn() && <Told alarm={id} open={open} />}
      <div class="acts">
        {!isSignedIn() && <a href="/sign-in">{words.signInToAnswer}</a>}
        {isUnanswered(alarm) && can("acknowledge") && (
          <button type="button" class="button main" onClick={() => answer(alarm, "ack")}>
            {words.acknowledge}
          </button>
        )}
        {can("comment") && (
          <button type="button" class="button quiet" onClick={() => answer(alarm, "comment")}>
            {words.comment}
          </button>
        )}
        {can("shelve") && state !== "shelved" && alarm.drill === undefined && (
          <button type="button" class="button quiet" onClick={() => answer(alarm, "shelve")}>
            {words.shelve}
          </button>
        )}
        {can("shelve") && state === "acknowledged" && stoodMs >= remedyAfterMs && alarm.remedial === undefined && (
          <button type="button" class="button quiet" onClick={() => answer(alarm, "remedy")}>
            {words.remedy}
          </button>
        )}
        {can("shelve") && state === "shelved" && (
          <Act work={async () => takeAlarm(await ask(`/alarms/${id}/unshelve`, { body: {} }))}>{words.unshelve}</Act>
        )}
        {can("reset") && state === "latched" && (
          <Act work={async () => takeAlarm(await ask(`/alarms/${id}/reset`, { body: {} }))}>{words.reset}</Act>
        )}
      </div>
    </article>
  );
}

function Evidence({ word, of }: { word: string; of: AlarmView["evidence"] }) {
  if (of.length === 0) return null;
  return (
    <p>
      <b>{word}</b> {of.map(({ texts }) => texts[language.value]).join(language.value === "en" ? "; " : "；")}
    </p>
  );
}

/** Who was told and what came of it: asked for when somebody wants to know. */
function Told({ alarm, open }: { alarm: string; open: boolean }) {
  const words = alarmWords();
  const [wanted, setWanted] = useState(open);
  return (
    <details class="told" open={open} onToggle={(event) => setWanted(event.currentTarget.open)}>
      <summary>{words.told}</summary>
      {wanted && <ToldList alarm={alarm} />}
    </details>
  );
}

function ToldList({ alarm }: { alarm: string }) {
  const words = alarmWords();
  const asked = useAsked(() => ask<{ log: TellingEntry[] }>("/telling/log", { query: { alarm } }), [alarm]);
  return (
    <Shown asked={asked}>
      {({ log }) =>
        log.length === 0 ? (
          <p class="soft">{words.nobodyTold}</p>
        ) : (
          <ul class="plain-list">
            {log.map((entry) => (
              <li key={entry.id}>
                {momentOf(entry.settledAt ?? entry.queuedAt)} {entry.person ?? "–"} ·{" "}
                {words.channels[entry.channel] ?? entry.channel} · {words.transitions[entry.transition]} ·{" "}
                {words.tellingStates[entry.state]}
              </li>
            ))}
          </ul>
        )
      }
    </Shown>
  );
}
