import { useState } from "preact/hooks";
import { useAsked } from "../../parts/asked.ts";
import { Choice } from "../../parts/choice.tsx";
import { Form, TextArea, TextField } from "../../parts/form.tsx";
import { Card, Dialog, Shown, Table } from "../../parts/pieces.tsx";
import { Misfilled } from "../../refusals.ts";
import { nameOf } from "../../room-state.ts";
import { may } from "../../session.ts";
import { peopleWords } from "../../words/people.ts";
import { quantityWord } from "../../words/quantities.ts";
import { change, type Entry, entriesOf, entryOf, settings, textOf } from "./edit.ts";

/** Limits, calibrations and door hours, as the site file has them. */
export function Limits() {
  const words = peopleWords();
  const asked = useAsked(settings, []);
  const [room, setRoom] = useState<Entry | null>(null);
  const [device, setDevice] = useState<Entry | null>(null);
  const [said, setSaid] = useState<string | null>(null);
  const done = (text: string) => {
    setSaid(text);
    setRoom(null);
    setDevice(null);
    asked.again();
  };
  const canEdit = may("configure");
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
            <Card title={words.views.limits} wide>
              <Table
                caption={words.views.limits}
                rows={entriesOf(found.rooms)}
                keyOf={({ id }) => textOf(id)}
                columns={[
                  { head: words.room, cell: ({ id }) => nameOf(textOf(id)) },
                  { head: words.temperature, cell: ({ limits }) => limitText(limits, "temperature_c") },
                  { head: words.humidity, cell: ({ limits }) => limitText(limits, "relative_humidity_pct") },
                  {
                    head: "",
                    cell: (one) =>
                      editable &&
                      canEdit && (
                        <button type="button" class="button quiet" onClick={() => setRoom(one)}>
                          {words.edit}
                        </button>
                      ),
                  },
                ]}
              />
            </Card>
            <Card title={words.calibrations} wide>
              <Table
                caption={words.calibrations}
                rows={entriesOf(found.devices)}
                keyOf={({ id }) => textOf(id)}
                columns={[
                  { head: words.device, cell: ({ id }) => <code>{textOf(id)}</code> },
                  {
                    head: words.calibrations,
                    cell: ({ calibrations }) =>
                      entriesOf(calibrations)
                        .map(
                          (one) =>
                            `${quantityWord(textOf(one.quantity))} ${textOf(one.on)} → ${textOf(one.due) || "–"}`,
                        )
                        .join("; ") || "–",
                  },
                  {
                    head: "",
                    cell: (one) =>
                      editable &&
                      canEdit && (
                        <button type="button" class="button quiet" onClick={() => setDevice(one)}>
                          {words.addCalibration}
                        </button>
                      ),
                  },
                ]}
              />
            </Card>
            {editable && canEdit && <Standing standing={entryOf(found.access).standing} onDone={done} />}
            {room && <RoomLimits room={room} onClose={() => setRoom(null)} onDone={done} />}
            {device && <Calibration device={device} onClose={() => setDevice(null)} onDone={done} />}
          </>
        )
      }
    </Shown>
  );
}

const limitText = (limits: unknown, key: string) => textOf(entryOf(limits)[key]) || peopleWords().ofProfile;

interface Editing {
  onClose: () => void;
  onDone: (text: string) => void;
}

function RoomLimits({ room, onClose, onDone }: Editing & { room: Entry }) {
  const words = peopleWords();
  const limits = entryOf(room.limits);
  const [temperature, setTemperature] = useState(textOf(limits.temperature_c));
  const [humidity, setHumidity] = useState(textOf(limits.relative_humidity_pct));
  const [comment, setComment] = useState("");
  const send = async () => {
    const value = {
      ...limits,
      temperature_c: temperature.trim() || undefined,
      relative_humidity_pct: humidity.trim() || undefined,
    };
    onDone(await change([{ path: ["rooms", textOf(room.id), "limits"], value }], comment));
  };
  return (
    <Dialog title={nameOf(textOf(room.id))} onClose={onClose}>
      <p class="soft">{words.waits}</p>
      <Form submit={words.propose} send={send}>
        <TextField
          label={words.temperature}
          hint={words.emptyIsProfile}
          name="temperature"
          value={temperature}
          onType={setTemperature}
        />
        <TextField
          label={words.humidity}
          hint={words.emptyIsProfile}
          name="humidity"
          value={humidity}
          onType={setHumidity}
        />
        <TextField label={words.comment} required name="comment" value={comment} onType={setComment} />
      </Form>
    </Dialog>
  );
}

function Calibration({ device, onClose, onDone }: Editing & { device: Entry }) {
  const words = peopleWords();
  const quantities = Array.isArray(device.quantities) ? device.quantities.map(textOf) : [];
  const [quantity, setQuantity] = useState(quantities[0] ?? "");
  const [on, setOn] = useState("");
  const [due, setDue] = useState("");
  const send = async () => {
    const value = [...entriesOf(device.calibrations), { quantity, on, ...(due === "" ? {} : { due }) }];
    onDone(await change([{ path: ["devices", textOf(device.id), "calibrations"], value }]));
  };
  return (
    <Dialog title={textOf(device.id)} onClose={onClose}>
      <Form submit={words.save} send={send}>
        <Choice
          label={words.quantity}
          value={quantity}
          onPick={setQuantity}
          options={quantities.map((each) => [each, quantityWord(each)] as const)}
        />
        <TextField label={words.on} type="date" required name="on" value={on} onType={setOn} />
        <TextField label={words.due} type="date" name="due" value={due} onType={setDue} />
      </Form>
    </Dialog>
  );
}

function Standing({ standing, onDone }: { standing: unknown; onDone: (text: string) => void }) {
  const words = peopleWords();
  const [text, setText] = useState(JSON.stringify(standing ?? {}, null, 2));
  const [comment, setComment] = useState("");
  return (
    <Card title={words.standing} wide>
      <p class="soft">{words.standingHint}</p>
      <Form
        submit={words.propose}
        send={async () => onDone(await change([{ path: ["access", "standing"], value: parsed(text) }], comment))}
      >
        <TextArea label={words.standing} rows={8} code name="text" value={text} onType={setText} />
        <TextField label={words.comment} name="comment" value={comment} onType={setComment} />
      </Form>
    </Card>
  );
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new Misfilled("text", peopleWords().notJson);
  }
}
