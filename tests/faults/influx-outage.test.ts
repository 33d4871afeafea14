import { describe, expect, onTestFinished, test } from "vitest";
import type { SiteFile } from "../../site/index.ts";
import { askInflux, askVictoria } from "../influx.ts";
import {
  aDevice,
  aHouse,
  eventually,
  type House,
  publish,
  type Running,
  siteFile,
  startSentry,
  storedJournal,
  storedSamples,
  telemetry,
} from "../sentry.ts";
import { isMissing, startInfluxV1, startVictoriaMetrics, type TestServer } from "../servers.ts";

const devices = ["dev-1", "dev-2", "dev-3", "dev-4"];

function houseWith(stores: SiteFile["stores"]): House {
  return aHouse(
    siteFile([], {
      devices: devices.map((id) => aDevice(id, { interval: "1h" })),
      stores,
      limits: { history_unreachable_after: "1s" },
    }),
  );
}

/** Publishes until it is told to end; resolves with what was acknowledged. */
async function load(sentry: Running) {
  let ended = false;
  let sent = 0;
  const firstMs = Date.now() - 3_600_000;
  const running = devices.map(async (device, lane) => {
    const client = await sentry.connect(device);
    for (let seq = 0; !ended; seq++) {
      const batch = Array.from({ length: 5 }, (_, at) => ({
        seq: seq * 5 + at,
        session: "s",
        at: firstMs + (seq * 5 + at) * 10,
        temperature_c: 18 + lane + ((seq * 7 + at) % 90) / 100,
        relative_humidity_pct: 50,
      }));
      await publish(client, telemetry(device), batch);
      sent += batch.length;
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
  });
  return {
    sent: () => sent,
    async end() {
      ended = true;
      await Promise.all(running);
      return sent;
    },
  };
}

const transitionsOf = (house: House) =>
  storedJournal(house)
    .filter((row) => row.condition === "history-unreachable")
    .map((row) => `${row.subject} ${row.transition}`);

describe.skipIf(isMissing("influxd"))("InfluxDB 1.x (skipped where influxd is not installed)", () => {
  test("stopped under load and started again: nothing is missing, and its absence was told", async () => {
    const influx = (await startInfluxV1())!;
    onTestFinished(() => influx.remove());
    const house = houseWith([{ kind: "influx-v1", url: influx.url, database: "archive", retry_max: "1s" }]);
    const sentry = await startSentry(house);
    const publishing = await load(sentry);
    await eventually("the first samples are there", async () => (await countIn(influx)) > 100);
    await influx.stop();
    const atStop = publishing.sent();
    await eventually("the absence is told", () => transitionsOf(house).length === 1);
    await eventually("messages are taken meanwhile", () => publishing.sent() > atStop + 500);
    await influx.restart();
    await eventually("its return is told", () => transitionsOf(house).length === 2);
    const sent = await publishing.end();
    await sentry.sentry.settled();
    expect(storedSamples(house)).toHaveLength(sent);
    await eventually("nothing is missing", async () => (await countIn(influx)) === sent);
    expect(transitionsOf(house)).toEqual(["influx-v1 raised", "influx-v1 returned"]);
    const told = await askInflux(influx, "archive", `SELECT id, message FROM alarm`);
    expect(told).toHaveLength(storedJournal(house).length);
  });

  test("away from the start, and this program stopped meanwhile: all of it is written when both are back", async () => {
    const influx = (await startInfluxV1())!;
    onTestFinished(() => influx.remove());
    await influx.stop();
    const house = houseWith([{ kind: "influx-v1", url: influx.url, database: "archive", retry_max: "1s" }]);
    const first = await startSentry(house);
    const publishing = await load(first);
    await eventually("messages are taken", () => publishing.sent() > 500);
    await eventually("the absence is told", () => transitionsOf(house).length === 1);
    const sent = await publishing.end();
    await first.stop();
    await influx.restart();
    await startSentry(house);
    await eventually("nothing is missing", async () => (await countIn(influx)) === sent);
    await eventually("its return is told after the restart", () => transitionsOf(house).length === 2, 15_000);
  });
});

describe.skipIf(isMissing("victoria-metrics"))("VictoriaMetrics (skipped where it is not installed)", () => {
  test("holds the numbers that the v2 writer sends, also of the time when it was away", async () => {
    const victoria = (await startVictoriaMetrics())!;
    onTestFinished(() => victoria.remove());
    const house = houseWith([{ kind: "influx-v2", url: victoria.url, bucket: "archive", retry_max: "1s" }]);
    const sentry = await startSentry(house);
    const publishing = await load(sentry);
    await eventually("messages are taken", () => publishing.sent() > 200);
    await victoria.stop();
    const atStop = publishing.sent();
    await eventually("messages are taken meanwhile", () => publishing.sent() > atStop + 200);
    await victoria.restart();
    const sent = await publishing.end();
    await sentry.sentry.settled();
    const stored = storedSamples(house);
    expect(stored).toHaveLength(sent);
    const key = (row: { device: string; atMs: number }) => `${row.device} ${row.atMs}`;
    const written = await eventually("nothing is missing", async () => {
      const found = new Map(
        (await askVictoria(victoria, "environment_temperature_c")).map((row) => [key(row), row.value]),
      );
      return found.size >= sent && found;
    });
    for (const row of stored) expect(written.get(key(row))).toBeCloseTo(row.temperatureC!, 8);
  });
});

async function countIn(influx: TestServer): Promise<number> {
  const [row] = await askInflux(influx, "archive", "SELECT count(temperature_c) FROM environment");
  return Number(row?.[1] ?? 0);
}
