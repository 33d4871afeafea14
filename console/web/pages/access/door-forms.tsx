import { useState } from "preact/hooks";
import { ask } from "../../api.ts";
import { momentOf } from "../../language.ts";
import { Choice } from "../../parts/choice.tsx";
import { Form, TextArea, TextField } from "../../parts/form.tsx";
import { Act, Dialog } from "../../parts/pieces.tsx";
import { doorWords } from "../../words/doors.ts";
import { type DoorRow, doorNameOf } from "./door-name.ts";

interface Closing {
  onClose: () => void;
  /** With what has come of it, in words. */
  onDone: (said: string) => void;
}

/** A door under repair: recorded as ever, and alarms nobody meanwhile. */
export function Maintenance({ door, onClose, onDone }: Closing & { door: DoorRow }) {
  const words = doorWords();
  const [minutes, setMinutes] = useState("60");
  const [comment, setComment] = useState("");
  const name = doorNameOf(door);
  const set = (length: number) =>
    ask("/access/maintenance", { body: { door: door.door, minutes: length, comment: comment.trim() } });
  return (
    <Dialog title={`${words.maintenance} · ${name}`} onClose={onClose}>
      <p>{words.maintenanceHint}</p>
      {door.maintenanceUntil !== null && (
        <div class="notice">
          <p>{words.inMaintenance(momentOf(door.maintenanceUntil))}</p>
          <Act
            work={async () => {
              await set(0);
              onDone(words.ended(name));
            }}
          >
            {words.end}
          </Act>
        </div>
      )}
      <Form
        submit={door.maintenanceUntil === null ? words.begin : words.beginAnew}
        send={async () => {
          await set(Number(minutes));
          onDone(words.began(name, Number(minutes)));
        }}
      >
        <TextField
          label={words.minutes}
          inputMode="numeric"
          required
          pattern="[1-9]\d{0,4}"
          title={words.minutesForm}
          name="minutes"
          value={minutes}
          onType={setMinutes}
        />
        <TextArea label={words.why} required maxLength={2_000} name="comment" value={comment} onType={setComment} />
      </Form>
    </Dialog>
  );
}

const categories = ["visitor", "contractor", "health-authority"] as const;

/** A badge for a guest, or for somebody of the house; and a person's badges taken back. */
export function GiveBadge({ onClose, onDone }: Closing) {
  const words = doorWords();
  const [what, setWhat] = useState("give");
  const [id, setId] = useState("");
  const [name, setName] = useState("");
  const [category, setCategory] = useState<string>("visitor");
  const [credential, setCredential] = useState("");
  const gives = what === "give";
  const send = async () => {
    const guest = !gives || name.trim() === "" ? {} : { name: name.trim(), category };
    const number = gives ? { credential: credential.trim() } : {};
    const person = { id: id.trim(), ...guest };
    const { badges } = await ask<{ badges: number }>("/access/badges", { body: { person, ...number } });
    onDone(gives ? words.given(person.id) : words.takenBack(person.id, badges));
  };
  return (
    <Dialog title={words.badge} onClose={onClose}>
      <p>{gives ? words.badgeHint : words.takeBackHint}</p>
      <Form submit={gives ? words.give : words.takeBack} danger={!gives} send={send}>
        <Choice
          label={words.what}
          value={what}
          onPick={setWhat}
          options={[
            ["give", words.give],
            ["take", words.takeBack],
          ]}
        />
        <TextField
          label={words.number}
          hint={words.numberHint}
          required
          maxLength={32}
          name="person.id"
          value={id}
          onType={setId}
        />
        {gives && (
          <>
            <TextField label={words.guestName} maxLength={100} name="person.name" value={name} onType={setName} />
            {name.trim() !== "" && (
              <Choice
                label={words.category}
                value={category}
                onPick={setCategory}
                options={categories.map((each) => [each, words.categories[each]] as const)}
              />
            )}
            <TextField
              label={words.credential}
              hint={words.credentialHint}
              type="password"
              autocomplete="off"
              required
              maxLength={256}
              name="credential"
              value={credential}
              onType={setCredential}
            />
          </>
        )}
      </Form>
    </Dialog>
  );
}
