import { useState } from "preact/hooks";
import type { TellingTestResponse } from "../../../../contract/index.ts";
import { ask } from "../../api.ts";
import { useAsked } from "../../parts/asked.ts";
import { Choice } from "../../parts/choice.tsx";
import { Form, TextField } from "../../parts/form.tsx";
import { Act, Dialog, Shown, Table } from "../../parts/pieces.tsx";
import { may } from "../../session.ts";
import { alarmWords } from "../../words/alarms.ts";
import { peopleWords } from "../../words/people.ts";
import { shellWords } from "../../words/shell.ts";
import { change, type Entry, entriesOf, settings, textOf } from "./edit.ts";

/** Who is known here, how they are reached, and whether that works. */
export function PeopleList() {
  const words = peopleWords();
  const asked = useAsked(settings, []);
  const [edited, setEdited] = useState<Entry | "new" | null>(null);
  const [said, setSaid] = useState<string | null>(null);
  const test = async (person: string) => {
    const { channel, state } = await ask<TellingTestResponse>("/telling/test", { body: { person } });
    setSaid(`${person} · ${words.tested(channel, alarmWords().tellingStates[state])}`);
  };
  return (
    <Shown asked={asked}>
      {({ editable, settings: found }) =>
        !editable ? (
          <p class="notice">{words.notEditable}</p>
        ) : (
          <>
            {said !== null && (
              <p class="notice" role="status">
                {said}
              </p>
            )}
            {editable && may("configure") && (
              <div class="acts">
                <button type="button" class="button main" onClick={() => setEdited("new")}>
                  {words.add}
                </button>
              </div>
            )}
            <Table
              caption={words.views.people}
              rows={entriesOf(found.people)}
              keyOf={({ id }) => textOf(id)}
              columns={[
                { head: words.number, cell: ({ id }) => textOf(id) },
                { head: words.name, cell: ({ name }) => textOf(name) },
                {
                  head: words.category,
                  cell: ({ role, category }) => {
                    const which = textOf(role) || textOf(category);
                    return shellWords().roles[which] ?? which;
                  },
                },
                { head: words.phone, cell: ({ phone }) => textOf(phone) || "–" },
                { head: words.email, cell: ({ email }) => textOf(email) || "–" },
                {
                  head: "",
                  cell: (person) =>
                    may("configure") && (
                      <div class="acts">
                        <button type="button" class="button quiet" onClick={() => setEdited(person)}>
                          {words.edit}
                        </button>
                        <Act work={() => test(textOf(person.id))}>{words.test}</Act>
                      </div>
                    ),
                },
              ]}
            />
            {edited !== null && (
              <Person
                person={edited === "new" ? null : edited}
                onClose={() => setEdited(null)}
                onDone={(text) => {
                  setSaid(text);
                  setEdited(null);
                  asked.again();
                }}
              />
            )}
          </>
        )
      }
    </Shown>
  );
}

const categories = [
  "archivist",
  "logistics",
  "it",
  "facilities",
  "contractor",
  "visitor",
  "health-authority",
  "leader",
  "auditor",
] as const;

function Person({
  person,
  onClose,
  onDone,
}: {
  person: Entry | null;
  onClose: () => void;
  onDone: (text: string) => void;
}) {
  const words = peopleWords();
  const [id, setId] = useState(textOf(person?.id));
  const [name, setName] = useState(textOf(person?.name));
  const [category, setCategory] = useState(textOf(person?.category) || "archivist");
  const [phone, setPhone] = useState(textOf(person?.phone));
  const [email, setEmail] = useState(textOf(person?.email));
  const [comment, setComment] = useState("");
  const send = async () => {
    if (person === null) {
      const value = { id, name, category, ...(phone ? { phone } : {}), ...(email ? { email } : {}) };
      return onDone(await change([{ path: ["people", id], value }], comment));
    }
    const fields = { phone, email, name, category };
    const edits = Object.entries(fields)
      .filter(([key, value]) => value !== textOf(person[key]))
      .map(([key, value]) => ({ path: ["people", id, key], value: value === "" ? null : value }));
    onDone(edits.length === 0 ? "" : await change(edits, comment));
  };
  return (
    <Dialog title={person === null ? words.add : `${words.edit} ${id}`} onClose={onClose}>
      <Form submit={words.save} send={send}>
        {person === null && (
          <TextField label={words.number} required maxLength={32} name="id" value={id} onType={setId} />
        )}
        <TextField label={words.name} required name="name" value={name} onType={setName} />
        <Choice
          label={words.category}
          value={category}
          onPick={setCategory}
          options={categories.map((each) => [each, shellWords().roles[each] ?? each] as const)}
        />
        <TextField label={words.phone} type="tel" name="phone" value={phone} onType={setPhone} />
        <TextField label={words.email} type="email" name="email" value={email} onType={setEmail} />
        <TextField label={words.comment} name="comment" value={comment} onType={setComment} />
      </Form>
    </Dialog>
  );
}
