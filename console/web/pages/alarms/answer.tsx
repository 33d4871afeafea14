import { useState } from "preact/hooks";
import type { AlarmView } from "../../../../contract/index.ts";
import { ask } from "../../api.ts";
import { lengthOf } from "../../language.ts";
import { takeAlarm } from "../../live.ts";
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

/** What somebody says to an alarm: one hand, one thumb. */
export function Answer({
  alarm,
  others = [],
  kind,
  onClose,
}: {
  alarm: AlarmView;
  /** That are given the same answer. */
  others?: readonly AlarmView[];
  kind: AnswerKind;
  onClose: () => void;
}) {
  const words = alarmWords();
  const [comment, setComment] = useState("");
  const [length, setLength] = useState("1h");
  const [owner, setOwner] = useState("");
  const [measure, setMeasure] = useState("");
  const [due, setDue] = useState("");
  const send = async () => {
    const more = { ack: {}, comment: {}, shelve: { for: length }, remedy: { owner, measure, due } }[kind];
    for (const { id } of [alarm, ...others])
      takeAlarm(await ask(`/alarms/${id}/${kind}`, { body: { comment, ...more } }));
    onClose();
  };
  const title = { ack: words.acknowledge, comment: words.comment, shelve: words.shelve, remedy: words.remedy }[kind];
  return (
    <Dialog title={title} onClose={onClose}>
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
