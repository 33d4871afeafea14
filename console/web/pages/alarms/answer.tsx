import { signal } from "@preact/signals";
import { useEffect, useState } from "preact/hooks";
import type { AlarmView } from "../../../../contract/index.ts";
import { ask } from "../../api.ts";
import { lengthOf } from "../../language.ts";
import { alarms, takeAlarm } from "../../live.ts";
import { Choice } from "../../parts/choice.tsx";
import { Form, TextArea, TextField } from "../../parts/form.tsx";
import { Dialog } from "../../parts/pieces.tsx";
import { alarmWords } from "../../words/alarms.ts";
import { briefOf } from "./brief.ts";

export type AnswerKind = "ack" | "comment" | "shelve" | "remedy";
const lengths: Readonly<Record<string, number>> = {
  "30m": 1_800_000,
  "1h": 3_600_000,
  "4h": 14_400_000,
  "8h": 28_800_000,
};

interface Answering {
  alarm: AlarmView;
  kind: AnswerKind;
  /** That are taken with it. */
  others: readonly AlarmView[];
}

const answering = signal<Answering | null>(null);

/** Opens the window in which somebody answers. */
export function answer(alarm: AlarmView, kind: AnswerKind, others: readonly AlarmView[] = []): void {
  answering.value = { alarm, kind, others };
}

export const isUnanswered = ({ state }: AlarmView) => state === "unacknowledged" || state === "returned-unacknowledged";

/** Stands beside the alarms, not among them: whatever happens to those, what somebody is writing stays. */
export function AnswerWindow() {
  useEffect(() => close, []);
  return answering.value && <Answer {...answering.value} />;
}

const close = () => {
  answering.value = null;
};

/** What somebody says to an alarm: one hand, one thumb. */
function Answer({ alarm, others, kind }: Answering) {
  const words = alarmWords();
  const [comment, setComment] = useState("");
  const [length, setLength] = useState("1h");
  const [owner, setOwner] = useState("");
  const [measure, setMeasure] = useState("");
  const [due, setDue] = useState("");
  const send = async () => {
    const more = { ack: {}, comment: {}, shelve: { for: length }, remedy: { owner, measure, due } }[kind];
    // Some may have been answered by others meanwhile.
    const still = others.filter(({ id }) => {
      const now = alarms.value.get(id);
      return now !== undefined && isUnanswered(now);
    });
    for (const { id } of [alarm, ...still])
      takeAlarm(await ask(`/alarms/${id}/${kind}`, { body: { comment, ...more } }));
    close();
  };
  const title = { ack: words.acknowledge, comment: words.comment, shelve: words.shelve, remedy: words.remedy }[kind];
  return (
    <Dialog title={title} onClose={close}>
      <p class="sentence">{briefOf(alarm)}</p>
      {others.length > 0 && <p>{words.andOthers(others.length)}</p>}
      <Form send={send} submit={words.send}>
        {kind === "remedy" && (
          <>
            <TextField
              label={words.owner}
              hint={words.ownerHint}
              required
              maxLength={100}
              name="owner"
              value={owner}
              onType={setOwner}
            />
            <TextArea
              label={words.measure}
              required
              rows={2}
              maxLength={1_000}
              name="measure"
              value={measure}
              onType={setMeasure}
            />
            <TextField label={words.due} type="date" required name="due" value={due} onType={setDue} />
          </>
        )}
        <TextArea
          label={kind === "shelve" ? words.why : kind === "remedy" ? words.remark : words.what}
          required={kind !== "remedy"}
          rows={3}
          maxLength={1_000}
          name="comment"
          value={comment}
          onType={setComment}
        />
        {kind === "shelve" && (
          <Choice
            label={words.forHowLong}
            value={length}
            onPick={setLength}
            options={Object.keys(lengths).map((each) => [each, lengthOf(lengths[each]!)] as const)}
          />
        )}
      </Form>
    </Dialog>
  );
}
