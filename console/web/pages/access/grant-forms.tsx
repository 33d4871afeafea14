import { useState } from "preact/hooks";
import { ask } from "../../api.ts";
import { nowMs } from "../../clock.ts";
import { fieldTextOf, msOfField, named } from "../../language.ts";
import { allRooms } from "../../live.ts";
import { Choice, Choices } from "../../parts/choice.tsx";
import { Form, TextArea, TextField } from "../../parts/form.tsx";
import { Dialog } from "../../parts/pieces.tsx";
import { session } from "../../session.ts";
import { accessWords } from "../../words/access.ts";
import { isOffice } from "../../words/shell.ts";

interface Closing {
  onClose: () => void;
  onDone: () => void;
}

const purposes = ["consultation", "deposit", "storage-check", "digitisation", "maintenance", "inspection"] as const;
const classes = ["ordinary", "important", "core"] as const;
const hourMs = 3_600_000;
const linesOf = (text: string) =>
  text
    .split(/[\n,，、;；]/)
    .map((line) => line.trim())
    .filter(Boolean);

function RoomPicker({ picked, onPick }: { picked: readonly string[]; onPick: (rooms: string[]) => void }) {
  const rooms = allRooms().filter(({ id }) => id !== "outdoor");
  return (
    <Choices
      label={accessWords().rooms}
      name="rooms"
      picked={picked}
      onPick={onPick}
      options={rooms.map(({ id, name }) => [id, named(name)] as const)}
    />
  );
}

/** Of whoever asks; an office has none. */
const ownNumber = (): string => {
  const account = session.value?.account;
  return account && !isOffice(account) ? account.id : "";
};

/** Who, which rooms, why, which records, when. */
export function GrantRequest({ onClose, onDone }: Closing) {
  const words = accessWords();
  const [person, setPerson] = useState(ownNumber);
  const [name, setName] = useState("");
  const [rooms, setRooms] = useState<string[]>([]);
  const [purpose, setPurpose] = useState<string>("consultation");
  const [records, setRecords] = useState("");
  const [recordClass, setClass] = useState<string>("ordinary");
  const [companions, setCompanions] = useState("");
  const [from, setFrom] = useState(fieldTextOf(nowMs()));
  const [to, setTo] = useState(fieldTextOf(nowMs() + 2 * hourMs));
  const [comment, setComment] = useState("");
  const send = async () => {
    await ask("/access/grants", {
      body: {
        person: { id: person.trim(), ...(name.trim() === "" ? {} : { name: name.trim(), category: "visitor" }) },
        companions: linesOf(companions),
        rooms,
        purpose,
        records: linesOf(records),
        class: recordClass,
        from: new Date(msOfField(from)).toISOString(),
        to: new Date(msOfField(to)).toISOString(),
        comment,
      },
    });
    onDone();
  };
  return (
    <Dialog title={words.ask} onClose={onClose}>
      <Form submit={words.send} send={send}>
        <TextField label={words.who} required name="person.id" value={person} onType={setPerson} />
        <TextField label={words.guestName} name="person.name" value={name} onType={setName} />
        <RoomPicker picked={rooms} onPick={setRooms} />
        <Choice
          label={words.purpose}
          value={purpose}
          onPick={setPurpose}
          options={purposes.map((each) => [each, words.purposes[each]] as const)}
        />
        <TextArea label={words.records} rows={2} name="records" value={records} onType={setRecords} />
        <Choice
          label={words.recordClass}
          value={recordClass}
          onPick={setClass}
          options={classes.map((each) => [each, words.classes[each]] as const)}
        />
        <TextField label={words.companions} name="companions" value={companions} onType={setCompanions} />
        <TextField label={words.from} type="datetime-local" required name="from" value={from} onType={setFrom} />
        <TextField label={words.to} type="datetime-local" required name="to" value={to} onType={setTo} />
        <TextArea label={words.comment} rows={2} name="comment" value={comment} onType={setComment} />
      </Form>
    </Dialog>
  );
}

/** Enter without asking: it alarms at once, and must be explained. */
export function BreakGlass({ onClose, onDone }: Closing) {
  const words = accessWords();
  const [rooms, setRooms] = useState<string[]>([]);
  const [minutes, setMinutes] = useState("15");
  const [comment, setComment] = useState("");
  const send = async () => {
    const person = session.value?.account?.id ?? "";
    await ask("/access/break-glass", { body: { person, rooms, minutes: Number(minutes), comment } });
    onDone();
  };
  return (
    <Dialog title={words.breakGlass} onClose={onClose}>
      <Form submit={words.breakGlass} send={send} danger>
        <RoomPicker picked={rooms} onPick={setRooms} />
        <TextField
          label={words.minutes}
          inputMode="numeric"
          required
          pattern="\d{1,4}"
          title={words.minutesForm}
          name="minutes"
          value={minutes}
          onType={setMinutes}
        />
        <TextArea label={words.reason} rows={3} required name="comment" value={comment} onType={setComment} />
      </Form>
    </Dialog>
  );
}
