import { useState } from "preact/hooks";
import type { AlarmView } from "../../../../contract/index.ts";
import { ask } from "../../api.ts";
import { language } from "../../language.ts";
import { takeAlarm } from "../../live.ts";
import { Dialog, Field, Form } from "../../parts/pieces.tsx";
import { alarmWords } from "../../words/alarms.ts";

export type AnswerKind = "ack" | "comment" | "shelve";
const lengths = ["30m", "1h", "4h", "8h"];

/** What somebody says to an alarm: one hand, one thumb. */
export function Answer({ alarm, kind, onClose }: { alarm: AlarmView; kind: AnswerKind; onClose: () => void }) {
  const words = alarmWords();
  const [comment, setComment] = useState("");
  const [length, setLength] = useState("1h");
  const send = async () => {
    const body = kind === "shelve" ? { comment, for: length } : { comment };
    takeAlarm(await ask(`/alarms/${alarm.id}/${kind}`, { body }));
    onClose();
  };
  const title = kind === "ack" ? words.acknowledge : kind === "comment" ? words.comment : words.shelve;
  return (
    <Dialog title={title} onClose={onClose}>
      <p class="sentence">{alarm.messages[language.value]}</p>
      <Form send={send} submit={words.send}>
        <Field label={kind === "shelve" ? words.why : words.what}>
          <textarea
            required
            rows={3}
            maxLength={1_000}
            value={comment}
            onInput={(event) => setComment(event.currentTarget.value)}
          />
        </Field>
        {kind === "shelve" && (
          <Field label={words.forHowLong}>
            <select value={length} onChange={(event) => setLength(event.currentTarget.value)}>
              {lengths.map((each) => (
                <option key={each} value={each}>
                  {each}
                </option>
              ))}
            </select>
          </Field>
        )}
      </Form>
    </Dialog>
  );
}
