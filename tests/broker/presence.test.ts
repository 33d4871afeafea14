import { expect, test } from "vitest";
import { createPresence } from "../../broker/presence.ts";
import { siteOf, startBroker, type TestBroker, until } from "./harness.ts";

const status = "sentry/north/dev-1/status";
const online = (session: string) => JSON.stringify({ state: "online", session });
const offline = (session: string) => JSON.stringify({ state: "offline", session });

function device(it: TestBroker, options: { session: string; clientId: string }) {
  return it.connect({
    username: "dev-1",
    password: it.passwords.get("dev-1")!,
    clientId: options.clientId,
    will: { topic: status, payload: Buffer.from(offline(options.session)), qos: 1, retain: true },
  });
}

async function listening() {
  const site = siteOf({ anonymous: true, identities: [{ name: "anonymous", publish: ["#"], subscribe: ["#"] }] });
  const it = await startBroker(site);
  const watcher = await it.connect({ clientId: "watcher" });
  await watcher.subscribeAsync(status, { qos: 1 });
  return { it, watcher };
}

async function retainedStatus(it: TestBroker) {
  const late = await it.connect();
  await late.subscribeAsync(status, { qos: 1 });
  await until(() => late.received.length > 0, "the retained status");
  return late.received[0]!.payload;
}

test("a device that is cut off is offline, for those who watch, for the log and for who comes later", async () => {
  const { it, watcher } = await listening();
  const dev = await device(it, { session: "boot-a", clientId: "dev" });
  await dev.publishAsync(status, online("boot-a"), { qos: 1, retain: true });
  dev.stream.destroy();
  await until(() => watcher.received.length === 2, "the will");
  expect(watcher.received.map(({ payload }) => payload)).toEqual([online("boot-a"), offline("boot-a")]);
  expect(it.taken.map(({ payload }) => payload.toString())).toEqual([online("boot-a"), offline("boot-a")]);
  expect(await retainedStatus(it)).toBe(offline("boot-a"));
});

test.each([
  ["another boot", "boot-b"],
  ["the same boot", "boot-a"],
])("the will of an old connection does not mark %s of the device offline", async (_what, session) => {
  const { it, watcher } = await listening();
  const old = await device(it, { session: "boot-a", clientId: "old" });
  await old.publishAsync(status, online("boot-a"), { qos: 1, retain: true });
  const living = await device(it, { session, clientId: "living" });
  await living.publishAsync(status, online(session), { qos: 1, retain: true });
  old.stream.destroy();
  await until(() => it.broker.stats().dropped["stale-will"] === 1, "the stale will");
  expect(await retainedStatus(it)).toBe(online(session));
  living.stream.destroy();
  await until(() => watcher.received.length === 3, "the living one's own will");
  const expected = [online("boot-a"), online(session), offline(session)];
  expect(watcher.received.map(({ payload }) => payload)).toEqual(expected);
  expect(it.taken.map(({ payload }) => payload.toString())).toEqual(expected);
});

test("presence from before the start is there, and a will of now is newer than it", async () => {
  const site = siteOf({ anonymous: true, identities: [{ name: "anonymous", publish: ["#"], subscribe: ["#"] }] });
  const it = await startBroker(site, { retainedAtStart: [{ topic: status, payload: Buffer.from(online("boot-a")) }] });
  expect(await retainedStatus(it)).toBe(online("boot-a"));
  const dev = await device(it, { session: "boot-b", clientId: "dev" });
  dev.stream.destroy();
  await until(() => it.taken.length === 1, "the will");
  expect(await retainedStatus(it)).toBe(offline("boot-b"));
});

test("what is no status, or of no known device, is neither remembered nor held back", () => {
  const presence = createPresence((name) => name === "dev-1");
  const [a, b] = [{}, {}];
  const say = (deviceName: string, text: string) => ({ device: deviceName, payload: Buffer.from(text) });
  presence.published({ ...say("dev-1", "{"), connection: a });
  presence.published({ ...say("stranger", online("x")), connection: a });
  expect(presence.isStaleWill({ ...say("dev-1", offline("y")), connection: b })).toBe(false);
  expect(presence.isStaleWill({ ...say("stranger", offline("y")), connection: b })).toBe(false);
  presence.published({ ...say("dev-1", online("x")), connection: a });
  expect(presence.isStaleWill({ ...say("dev-1", "battery dead"), connection: b })).toBe(false);
  expect(presence.isStaleWill({ ...say("dev-1", offline("x")), connection: b })).toBe(true);
  presence.closed(a);
  expect(presence.isStaleWill({ ...say("dev-1", offline("x")), connection: b })).toBe(false);
  expect(presence.isStaleWill({ ...say("dev-1", offline("w")), connection: b })).toBe(true);
});
