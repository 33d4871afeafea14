import type { ParsedMail } from "mailparser";
import { expect, onTestFinished, test } from "vitest";
import { createReplay } from "../../app/index.ts";
import type { Values } from "../../contract/index.ts";
import { loadSite } from "../../site/index.ts";
import { askInflux } from "../influx.ts";
import { aMailServer } from "../notify/builders.ts";
import { chance } from "../random.ts";
import { aSenderWithMemory } from "../sender-with-memory.ts";
import {
  aDevice,
  aHouse,
  eventually,
  type House,
  siteFile,
  spawnSentry,
  storedJournal,
  storedOutbox,
  storedSamples,
  telemetry,
} from "../sentry.ts";
import { freePort, isMissing, startInfluxV1 } from "../servers.ts";

const kills = Number(process.env.SENTRY_KILLS ?? 10);
const devices = Array.from({ length: 20 }, (_, at) => `dev-${at + 1}`);
const paceMs = 25;
const window = 50;
/** Half a day ago: late enough to be taken in event time alone, and recent enough to page. */
const firstMs = Date.now() - 12 * 3_600_000;
const judged = new Set(["smoke-alarm", "temperature-high"]);

interface Sent {
  device: string;
  seq: number;
  atMs: number;
  values: Values;
}

const withInflux = !isMissing("influxd");

test(
  `${kills} times kill -9 under load: every acknowledged sample once in SQLite${withInflux ? " and InfluxDB" : ""}, ` +
    "alarms and mails neither lost nor repeated",
  async () => {
    const random = chance();
    console.info(`seed ${random.seed} (SENTRY_SEED=${random.seed} repeats it), ${kills} kills`);
    // The server keeps a mail for a moment before it says so: some kills fall between the two.
    const mails: ParsedMail[] = [];
    const smtp = await aMailServer({
      onMail: async (mail) => {
        mails.push(mail);
        await new Promise((resolve) => setTimeout(resolve, 40));
      },
    });
    const influx = withInflux ? await startInfluxV1() : null;
    if (influx) onTestFinished(() => influx.remove());
    const house = aHouse(
      siteFile([], {
        // A room for each: a fire in one would hide the heat of others.
        rooms: devices.map((id) => ({ id, limits: { temperature_c: "14..24" } })),
        devices: devices.map((id) => aDevice(id, { room: id, interval: "1h" })),
        limits: { chattering_hold: "0s" },
        stores: influx ? [{ kind: "influx-v1", url: influx.url, database: "archive", retry_max: "500ms" }] : [],
        conditions: {
          "smoke-prealarm": { enabled: false },
          "temperature-high": { delay: "5s" },
          // A disturbed clock of the machine is not what is tested.
          "sensor-silent": { enabled: false },
        },
        channels: { email: { host: "127.0.0.1", port: smtp.port, from: "sentry@example.org", starttls: "off" } },
        // Each transition by itself, however many there are.
        telling: { flood_gather: "0s", digest_from: 100_000, messages_per_hour: 100_000 },
      }),
    );
    const ports = { mqtt: await freePort(), http: await freePort() };
    let sentry = await spawnSentry(house, ports);
    const load = startLoad(house, ports.mqtt, random.next);

    for (let kill = 1; kill <= kills; kill++) {
      const acknowledged = load.acknowledged();
      await eventually("some samples are acknowledged", () => load.acknowledged() > acknowledged + 50);
      await new Promise((resolve) => setTimeout(resolve, random.between(0, 900)));
      await sentry.kill();
      sentry = await spawnSentry(house, ports);
    }
    load.end();
    await eventually("everything is acknowledged", () => load.acknowledged() === load.sent.length, 20_000);
    const stored = await eventually(
      "everything is stored",
      () => {
        const rows = storedSamples(house);
        return rows.length >= load.sent.length && rows;
      },
      20_000,
    );
    const key = (sample: { device: string; seq: number | null }) => `${sample.device}/${sample.seq}`;
    expect(stored.map(key).sort()).toEqual(load.sent.map(key).sort());

    const expected = offlineTransitions(house, load.sent);
    const judgedJournal = () => storedJournal(house).filter((row) => judged.has(row.condition));
    await eventually("every transition is in the journal", () => judgedJournal().length >= expected.length);
    expect(judgedJournal().map(shape).sort()).toEqual(expected.sort());
    expectLegalLives(house);

    await eventually("every mail is sent", () => storedOutbox(house).every((row) => row.state !== "pending"), 30_000);
    expectEachToldOnce(house, mails);
    const repeated = mails.length - new Set(mails.map((mail) => mail.messageId)).size;
    expect(repeated).toBeLessThanOrEqual(kills * 4);

    if (influx) {
      await eventually(
        "everything is in InfluxDB",
        async () => {
          const [row] = await askInflux(influx, "archive", "SELECT count(temperature_c) FROM environment");
          return row?.[1] === load.sent.length;
        },
        20_000,
      );
      const alarms = await askInflux(influx, "archive", "SELECT count(id) FROM alarm");
      expect(alarms[0]?.[1]).toBe(storedJournal(house).length);
    }
    const startedMs = performance.now();
    expect(await sentry.end()).toBe(0);
    expect(performance.now() - startedMs).toBeLessThan(5_000);
    console.info(
      `${load.sent.length} samples acknowledged and stored once, ${expected.length} transitions, ` +
        `${mails.length} mails, of them ${repeated} repeated under the same Message-ID`,
    );
  },
  60_000 + kills * 8_000,
);

/** Twenty firmwares, a sample each every 25 ms. */
function startLoad(house: House, port: number, random: () => number) {
  const sent: Sent[] = [];
  let acknowledged = 0;
  const timers = devices.map((device) => {
    const reconnectMs = () => 50 + random() * 100;
    const firmware = aSenderWithMemory(house, port, device, { onTheWay: window, reconnectMs });
    let seq = 0;
    let phase = Math.floor(random() * 100);
    return setInterval(() => {
      if (firmware.waiting() >= 500) return;
      phase = (phase + 1) % 100;
      const sample: Sent = {
        device,
        seq,
        atMs: firstMs + seq * 1_000,
        // Every hundred samples one puff of smoke, and a warm spell longer than its delay.
        values: {
          temperature_c: phase >= 50 && phase < 60 ? 26 : 20 + (seq % 100) / 100,
          smoke_obscuration_pct_per_m: phase === 20 ? 3 : 0,
        },
      };
      seq++;
      sent.push(sample);
      const body = JSON.stringify({ seq: sample.seq, session: "s1", at: sample.atMs, ...sample.values });
      firmware.send({ topic: telemetry(device), body, onAcknowledged: () => acknowledged++ });
    }, paceMs);
  });
  const end = () => timers.forEach((timer) => clearInterval(timer));
  onTestFinished(end);
  return { sent, end, acknowledged: () => acknowledged };
}

const shape = (row: { device: string | null; condition: string; transition: string; atMs: number }) =>
  `${row.device} ${row.atMs} ${row.condition} ${row.transition}`;

/** What the same samples mean to an engine that nobody disturbed. */
function offlineTransitions(house: House, sent: readonly Sent[]): string[] {
  const { site } = loadSite(house.config, { nowMs: Date.now() });
  const replay = createReplay(site);
  return [...sent]
    .sort((a, b) => a.atMs - b.atMs)
    .flatMap((sample) =>
      replay
        .push({ device: sample.device, atMs: sample.atMs, values: { ...sample.values } })
        .filter(({ alarm }) => judged.has(alarm.condition))
        .map(({ alarm, transition, atMs }) =>
          shape({ device: alarm.device, condition: alarm.condition, transition, atMs }),
        ),
    );
}

/** Nobody acknowledges here: each alarm is raised and returns in turn. */
function expectLegalLives(house: House): void {
  for (const [alarm, rows] of Map.groupBy(storedJournal(house), (row) => row.alarm)) {
    rows.forEach((row, at) => {
      expect(`${alarm} ${at} ${row.transition}`).toBe(`${alarm} ${at} ${at % 2 === 0 ? "raised" : "returned"}`);
    });
  }
}

/** Every line of the outbox reached the server under one Message-ID, or was overtaken by a newer one that did. */
function expectEachToldOnce(house: House, mails: readonly ParsedMail[]): void {
  const journal = storedJournal(house);
  const outbox = storedOutbox(house);
  expect(outbox.map((row) => row.n)).toEqual(journal.map((row) => row.n));
  expect(outbox.filter((row) => row.state === "given-up")).toEqual([]);
  const idsOf = new Map<string, Set<string>>();
  for (const mail of mails) {
    const told = /报警编号 (\S+) · 记录 (\d+)/.exec(mail.text ?? "");
    expect(told, mail.text).not.toBeNull();
    const of = `${told![1]}/${told![2]}`;
    idsOf.set(of, (idsOf.get(of) ?? new Set()).add(mail.messageId ?? ""));
  }
  for (const [of, ids] of idsOf) expect(`${of}: ${ids.size}`).toBe(`${of}: 1`);
  const delivered = outbox.filter((row) => row.state === "delivered").map((row) => `${row.alarm}/${row.n}`);
  for (const of of delivered) expect(idsOf.has(of), `${of} was told`).toBe(true);
}
