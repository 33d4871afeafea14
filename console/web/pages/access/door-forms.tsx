import { useState } from "preact/hooks";
import { ask } from "../../api.ts";
import { Choice } from "../../parts/choice.tsx";
import { Dialog, Field, Form } from "../../parts/pieces.tsx";
import { doorWords } from "../../words/doors.ts";

interface Closing {
  onClose: () => void;
  onDone: () => void;
}

/** A door under repair: recorded as ever, and alarms nobody meanwhile. */
export function Maintenance({ door, name, onClose, onDone }: Closing & { door: string; name: string }) {
  const words = doorWords();
  const [minutes, setMinutes] = useState("60");
  const [comment, setComment] = useState("");
  return (
    <Dialog title={`${words.maintenance} · ${name}`} onClose={onClose}>
      <p>{words.maintenanceHint}</p>
      <Form
        submit={words.begin}
        send={async () => {
          await ask("/access/maintenance", { body: { door, minutes: Number(minutes), comment } });
          onDone();
        }}
      >
        <Field label={words.minutes} hint={words.zeroEnds}>
          <input
            inputMode="numeric"
            required
            pattern="\d{1,5}"
            value={minutes}
            onInput={(event) => setMinutes(event.currentTarget.value)}
          />
        </Field>
        <Field label={words.remark}>
          <textarea rows={2} value={comment} onInput={(event) => setComment(event.currentTarget.value)} />
        </Field>
      </Form>
    </Dialog>
  );
}

const categories = ["visitor", "contractor", "health-authority"] as const;

/** A badge for a guest, or for somebody of the house; without a number, the person's badges are taken back. */
export function GiveBadge({ onClose, onDone }: Closing) {
  const words = doorWords();
  const [id, setId] = useState("");
  const [name, setName] = useState("");
  const [category, setCategory] = useState<string>("visitor");
  const [credential, setCredential] = useState("");
  return (
    <Dialog title={words.badge} onClose={onClose}>
      <p>{words.badgeHint}</p>
      <Form
        submit={credential === "" ? words.takeBack : words.give}
        send={async () => {
          const guest = name.trim() === "" ? {} : { name: name.trim(), category };
          const number = credential.trim() === "" ? {} : { credential: credential.trim() };
          await ask("/access/badges", { body: { person: { id: id.trim(), ...guest }, ...number } });
          onDone();
        }}
      >
        <Field label={words.number} hint={words.numberHint}>
          <input required maxLength={32} value={id} onInput={(event) => setId(event.currentTarget.value)} />
        </Field>
        <Field label={words.guestName}>
          <input maxLength={100} value={name} onInput={(event) => setName(event.currentTarget.value)} />
        </Field>
        {name.trim() !== "" && (
          <Choice
            label={words.category}
            value={category}
            onPick={setCategory}
            options={categories.map((each) => [each, words.categories[each]] as const)}
          />
        )}
        <Field label={words.credential} hint={words.credentialHint}>
          <input
            type="password"
            autocomplete="off"
            maxLength={256}
            value={credential}
            onInput={(event) => setCredential(event.currentTarget.value)}
          />
        </Field>
      </Form>
    </Dialog>
  );
}
