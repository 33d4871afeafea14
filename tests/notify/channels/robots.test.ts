import { createHmac } from "node:crypto";
import { expect, onTestFinished, test } from "vitest";
import { z } from "zod";
import { type ManualClock, manualClock } from "../../../core/index.ts";
import { type AlarmNotice, openDingtalkChannel, openWecomChannel, type SendResult } from "../../../notify/index.ts";
import { startMs, until } from "../builders.ts";
import { aGateway, aMessage, aSecretFolder, configOf, secrets, smoke } from "./builders.ts";

const never = new AbortController().signal;
const night = { id: "@night", name: "@night" };
const robotMessage = z.object({
  msgtype: z.literal("text"),
  text: z.object({ content: z.string(), mentioned_mobile_list: z.array(z.string()).optional() }),
  at: z.object({ atMobiles: z.array(z.string()).optional(), isAtAll: z.boolean() }).optional(),
});

async function aWecomGroup(section: object = {}) {
  const gateway = await aGateway(() => ({ body: '{"errcode":0,"errmsg":"ok"}' }));
  const clock = manualClock(startMs);
  const groups = [{ id: "night", key_file: "one", mention: ["+86 139 0000 0000", "all"] }];
  const channel = openWecomChannel(configOf("wecom", { url: gateway.url, groups, ...section }), {
    site: aSecretFolder(),
    clock,
  });
  onTestFinished(() => channel.close());
  const said = () => gateway.requests.map((request) => robotMessage.parse(JSON.parse(request.body.toString())).text);
  const results: SendResult[] = [];
  const send = (changes: Partial<AlarmNotice>) =>
    void channel.send(aMessage(changes), night, never).then((result) => results.push(result));
  return { gateway, clock, channel, said, send, results };
}

const alarms = (count: number, changes: Partial<AlarmNotice> = {}) =>
  Array.from({ length: count }, (_, n): Partial<AlarmNotice> => ({ alarmId: `alarm-${n}`, n: n + 1, ...changes }));

test("one message a room and cause: what arrives while the robot speaks is told together", async () => {
  const { said, send, results } = await aWecomGroup();
  for (const changes of alarms(7)) send(changes);
  for (const changes of alarms(3, { room: "a-102" })) send(changes);
  await until(() => results.length === 10, "all are delivered");
  expect(said().map(({ content }) => content.split("\n")[0])).toEqual([
    "[重要] 温度超上限报警 · 住院101 #4711",
    "[重要] 温度超上限报警 · 住院101 #4711",
    "[重要] 温度超上限报警 · 胶片库 #4711",
  ]);
  expect(said()[1]!.content).toContain("另有 5 条同类报警");
  expect(results.every(({ kind }) => kind === "delivered")).toBe(true);
});

test("20 messages a minute and no more; what is over becomes one summary, critical alarms have places of their own", async () => {
  const { said, send, results, clock, gateway } = await aWecomGroup();
  const conditions = ["temperature-high", "humidity-high", "door-held-open", "sensor-silent", "battery-low"] as const;
  // One after the other, so that nothing is joined: the 16 places that are not kept for critical alarms.
  for (let n = 0; n < 16; n++) {
    send({ alarmId: `a-${n}`, n: n + 1 });
    await until(() => results.length === n + 1, "it is told");
  }
  for (const condition of conditions) {
    send({ alarmId: condition, condition });
    send({ alarmId: `${condition}-b`, condition, room: "a-102" });
  }
  expect(gateway.requests).toHaveLength(16);
  // A critical alarm does not wait for the minute to end; it takes along what waits.
  send({ ...smoke, alarmId: "fire" });
  await until(() => results.length === 27, "the summary is delivered");
  expect(gateway.requests).toHaveLength(17);
  const summary = said()[16]!.content.split("\n");
  expect(summary.slice(0, 3)).toEqual([
    "气体灭火区域,勿单独进入",
    "11 条报警汇总",
    "[紧急] 烟雾报警(疑似火情) · 住院101 #4711",
  ]);
  expect(summary).toHaveLength(13);
  expect(said()[16]!.mentioned_mobile_list).toEqual(["13900000000", "@all"]);

  send({ alarmId: "late" });
  clock.advance(59_000);
  expect(gateway.requests).toHaveLength(17);
  clock.advance(1_001);
  await until(() => results.length === 28, "a minute later there is room again");
});

test("never more than the limit in any minute, however many arrive", async () => {
  const { send, results, clock, gateway } = await aWecomGroup({ per_minute: 10, timeout: "1h" });
  const atMs: number[] = [];
  const answer = gateway.answer;
  gateway.answer = (request, n) => {
    atMs.push(clock.monotonicMs());
    return answer(request, n);
  };
  let sent = 0;
  for (let second = 0; second < 240; second++) {
    for (let n = 0; n < 5; n++)
      send({ alarmId: `a-${++sent}`, ...(n === 0 ? smoke : {}), room: n < 3 ? "a-101" : "a-102" });
    await new Promise((resolve) => setImmediate(resolve));
    await until(() => gateway.open === 0, "the robot is silent");
    await new Promise((resolve) => setImmediate(resolve));
    clock.advance(1_000);
  }
  for (const from of atMs) expect(atMs.filter((at) => at >= from && at < from + 60_000).length).toBeLessThanOrEqual(10);
  await finish(clock, () => results.length === sent);
  expect(results.every(({ kind }) => kind === "delivered")).toBe(true);
  expect(gateway.requests.length).toBeLessThan(60);
});

/** Lets minutes pass until the fact is there. */
async function finish(clock: ManualClock, fact: () => boolean): Promise<void> {
  for (let n = 0; n < 20 && !fact(); n++) {
    clock.advance(60_001);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  expect(fact()).toBe(true);
}

test("whoever is shut out for speaking too fast stays away for a minute", async () => {
  const { gateway, channel } = await aWecomGroup();
  gateway.answer = () => ({ body: '{"errcode":45009,"errmsg":"api freq out of limit"}' });
  expect(await channel.send(aMessage(), night, never)).toMatchObject({ kind: "retry", afterMs: 60_000 });
});

test("a send that is cut off while it waits is not told later", async () => {
  const { gateway, channel, clock, said } = await aWecomGroup({ per_minute: 1 });
  await channel.send(aMessage({ alarmId: "first" }), night, never);
  const cut = new AbortController();
  const waiting = channel.send(aMessage({ alarmId: "second", condition: "water-leak" }), night, cut.signal);
  cut.abort();
  expect(await waiting).toMatchObject({ kind: "retry" });
  clock.advance(120_000);
  await channel.send(aMessage({ alarmId: "third" }), night, never);
  expect(gateway.requests).toHaveLength(2);
  expect(said().some(({ content }) => content.includes("漏水"))).toBe(false);
});

test("a group that many read sees no evidence, no names and no telephone numbers", async () => {
  const { said, send, results } = await aWecomGroup();
  send({ evidence: [{ text: "李四的卡", weight: 1 }] });
  await until(() => results.length === 1, "it is told");
  expect(said()[0]!.content).toBe(
    "[重要] 温度超上限报警 · 住院101 #4711\n住院病案一库温度 26.3 °C,高于上限 24 °C。\n请先这样做:检查空调运行状态。",
  );
});

test("DingTalk's signature: milliseconds and secret, HMAC-SHA256 under the secret, in the address", async () => {
  const gateway = await aGateway(() => ({ body: '{"errcode":0,"errmsg":"ok"}' }));
  const groups = [{ id: "night", token_file: "one", secret_file: "two", mention: ["+86 139 0000 0000"] }];
  const channel = openDingtalkChannel(configOf("dingtalk", { url: `${gateway.url}/robot/send`, groups }), {
    site: aSecretFolder(),
    clock: manualClock(startMs),
  });
  onTestFinished(() => channel.close());
  await channel.send(aMessage(smoke), night, never);
  await channel.send(aMessage(), night, never);
  const [fire, warm] = gateway.requests;
  const address = new URL(fire!.url, gateway.url);
  expect(address.pathname).toBe("/robot/send");
  expect(Object.fromEntries(address.searchParams)).toEqual({
    access_token: secrets.one,
    timestamp: String(startMs),
    sign: createHmac("sha256", secrets.two).update(`${startMs}\n${secrets.two}`).digest("base64"),
  });
  expect(robotMessage.parse(JSON.parse(fire!.body.toString())).at).toEqual({
    atMobiles: ["13900000000"],
    isAtAll: false,
  });
  // Nobody's telephone rings for what is not critical.
  expect(robotMessage.parse(JSON.parse(warm!.body.toString())).at).toEqual({ isAtAll: false });
});
