import { useState } from "preact/hooks";
import type { DeviceIssued } from "../../../../contract/index.ts";
import { ask } from "../../api.ts";
import { named } from "../../language.ts";
import { allRooms } from "../../live.ts";
import { Choice, Choices } from "../../parts/choice.tsx";
import { Form, TextField } from "../../parts/form.tsx";
import { Dialog } from "../../parts/pieces.tsx";
import { QrCode } from "../../parts/qr-code.tsx";
import { deviceWords } from "../../words/devices.ts";
import { quantityWord } from "../../words/quantities.ts";

const quantities = [
  "temperature_c",
  "relative_humidity_pct",
  "smoke_obscuration_pct_per_m",
  "smoke_alarm",
  "co_ppm",
  "co2_ppm",
  "pm2_5_ug_m3",
  "illuminance_lux",
  "surface_temperature_c",
  "door",
  "motion",
  "leak",
  "tamper",
  "exit_request",
  "battery_pct",
  "rssi_dbm",
  "supply_v",
] as const;

/** A new device: where it is and what it measures; its password comes back once. */
export function AddDevice({ onClose, onIssued }: { onClose: () => void; onIssued: (issued: DeviceIssued) => void }) {
  const words = deviceWords();
  const rooms = allRooms();
  const [id, setId] = useState("");
  const [room, setRoom] = useState(rooms[0]?.id ?? "");
  const [picked, setPicked] = useState<string[]>(["temperature_c", "relative_humidity_pct"]);
  const [interval, setEvery] = useState("60s");
  const [serial, setSerial] = useState("");
  const send = async () => {
    const body = { id, room, quantities: picked, interval, ...(serial === "" ? {} : { serial }) };
    onIssued(await ask<DeviceIssued>("/devices", { body }));
  };
  return (
    <Dialog title={words.add} onClose={onClose}>
      <Form submit={words.make} send={send}>
        <TextField
          label={words.id}
          required
          pattern="[a-z0-9][a-z0-9\-]{0,62}"
          title={words.idForm}
          name="id"
          value={id}
          onType={setId}
        />
        <Choice
          label={words.room}
          value={room}
          onPick={setRoom}
          options={rooms.map((each) => [each.id, named(each.name)] as const)}
        />
        <Choices
          label={words.quantities}
          name="quantities"
          picked={picked}
          onPick={setPicked}
          options={quantities.map((each) => [each, <span title={each}>{quantityWord(each)}</span>] as const)}
        />
        <TextField
          label={words.interval}
          required
          pattern="[1-9]\d{0,5}(s|m|h)"
          title={words.intervalForm}
          name="interval"
          value={interval}
          onType={setEvery}
        />
        <TextField label={words.serial} name="serial" value={serial} onType={setSerial} />
      </Form>
    </Dialog>
  );
}

const quoted = (text: string) => `'${text.replaceAll("'", "'\\''")}'`;

/** Credentials as text and QR, with what makes a device or a terminal speak. */
export function Issued({ issued, onClose }: { issued: DeviceIssued; onClose: () => void }) {
  const words = deviceWords();
  const { username, password, topic, listeners } = issued;
  const listener = listeners.find(({ kind }) => kind === "tls") ?? listeners.find(({ kind }) => kind === "tcp");
  const port = listener?.port ?? 1_883;
  const tls = listener?.kind === "tls" ? " --capath /etc/ssl/certs" : "";
  const host = location.hostname;
  const publish = `mosquitto_pub -h ${host} -p ${port}${tls} -q 1 -i ${username} -u ${username} -P ${quoted(password)} -t ${topic} -m '{"temperature_c":20.5,"relative_humidity_pct":50}'`;
  const esphome = `mqtt:
  broker: ${host}
  port: ${port}
  client_id: ${username}
  username: ${username}
  password: "${password}"
  discovery: false
interval:
  - interval: 60s
    then:
      - mqtt.publish_json:
          topic: ${topic}
          qos: 1
          payload: |-
            root["temperature_c"] = id(air).temperature->state;
            root["relative_humidity_pct"] = id(air).humidity->state;`;
  const tasmota = `Backlog MqttHost ${host}; MqttPort ${port}; MqttClient ${username}; MqttUser ${username}; MqttPassword ${password}`;
  return (
    <Dialog title={issued.device} onClose={onClose}>
      <p class="notice">{words.once}</p>
      <dl>
        <dt>{words.user}</dt>
        <dd>
          <code>{username}</code>
        </dd>
        <dt>{words.password}</dt>
        <dd>
          <code>{password}</code>
        </dd>
        <dt>{words.topic}</dt>
        <dd>
          <code>{topic}</code>
        </dd>
      </dl>
      <QrCode text={JSON.stringify({ host, port, username, password, topic })} label={issued.device} />
      <h3>{words.tryIt}</h3>
      <pre>{publish}</pre>
      <details>
        <summary>{words.firmware}</summary>
        <pre>{esphome}</pre>
      </details>
      <details>
        <summary>{words.tasmota}</summary>
        <pre>{tasmota}</pre>
      </details>
    </Dialog>
  );
}
