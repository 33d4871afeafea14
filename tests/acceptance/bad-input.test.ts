import { generate } from "mqtt-packet";
import { expect, test } from "vitest";
import { z } from "zod";
import type { ConditionName } from "../../contract/index.ts";
import {
  connectMqtt,
  connectPacket,
  connectRaw,
  publishPacket,
  refusalOf,
  type TestClient,
} from "../broker/harness.ts";
import {
  aHouse,
  eventually,
  type House,
  publish,
  type Running,
  type StoredRow,
  siteFile,
  startSentry,
  storedJournal,
  storedQuarantine,
  storedSamples,
  telemetry,
} from "../sentry.ts";

/** Every kind of bad input ends as the contract says, and the stream goes on. */

interface Scene extends Running {
  house: House;
  port: number;
}

interface Kind {
  name: string;
  act(scene: Scene): Promise<void>;
  /** What remains of it in the history, beside the good sample that follows. */
  stored?: (rows: StoredRow[]) => void;
  /** Why it is in quarantine; nothing is unless given. */
  quarantined?: RegExp[];
  raised?: { condition: ConditionName; subject: string };
  limits?: { rate_per_s: number; burst: number };
}

const nothing = (rows: StoredRow[]) => expect(rows).toEqual([]);

/** A message that is acknowledged, whatever it holds. */
const acknowledged = (name: string, payload: string | Buffer, ...quarantined: RegExp[]): Kind => ({
  name,
  quarantined,
  async act({ connect }) {
    await publish(await connect("dev-1"), telemetry("dev-1"), payload);
  },
});

async function closes(client: TestClient, act: () => void): Promise<void> {
  let closed = false;
  client.once("close", () => {
    closed = true;
  });
  act();
  await eventually("the connection is closed", () => closed);
}

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;

const kinds: Kind[] = [
  acknowledged("broken JSON", '{"temperature_c": 21', /not JSON/),
  acknowledged("NaN", '{"temperature_c": NaN}', /not JSON/),
  acknowledged("binary in place of JSON", Buffer.from([0xff, 0xfe, 0x00, 0x80]), /not JSON/),
  acknowledged("an empty payload", "", /empty/),
  acknowledged("text where a number belongs", '{"temperature_c":"21"}', /temperature_c/),
  acknowledged("an implausible value", '{"relative_humidity_pct":130}', /relative_humidity_pct/),
  acknowledged("JSON nested without end", "[".repeat(100_000), /not JSON/),
  acknowledged("an array within an array", '[[{"temperature_c":21}]]', /expected an object/),
  acknowledged("a huge array", JSON.stringify(Array.from({ length: 10_001 }, () => ({}))), /at most 10000/),
  acknowledged("a sample of nothing", '{"seq":1,"session":"x"}', /no known quantity/),
  {
    ...acknowledged("one bad quantity among good ones", '{"temperature_c":20,"relative_humidity_pct":-5}', /humidity/),
    stored: (rows) => expect(rows).toMatchObject([{ temperatureC: 20, humidityPct: null }]),
  },
  {
    ...acknowledged("unknown keys", '{"temperature_c":20,"__proto__":{"smoke_alarm":true},"colour":"red"}'),
    stored: (rows) => expect(rows).toMatchObject([{ temperatureC: 20, smoke: null }]),
  },
  {
    name: "a clock that is ahead",
    async act({ connect }) {
      const client = await connect("dev-1");
      await publish(client, telemetry("dev-1"), { at: Date.now() + hourMs, temperature_c: 20 });
    },
    stored: (rows) => expect(rows).toMatchObject([{ flags: 1, atMs: rows[0]!.receivedAtMs }]),
    raised: { condition: "sensor-clock-fault", subject: "dev-1" },
  },
  {
    name: "a clock that is long past",
    async act({ connect }) {
      const client = await connect("dev-1");
      await publish(client, telemetry("dev-1"), { at: Date.now() - 40 * dayMs, temperature_c: 20 });
    },
    stored: (rows) => expect(rows).toMatchObject([{ flags: 1, atMs: rows[0]!.receivedAtMs }]),
    raised: { condition: "sensor-clock-fault", subject: "dev-1" },
  },
  {
    name: "duplicates",
    async act({ connect }) {
      const client = await connect("dev-1");
      const sequenced = { seq: 1, session: "s", temperature_c: 20 };
      const timed = { at: Date.now() - 1_000, temperature_c: 21 };
      for (const sample of [sequenced, sequenced, timed, timed]) await publish(client, telemetry("dev-1"), sample);
    },
    stored: (rows) => expect(rows.map((row) => row.temperatureC).sort()).toEqual([20, 21]),
  },
  {
    name: "reversed order",
    async act({ connect }) {
      const client = await connect("dev-1");
      const nowMs = Date.now();
      const samples = [3, 2, 1].map((seq) => ({ seq, session: "s", at: nowMs + seq, temperature_c: 20 + seq }));
      await publish(client, telemetry("dev-1"), samples[0]);
      await publish(client, telemetry("dev-1"), samples.slice(1));
    },
    stored: (rows) => {
      expect(rows.map((row) => row.temperatureC)).toEqual([23, 22, 21]);
      expect(rows[0]!.atMs - rows[2]!.atMs).toBe(2);
    },
  },
  {
    name: "a packet over the limit",
    async act({ connect }) {
      const client = await connect("dev-1");
      await closes(client, () => client.publish(telemetry("dev-1"), Buffer.alloc(300 * 1024, " "), { qos: 1 }));
    },
  },
  {
    name: "a foreign topic",
    async act({ connect }) {
      const client = await connect("dev-1");
      await closes(client, () => client.publish(telemetry("dev-2"), '{"temperature_c":20}', { qos: 1 }));
    },
    raised: { condition: "topic-violation", subject: "dev-1" },
  },
  {
    name: "a wildcard in the name of a topic",
    async act({ port, house }) {
      const raw = await connectRaw(port);
      const { username, password } = house.login("dev-1");
      raw.send(connectPacket({ username, password: Buffer.from(password) }));
      await raw.next("connack");
      // No library would send a wildcard in a topic name [MQTT-3.3.2-2].
      const bytes = generate(publishPacket("sentry/north/_/telemetry", "{}", { qos: 1, messageId: 1 }));
      raw.write(Buffer.from(bytes.toString("latin1").replace("/_/", "/+/"), "latin1"));
      await raw.closed();
    },
  },
  {
    name: "retained telemetry",
    async act({ connect }) {
      const client = await connect("dev-1");
      const sample = '{"temperature_c":20}';
      await closes(client, () => client.publish(telemetry("dev-1"), sample, { qos: 1, retain: true }));
    },
    raised: { condition: "topic-violation", subject: "dev-1" },
  },
  {
    name: "listening to another device's commands",
    async act({ connect }) {
      const client = await connect("dev-1");
      const granted = await client
        .subscribeAsync({ "sentry/north/dev-2/command": { qos: 1 }, "sentry/north/dev-1/command": { qos: 1 } })
        .catch((error: Error) => error.message);
      expect(JSON.stringify(granted)).toMatch(/128|Unspecified/);
      // The connection stays.
      await publish(client, telemetry("dev-1"), { seq: 1, session: "after", temperature_c: 20 });
    },
    stored: (rows) => expect(rows).toMatchObject([{ session: "after" }]),
    raised: { condition: "topic-violation", subject: "dev-1" },
  },
  {
    name: "a last will on a foreign topic",
    async act({ connect }) {
      const will = { topic: "sentry/north/dev-2/status", payload: Buffer.from("{}"), qos: 1 as const, retain: true };
      expect(await refusalOf(connect("dev-1", { will }))).toBe(5);
    },
    raised: { condition: "topic-violation", subject: "dev-1" },
  },
  {
    name: "a wrong password",
    async act({ connect }) {
      expect(await refusalOf(connect("dev-1", { password: "guessed" }))).toBe(5);
    },
  },
  {
    name: "nobody's name",
    async act({ mqttUrl }) {
      expect(await refusalOf(connectMqtt(mqttUrl, { clientId: "x" }))).toBe(5);
    },
  },
  {
    name: "a device the site file does not know",
    async act({ connect }) {
      expect(await refusalOf(connect("stranger"))).toBe(5);
    },
    raised: { condition: "unknown-device", subject: "stranger" },
  },
  {
    name: "an unknown device through a gateway",
    async act({ mqttUrl }) {
      const gateway = await connectMqtt(mqttUrl, { clientId: "gw", username: "gateway", password: "gw-secret" });
      await publish(gateway, telemetry("ghost"), { temperature_c: 20 });
    },
    quarantined: [/ghost is not in the site file/],
    raised: { condition: "unknown-device", subject: "ghost" },
  },
  {
    name: "another site's topic through a gateway",
    async act({ mqttUrl }) {
      const gateway = await connectMqtt(mqttUrl, { clientId: "gw", username: "gateway", password: "gw-secret" });
      await publish(gateway, "sentry/south/dev-1/telemetry", { temperature_c: 20 });
    },
    quarantined: [/site south/],
  },
  {
    name: "a status that says nothing",
    async act({ connect }) {
      await publish(await connect("dev-1"), "sentry/north/dev-1/status", '{"state":"asleep"}');
    },
    quarantined: [/status/],
  },
  {
    name: "more messages than the rate allows",
    limits: { rate_per_s: 50, burst: 20 },
    async act({ connect }) {
      const client = await connect("dev-1");
      const samples = Array.from({ length: 60 }, (_, seq) => ({ seq, session: "flood", temperature_c: 20 }));
      await Promise.all(samples.map((sample) => publish(client, telemetry("dev-1"), sample)));
    },
    stored: (rows) => expect(rows).toHaveLength(60),
    raised: { condition: "message-flood", subject: "dev-1" },
  },
  {
    name: "an empty client id with a kept session",
    async act({ port, house }) {
      const raw = await connectRaw(port);
      const { username, password } = house.login("dev-1");
      const bytes = generate(connectPacket({ clientId: "", username, password: Buffer.from(password) }));
      // No library would send it [MQTT-3.1.3-8]: the flags follow two bytes of header, the protocol's name and level.
      bytes[9]! &= ~0x02;
      raw.write(bytes);
      expect(await raw.next("connack")).toMatchObject({ returnCode: 2 });
      await raw.closed();
    },
  },
  {
    name: "garbage before CONNECT",
    async act({ port }) {
      const raw = await connectRaw(port);
      raw.write(Buffer.from("GET / HTTP/1.1\r\nHost: archive\r\n\r\n"));
      await raw.closed();
    },
  },
  {
    name: "a site file that is no YAML",
    async act({ house, post }) {
      house.rewrite("site: { id: north\nrooms: [");
      const answer = await post("/api/v1/config/reload", { by: "10231" });
      expect(answer.status).toBeGreaterThanOrEqual(400);
      expect(z.object({ code: z.string() }).parse(await answer.json()).code).toBe("config-invalid");
    },
  },
];

test.each(kinds)("$name", async (kind) => {
  const file = siteFile(["dev-1", "dev-2"]);
  file.broker!.limits = kind.limits ?? {};
  file.broker!.identities = [{ name: "gateway", password_file: "gateway.password", publish: ["sentry/#"] }];
  const house = aHouse(file, { strangers: ["stranger"] });
  house.secret("gateway.password", "gw-secret");
  const sentry = await startSentry(house);
  await kind.act({ ...sentry, house, port: Number(new URL(sentry.mqttUrl).port) });

  const client = await sentry.connect("dev-1", { clientId: "the-next" });
  await publish(client, telemetry("dev-1"), { seq: 1, session: "good", temperature_c: 20 });
  await sentry.sentry.settled();
  const rows = storedSamples(house);
  expect(rows.filter((row) => row.session === "good")).toHaveLength(1);
  (kind.stored ?? nothing)(rows.filter((row) => row.session !== "good"));

  const reasons = storedQuarantine(house).map((row) => row.reason);
  expect(reasons).toEqual((kind.quarantined ?? []).map((reason) => expect.stringMatching(reason)));

  const security = () =>
    storedJournal(house)
      .filter((row) => row.transition === "raised")
      .map((row) => ({ condition: row.condition, subject: row.subject ?? row.device }));
  if (kind.raised) await eventually("the alarm is raised", () => security().length > 0);
  expect(security()).toEqual(kind.raised ? [kind.raised] : []);
});
