import { expect, test } from "vitest";
import { resultPayload, statusPayload } from "../../contract/index.ts";
import { silentLogger, systemClock } from "../../core/index.ts";
import { siteOf, smallSite, startBroker, startHospital, until } from "./support.ts";

const seqs = (samples: Record<string, unknown>[]) => samples.map((sample) => sample.seq);
const upTo = (n: number) => Array.from({ length: n }, (_, at) => at);

test("a device says online with its session, then reports at once, as the contract says", async () => {
  const broker = await startBroker();
  startHospital({ site: smallSite(), url: broker.url });
  await until(() => broker.samples("climate-r1").length > 0, "first sample");
  const status = broker.messages.find((message) => message.topic === "sentry/t/climate-r1/status")!;
  const { state, session } = statusPayload.parse(JSON.parse(status.payload));
  expect(state).toBe("online");
  expect(status.retain).toBe(true);
  const [first] = broker.samples("climate-r1");
  expect(first).toEqual({
    seq: 0,
    session,
    at: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/),
    temperature_c: expect.any(Number),
    relative_humidity_pct: expect.any(Number),
  });
  expect(Math.abs(Date.parse(String(first!.at)) - Date.now())).toBeLessThan(10_000);
  await until(() => broker.samples("door-r1").length > 0, "door's first sample");
  expect(broker.samples("door-r1")[0]!.door).toMatch(/^(open|closed)$/);
});

test("credentials are shown to the broker; a refused device keeps trying", async () => {
  let open = false;
  const broker = await startBroker({
    authenticate: (username, password) => open && password === `secret of ${username}`,
  });
  const hospital = startHospital({
    site: smallSite(),
    url: broker.url,
    connect: {
      url: broker.url,
      credentialsOf: (device) => ({ username: device.id, password: `secret of ${device.id}` }),
    },
  });
  await systemClock.sleep(600);
  expect(hospital.state().devices.connected).toBe(0);
  open = true;
  await until(() => hospital.state().devices.connected === 8, "all devices connected");
});

test("a broker that is away is told of once, not once a device", async () => {
  const told: string[] = [];
  const hospital = startHospital({
    site: smallSite(),
    url: "mqtt://127.0.0.1:9",
    log: { ...silentLogger, warn: (event) => told.push(event) },
  });
  await until(() => told.length > 0, "the warning");
  await systemClock.sleep(500);
  expect(told).toEqual(["sim.broker.refused"]);
  await hospital.stop();
});

test("an address that is not MQTT's is refused before anything starts", () => {
  expect(() => startHospital({ site: smallSite(), url: "http://127.0.0.1" })).toThrow(/expected mqtt:\/\//);
});

test("stop says offline, is quick, and can be repeated", async () => {
  const broker = await startBroker();
  const hospital = startHospital({ site: smallSite(), url: broker.url });
  await until(() => hospital.state().devices.connected === 8, "all devices connected");
  const startedMs = performance.now();
  await hospital.stop();
  await hospital.stop();
  expect(performance.now() - startedMs).toBeLessThan(1_500);
  for (const device of smallSite().devices.keys()) expect(broker.statuses(device).at(-1)!.state).toBe("offline");
});

test("stop is bounded when the broker no longer answers", async () => {
  const hospital = startHospital({ site: smallSite(), url: "mqtt://127.0.0.1:9" });
  await systemClock.sleep(300);
  const startedMs = performance.now();
  await hospital.stop();
  expect(performance.now() - startedMs).toBeLessThan(1_500);
});

test("a broker restart loses nothing: every number arrives, in one session", async () => {
  const site = smallSite({ interval: "200ms" });
  const first = await startBroker();
  const hospital = startHospital({ site, url: first.url });
  await until(() => first.samples("climate-r1").length >= 3, "samples before the restart");
  await first.stop();
  await until(() => hospital.state().devices.waiting > 30, "samples gathering in memory");
  const second = await startBroker({ port: Number(new URL(first.url).port) });
  await until(() => hospital.state().devices.connected === 8, "all devices back");
  await until(() => second.samples("climate-r1").length >= 12, "samples after the restart");
  for (const device of site.devices.keys()) {
    const all = [...first.samples(device), ...second.samples(device)];
    expect(new Set(all.map((sample) => sample.session)).size).toBe(1);
    // What was under way when the broker died may come twice, under the same number; nothing is missing.
    const distinct = [...new Set(seqs(all))];
    expect(distinct).toEqual(upTo(distinct.length));
  }
  const backfill = second.messages.find((m) => m.topic.endsWith("/climate-r1/telemetry"))!;
  expect(Array.isArray(JSON.parse(backfill.payload))).toBe(true);
  expect(hospital.state().devices.dropped).toBe(0);
});

test("commands are obeyed and answered; nonsense changes nothing", async () => {
  const broker = await startBroker();
  startHospital({ site: smallSite({ interval: "1h" }), url: broker.url });
  await until(() => broker.samples("climate-r1").length === 1, "first sample");
  const results = () =>
    broker.messages
      .filter((message) => message.topic === "sentry/t/climate-r1/result")
      .map((message) => resultPayload.parse(JSON.parse(message.payload)));
  const send = (payload: string) => broker.publish("sentry/t/climate-r1/command", payload);

  // The subscription follows the log-in, so the first command is repeated until it is heard.
  await until(() => {
    if (results().length === 0) send(`{"id":"1","do":"report-now"}`);
    return results().some((result) => result.id === "1");
  }, "answer to report-now");
  expect(results()[0]).toEqual({ id: "1", ok: true });
  await until(() => broker.samples("climate-r1").length >= 2, "the sample asked for");

  send("not json");
  send(`{"id":"2","do":"open-the-door"}`);
  send(`{"id":"3","do":"set-interval","interval_s":0.001}`);
  await until(() => results().some((result) => result.id === "3"), "refusal of an interval too short");
  expect(results().find((result) => result.id === "3")).toMatchObject({ ok: false, error: expect.any(String) });
  expect(results().some((result) => result.id === "2")).toBe(false);

  const before = broker.samples("climate-r1").length;
  send(`{"id":"4","do":"set-interval","interval_s":1}`);
  await until(() => broker.samples("climate-r1").length >= before + 2, "samples at the new interval");
  expect(seqs(broker.samples("climate-r1"))).toEqual(upTo(broker.samples("climate-r1").length));
});

test("two thousand devices in one process are connected, and each has reported", async () => {
  const rooms = Array.from({ length: 200 }, (_, n) => `  - { id: r${n} }`).join("\n");
  const devices = Array.from(
    { length: 2_000 },
    (_, n) => `  - { id: d${n}, room: r${n % 200}, quantities: [temperature_c, relative_humidity_pct], interval: 60s }`,
  ).join("\n");
  const site = siteOf(`site: { id: t, name: { zh: 试, en: Test } }\nrooms:\n${rooms}\ndevices:\n${devices}\n`);
  const broker = await startBroker();
  const startedMs = performance.now();
  const hospital = startHospital({ site, url: broker.url });
  await until(() => hospital.state().devices.connected === 2_000, "2,000 connected", 60_000);
  await until(
    () => hospital.state().devices.waiting === 0 && new Set(broker.messages.map((m) => m.topic)).size >= 4_000,
    "2,000 first reports",
    60_000,
  );
  console.info(`2,000 devices connected and reported in ${Math.round(performance.now() - startedMs)} ms`);
}, 130_000);
