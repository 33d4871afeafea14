import { useState } from "preact/hooks";
import type { RecordEntry } from "../../../../contract/index.ts";
import { ask } from "../../api.ts";
import { dayOf, exactOf } from "../../language.ts";
import { useAsked } from "../../parts/asked.ts";
import { Choice } from "../../parts/choice.tsx";
import { Form, TextArea, TextField } from "../../parts/form.tsx";
import { Dialog, Empty, Shown, Table } from "../../parts/pieces.tsx";
import { nameOf } from "../../room-state.ts";
import { may, session } from "../../session.ts";
import { accessWords } from "../../words/access.ts";

const states = ["all", "out", "overdue"] as const;
const personText = (person: RecordEntry["person"]) => (person ? `${person.name ?? ""} ${person.id}`.trim() : "–");

/** What was done with records; everything that ever happened to one of them. */
export function Records() {
  const words = accessWords();
  const [typed, setTyped] = useState("");
  const [reference, setReference] = useState("");
  const [state, setState] = useState<(typeof states)[number]>("all");
  const [entering, setEntering] = useState(false);
  const asked = useAsked(
    () =>
      ask<{ records: RecordEntry[] }>("/access/records", {
        query: { reference: reference || undefined, state, limit: 500 },
      }),
    [reference, state],
  );
  return (
    <>
      <form
        class="filters"
        onSubmit={(event) => {
          event.preventDefault();
          setReference(typed.trim());
        }}
      >
        <TextField label={words.reference} type="search" name="typed" value={typed} onType={setTyped} />
        <Choice
          label={words.state}
          value={state}
          onPick={(picked) => setState(states.find((name) => name === picked) ?? "all")}
          options={states.map((name) => [name, words.recordStates[name]] as const)}
        />
        <button type="submit" class="button main">
          {words.search}
        </button>
        {may("keep-records") && (
          <button type="button" class="button quiet" onClick={() => setEntering(true)}>
            {words.enter}
          </button>
        )}
      </form>
      {entering && (
        <Deed
          onClose={() => setEntering(false)}
          onDone={() => {
            setEntering(false);
            asked.again();
          }}
        />
      )}
      <Shown asked={asked}>
        {({ records }) =>
          records.length === 0 ? (
            <Empty>{words.noRecords}</Empty>
          ) : (
            <Table
              caption={words.views.records}
              rows={records}
              keyOf={({ index }) => index}
              columns={[
                { head: words.when, cell: ({ at }) => exactOf(at) },
                { head: words.reference, cell: (row) => row.reference ?? "–" },
                { head: words.recordClass, cell: (row) => words.classes[row.class] },
                { head: words.action, cell: ({ action }) => words.actions[action] },
                { head: words.person, cell: ({ person }) => personText(person) },
                { head: words.room, cell: ({ room }) => (room === null ? "–" : nameOf(room)) },
                { head: words.due, cell: ({ due }) => (due === null ? "–" : dayOf(due)) },
              ]}
            />
          )
        }
      </Shown>
    </>
  );
}

const actions = ["deposit", "storage-check", "consultation", "digitisation", "loan", "return"] as const;
const classes = ["ordinary", "important", "core"] as const;

/** A barcode scanner types its code and Enter into the first field. */
function Deed({ onClose, onDone }: { onClose: () => void; onDone: () => void }) {
  const words = accessWords();
  const [reference, setReference] = useState("");
  const [action, setAction] = useState<string>("consultation");
  const [recordClass, setClass] = useState<string>("ordinary");
  const [person, setPerson] = useState(session.value?.account?.id ?? "");
  const [second, setSecond] = useState("");
  const [due, setDue] = useState("");
  const [comment, setComment] = useState("");
  const send = async () => {
    await ask("/access/records", {
      body: {
        action,
        reference,
        class: recordClass,
        person,
        ...(second === "" ? {} : { second }),
        ...(action === "loan" && due !== "" ? { due: new Date(`${due}T23:59:59`).toISOString() } : {}),
        ...(comment === "" ? {} : { comment }),
      },
    });
    onDone();
  };
  return (
    <Dialog title={words.enter} onClose={onClose}>
      <Form submit={words.send} send={send}>
        <TextField label={words.reference} required name="reference" value={reference} onType={setReference} />
        <Choice
          label={words.action}
          value={action}
          onPick={setAction}
          options={actions.map((each) => [each, words.actions[each]] as const)}
        />
        <Choice
          label={words.recordClass}
          value={recordClass}
          onPick={setClass}
          options={classes.map((each) => [each, words.classes[each]] as const)}
        />
        <TextField label={words.staffNumber} required name="person" value={person} onType={setPerson} />
        <TextField
          label={words.second}
          required={recordClass === "core"}
          name="second"
          value={second}
          onType={setSecond}
        />
        {action === "loan" && (
          <TextField label={words.due} type="date" required name="due" value={due} onType={setDue} />
        )}
        <TextArea label={words.comment} rows={2} name="comment" value={comment} onType={setComment} />
      </Form>
    </Dialog>
  );
}
