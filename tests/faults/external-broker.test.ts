import { describe, expect, onTestFinished, test } from "vitest";
import { z } from "zod";
import { connectMqtt, type TestClient } from "../broker/harness.ts";
import { chance } from "../random.ts";
import {
  aDevice,
  aHouse,
  eventually,
  type House,
  publish,
  type Running,
  siteFile,
  spawnSentry,
  startSentry,
  storedJournal,
  storedSamples,
  telemetry,
} from "../sentry.ts";
import { isMissing, startMosquitto } from "../servers.ts";

const devices = ["dev-1", "dev-2"];
const health = z.object({
  parts: z.record(z.string(), z.object({ ready: z.boolean(), reason: z.string().optional() })),
});

describe.skipIf(isMissing("mosquitto"))("Mosquitto in front (skipped where it is not installed)", () => {
  test("the same messages give the same samples and alarms, also those sent while we were away", async () => {
    const fromMs = Date.now() - 2 * 3_600_000;
    const own = aHouse(siteWith());
    const direct = await startSentry(own);
    const clients = new Map(await Promise.all(devices.map(async (id) => [id, await direct.connect(id)] as const)));
    await publishMinutes((device) => clients.get(device)!, fromMs, [0, 20]);
    await direct.sentry.settled();

    const mosquitto = await mosquittoForTest();
    const behind = aHouse(siteWith(mosquitto.url));
    const first = await startSentry(behind);
    await subscribed(first);
    const sensor = await connectMqtt(mosquitto.url, { clientId: "sensors" });
    await publishMinutes(() => sensor, fromMs, [0, 10]);
    await first.stop();
    await publishMinutes(() => sensor, fromMs, [10, 20]);
    const second = await startSentry(behind);
    await eventually("everything has come", () => storedSamples(behind).length >= 40);
    await second.sentry.settled();
    expect(resultsIn(behind)).toEqual(resultsIn(own));
    expect(resultsIn(behind).alarms.filter((alarm) => /(high|smoke).* raised /.test(alarm))).toHaveLength(6);
  });

  test("what we acknowledged to it is on disk, whenever we are killed", async () => {
    const random = chance();
    console.info(`seed ${random.seed}`);
    const mosquitto = await mosquittoForTest();
    const house = aHouse(siteWith(mosquitto.url));
    let sentry = await spawnSentry(house);
    await subscribed(sentry);
    const sensor = await connectMqtt(mosquitto.url, { clientId: "sensors" });
    sensor.setMaxListeners(0);
    let sent = 0;
    let ended = false;
    const publishing = (async () => {
      const fromMs = Date.now() - 3_600_000;
      for (; !ended; sent++) {
        const sample = { seq: sent, session: "s", at: fromMs + sent * 100, temperature_c: 20 };
        await publish(sensor, telemetry("dev-1"), sample);
        // A source takes message by message, each with a commit of its own: about as fast as that.
        if (sent % 3 === 0) await new Promise((resolve) => setTimeout(resolve, 5));
      }
    })();
    for (let kill = 0; kill < 3; kill++) {
      await new Promise((resolve) => setTimeout(resolve, random.between(100, 600)));
      await sentry.kill();
      sentry = await spawnSentry(house);
      const before = storedSamples(house).length;
      await eventually("samples come again", () => storedSamples(house).length > before);
    }
    ended = true;
    await publishing;
    const stored = await eventually(
      "everything is stored",
      () => {
        const rows = storedSamples(house);
        return rows.length >= sent && rows;
      },
      20_000,
    );
    expect(new Set(stored.map((row) => row.seq)).size).toBe(sent);
    expect(stored).toHaveLength(sent);
  }, 60_000);
});

test("a broker that refuses the topics is told in the health", async () => {
  const file = siteWith();
  const identities = [{ name: "bridge", password_file: "bridge.password", subscribe: ["bridge/#"] }];
  const elsewhere = aHouse({ ...file, broker: { ...file.broker, identities } });
  elsewhere.secret("bridge.password", "a-secret");
  const external = await startSentry(elsewhere);
  const house = aHouse(siteWith(external.mqttUrl, { username: "bridge", password_file: "bridge.password" }));
  house.secret("bridge.password", "a-secret");
  const sentry = await startSentry(house);
  await eventually("the refusal is told", async () => {
    const { parts } = health.parse(await (await fetch(`${sentry.httpUrl}/health`)).json());
    return parts.mqtt?.reason?.includes("sentry/#");
  });
});

function siteWith(url?: string, login: { username?: string; password_file?: string } = {}) {
  return siteFile([], {
    devices: devices.map((id) => aDevice(id, { interval: "1h" })),
    sources: url === undefined ? [] : [{ kind: "mqtt", url, topics: ["sentry/#"], ...login }],
    conditions: { "temperature-high": { delay: "5m" } },
  });
}

async function mosquittoForTest() {
  const mosquitto = (await startMosquitto(["allow_anonymous true", "max_queued_messages 0"]))!;
  onTestFinished(() => mosquitto.remove());
  return mosquitto;
}

function subscribed(sentry: Running): Promise<boolean> {
  return eventually("it is subscribed", async () => (await sentry.ask(health, "/health")).parts.mqtt?.ready);
}

/** Two sensors: a warm spell, a puff of smoke, a repeated and a broken message. */
async function publishMinutes(
  clientOf: (device: string) => TestClient,
  fromMs: number,
  [first, end]: [first: number, end: number],
): Promise<void> {
  for (let minute = first; minute < end; minute++) {
    for (const device of devices) {
      const sample = {
        seq: minute,
        session: "s",
        at: fromMs + minute * 60_000,
        temperature_c: minute >= 5 && minute < 14 ? 26 : 20,
        smoke_obscuration_pct_per_m: minute === 15 ? 3 : 0,
      };
      await publish(clientOf(device), telemetry(device), sample);
      if (minute === 7) await publish(clientOf(device), telemetry(device), sample);
      if (minute === 8) await publish(clientOf(device), telemetry(device), "{broken");
    }
  }
}

function resultsIn(house: House) {
  return {
    samples: storedSamples(house)
      .map((row) => `${row.device} ${row.seq} ${row.atMs} ${row.temperatureC} ${row.smoke}`)
      .sort(),
    alarms: storedJournal(house)
      .map((row) => `${row.condition} ${row.device} ${row.transition} ${row.atMs} ${row.value}`)
      .sort(),
  };
}
