import { mkdirSync, readdirSync, readFileSync, renameSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { aFolder, aHouse, eventually, siteFile, startSentry } from "../../sentry.ts";
import { acknowledgements, aModemHouse, openAlarms, people, raiseSmoke, storedAnswers } from "./house.ts";

test("an SMS with 1 and the code acknowledges in the name of whoever has the number", async () => {
  // Its policy for critical alarms is good because of the modem: an SMS comes from anywhere.
  const policy = { id: "all", steps: [{ tell: ["everyone" as const, "leadership" as const] }] };
  const modem = aModemHouse({ telling: { leadership: ["10231"], policies: [policy] } });
  const running = await startSentry(modem.house);
  const { id, code } = await raiseSmoke(running, modem);
  modem.receive("8613900000231", `1 ${code}`);
  await eventually("acknowledged", () => acknowledgements(modem).length > 0);
  expect(acknowledgements(modem)).toEqual([{ alarm: id, by: "10231", via: "sms", comment: "收到,前往查看" }]);
  await eventually("the file is moved", () => modem.waiting().length === 0 && modem.handled().length === 1);
  const reply = await eventually("the reply", () =>
    modem.outgoing().find(({ to, text }) => to === "8613900000231" && text.startsWith("已确认")),
  );
  expect(reply.text).toContain(code);
  expect(reply.text.length).toBeLessThanOrEqual(70);
  // Who was told as well hears who took it.
  await eventually("the other is told", () =>
    modem.outgoing().find(({ to, text }) => to === "8613900000312" && /已有人处理|taken/.test(text)),
  );
  expect((await openAlarms(running)).find((alarm) => alarm.id === id)).toMatchObject({
    state: "acknowledged",
    acknowledgedBy: "10231",
  });
});

test("a foreign number gets no reply; a wrong code, a stranger to the room and a second answer get a clear one", async () => {
  const modem = aModemHouse();
  const running = await startSentry(modem.house);
  const { id, code } = await raiseSmoke(running, modem);
  const before = modem.outgoing().length;
  const replyTo = (to: string, words: RegExp) =>
    eventually(`a reply to ${to}: ${words}`, () =>
      modem.outgoing().find((sent) => sent.to === to && words.test(sent.text)),
    );
  modem.receive("8613988888888", `1 ${code}`);
  await eventually("the stranger's SMS is handled", () => modem.handled().length === 1);
  expect(acknowledgements(modem)).toEqual([]);

  modem.receive("8613900000312", "1 9999");
  expect((await replyTo("8613900000312", /^Not acknowledged: there is no alarm 9999/)).text.length).toBeLessThan(160);
  modem.receive("8613900000405", `1 ${code}`);
  await replyTo("8613900000405", /^未确认:您没有确认该报警的权限/);
  modem.receive("8613900000312", "what is this");
  await replyTo("8613900000312", new RegExp(`^Not understood.*1 ${code}$`));
  expect(acknowledgements(modem)).toEqual([]);

  // By now she has it.
  modem.receive("8613900000231", "收到,电工已在路上");
  await replyTo("8613900000231", /^已确认/);
  modem.receive("8613900000312", "1");
  await replyTo("8613900000312", /10231 has acknowledged it already/);
  expect(acknowledgements(modem)).toEqual([{ alarm: id, by: "10231", via: "sms", comment: "电工已在路上" }]);

  expect(modem.outgoing().filter(({ to }) => to.endsWith("88888888"))).toEqual([]);
  expect(modem.outgoing().length).toBeGreaterThan(before);
  expect(storedAnswers(modem).map(({ person, state, reason }) => [person, state, reason])).toEqual([
    [null, "ignored", null],
    ["10312", "refused", "wrong-code"],
    ["10405", "refused", "no-right"],
    ["10312", "refused", "unclear"],
    ["10231", "done", null],
    ["10312", "refused", "taken-already"],
  ]);
});

test("a wrong PIN is refused, three lock for a while, and neither PIN nor number is found in the data folder", async () => {
  const modem = aModemHouse({
    answers: { pin_required: true },
    people: [{ ...people[0]!, pin_file: "wang.pin" }],
  });
  modem.house.secret("wang.pin", "730915\n");
  const running = await startSentry(modem.house);
  const { id, code } = await raiseSmoke(running, modem, 1);
  const said = (words: RegExp) =>
    eventually(`a reply: ${words}`, () => modem.outgoing().find(({ text }) => words.test(text)));
  modem.receive("8613900000231", `1 ${code}`);
  await said(/需要编号和 PIN/);
  modem.receive("8613900000231", `1 ${code} 111111`);
  await said(/PIN 不正确,还可尝试 2 次/);
  modem.receive("8613900000231", `1 ${code} 222222`);
  await said(/PIN 不正确,还可尝试 1 次/);
  modem.receive("8613900000231", `1 ${code} 730915`);
  await said(/^已确认/);
  expect(acknowledgements(modem)).toMatchObject([{ alarm: id, by: "10231" }]);
  for (const wrong of ["333333", "444444", "555555"]) modem.receive("8613900000231", `1 ${code} ${wrong}`);
  await said(/还可尝试 0 次/);
  modem.receive("8613900000231", `1 ${code} 730915`);
  await said(/PIN 错误次数过多,请 15 分钟后再试/);
  await running.stop();
  for (const secret of ["730915", "13900000231", "333333"]) {
    for (const name of readdirSync(modem.house.data)) {
      const path = join(modem.house.data, name);
      if (statSync(path).isFile()) expect(readFileSync(path).includes(secret), `${secret} in ${name}`).toBe(false);
    }
  }
});

test("gammu-smsd's inbox is read too; further parts of a long message are not taken for answers", async () => {
  const spool = aFolder();
  for (const folder of ["inbox", "outbox", "sent", "error"]) mkdirSync(join(spool, folder));
  const file = siteFile(["dev-1"], { people });
  const house = aHouse({
    ...file,
    channels: { "sms-modem": { daemon: "gammu-smsd", directory: spool, poll: "20ms" } },
  });
  const running = await startSentry(house);
  const client = await running.connect("dev-1");
  await client.publishAsync("sentry/north/dev-1/telemetry", '{"smoke_obscuration_pct_per_m":5}', { qos: 1 });
  await client.endAsync();
  const code = await eventually("the code", () => {
    for (const name of readdirSync(join(spool, "outbox")).filter((each) => each.startsWith("OUT"))) {
      const text = readFileSync(join(spool, "outbox", name))
        .subarray(2)
        .swap16()
        .toString("utf16le");
      renameSync(join(spool, "outbox", name), join(spool, "sent", name));
      const found = /烟雾报警.*回复1 (\d{4})/.exec(text)?.[1];
      if (found !== undefined) return found;
    }
    return undefined;
  });
  const utf16 = (text: string) => Buffer.concat([Buffer.of(0xfe, 0xff), Buffer.from(text, "utf16le").swap16()]);
  writeFileSync(join(spool, "inbox", "IN20261123_021210_00_+8613900000231_01.txt"), utf16("1 后半段"));
  writeFileSync(join(spool, "inbox", "IN20261123_021211_00_13900000231_00.txt"), utf16(`收到 ${code}`));
  await eventually("acknowledged", () => acknowledgements({ house }).length > 0);
  expect(acknowledgements({ house })).toMatchObject([{ by: "10231", via: "sms" }]);
  await eventually("both are moved", () => readdirSync(join(spool, "inbox", "handled")).length === 2);
  expect(storedAnswers({ house })).toHaveLength(1);
});
