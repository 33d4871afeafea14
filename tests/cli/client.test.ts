import { writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { aReading, aSite, aSource, operatorToken, refusedReload, startConsole } from "../console/builders.ts";
import { aFolder, runCli } from "./builders.ts";

async function anInstance(changes: Parameters<typeof aSource>[0] = {}, site = aSite()) {
  const source = aSource(changes, site);
  const { url } = await startConsole({ source });
  const tokenFile = join(aFolder(), "token");
  writeFileSync(tokenFile, `${operatorToken}\n`);
  const ask = (...args: string[]) => runCli([...args, "--url", url], { cwd: aFolder() });
  const askWithToken = (...args: string[]) => ask(...args, "--token-file", tokenFile);
  return { source, url, ask, askWithToken };
}

describe("commands against a running instance", () => {
  it("rooms prints a table for people and a line each for machines", async () => {
    const { ask, url } = await anInstance();
    const table = await ask("rooms");
    expect(table.err).toBe("");
    expect(table.out).toBe(
      [
        "room   name                 state  temperature  humidity  alarms  devices",
        "a-101  Inpatient records 1  ok         21.4 °C         –       0      1/1",
        "a-102  Inpatient records 1  ok         21.4 °C         –       0      1/1",
        "",
      ].join("\n"),
    );
    const chinese = await runCli(["rooms", "--url", url], { env: { LANG: "zh_CN.UTF-8" } });
    expect(chinese.out.split("\n")[1]).toBe("a-101  住院病案一库  正常  21.4 °C     –     0       1/1");
    const lines = (await ask("rooms", "--json")).out.trim().split("\n");
    expect(lines.map((line) => JSON.parse(line).id)).toEqual(["a-101", "a-102"]);
  });

  it("alarms list shows what is open in the language of the terminal", async () => {
    const { url, ask } = await anInstance();
    const table = (await ask("alarms", "list")).out.split("\n");
    expect(table[0]).toContain("since (Asia/Shanghai)");
    expect(table[1]).toMatch(/^k3v9 {2}2026-11-22 16:00:00 .* high .* unacknowledged .* a-101 .* Temperature high$/);
    const chinese = await runCli(["alarms", "list", "--url", url], { env: { LANG: "zh_CN.UTF-8" } });
    expect(chinese.out.split("\n")[1]).toMatch(/重要 .*未确认.*温度过高$/);
    expect(
      (await anInstance({ alarms: () => ({ alarms: [], next: null }) }).then((one) => one.ask("alarms", "list"))).out,
    ).toBe("no open alarms\n");
  });

  it("alarms ack names the person and gives the comment", async () => {
    const { source, askWithToken } = await anInstance();
    const done = await askWithToken(
      "alarms",
      "ack",
      "k3v9",
      "m2x4",
      "--by",
      "10231",
      "--comment",
      "风机已修",
      "--json",
    );
    expect(done).toMatchObject({ code: 0, err: "" });
    expect(
      done.out
        .trim()
        .split("\n")
        .map((line) => JSON.parse(line).acknowledgedBy),
    ).toEqual(["10231", "10231"]);
    const command = { do: "acknowledge", by: "10231", comment: "风机已修", via: "operator-token" };
    expect(source.asked).toEqual([
      { ...command, alarm: "k3v9" },
      { ...command, alarm: "m2x4" },
    ]);
  });

  it.each([
    ["without a token", false, ["alarms", "ack", "k3v9", "--comment", "x"], "--token-file"],
    ["without a name", true, ["alarms", "ack", "k3v9", "--comment", "x"], "by: expected the staff number"],
    [
      "of an alarm that is gone",
      true,
      ["alarms", "comment", "zz", "--by", "10231", "--comment", "x"],
      "no open alarm zz",
    ],
    ["of one that is not latched", true, ["alarms", "reset", "k3v9", "--by", "10231"], "not latched"],
  ])("a change %s is refused with a reason and exit code 1", async (_, withToken, args, reason) => {
    const { ask, askWithToken } = await anInstance();
    const refused = await (withToken ? askWithToken : ask)(...args);
    expect(refused).toMatchObject({ code: 1, out: "" });
    expect(refused.err).toContain(reason);
  });

  it("takes operator.token of the data folder by itself", async () => {
    const { url } = await anInstance();
    const data = aFolder();
    writeFileSync(join(data, "operator.token"), operatorToken);
    const devices = await runCli(["devices", "list", "--url", url, "--data", data]);
    expect(devices.code).toBe(0);
    expect(devices.out.split("\n")[1]).toMatch(/^dev-1 {3}a-101 +yes/);
  });

  it("readings follows the pages up to --limit, and says when there is more", async () => {
    const { source, ask } = await anInstance();
    const lines = await ask(
      "readings",
      "--room",
      "a-101",
      "--from",
      "2026-11-22T08:00:00+08:00",
      "--limit",
      "5",
      "--json",
    );
    // The source has two a page, forever.
    expect(lines.out.trim().split("\n")).toHaveLength(6);
    expect(lines.err).toContain("there is more");
    expect(source.asked).toMatchObject([
      { room: "a-101", fromMs: Date.parse("2026-11-22T00:00:00Z"), limit: 5 },
      { cursor: "more", limit: 3 },
      { cursor: "more", limit: 1 },
    ]);
  });

  it("readings has a table of values and one of minimum, mean and maximum", async () => {
    const { ask } = await anInstance({
      readings: ({ everyMs }) => {
        const { at, room, device, quantity } = aReading();
        if (everyMs === undefined)
          return { readings: [aReading(), aReading({ quantity: "door", value: "open" })], next: null };
        return { buckets: [{ at, room, device, quantity, min: 20, mean: 21.123, max: 22, count: 15 }], next: null };
      },
    });
    expect((await ask("readings")).out).toMatch(/16:00:00 +a-101 +dev-1 +temperature_c +21\.4 °C\n.*door +open\n/);
    expect((await ask("readings", "--every", "15m", "--from", "2h")).out).toMatch(/20 °C +21\.12 °C +22 °C +15\n/);
    const refused = await ask("readings", "--every", "often");
    expect(refused).toMatchObject({ code: 1 });
    expect(refused.err).toContain("every: expected a length of time such as 15m, 1h or 1d");
  });

  it("config reload says what was refused, as config check does", async () => {
    const { askWithToken, source } = await anInstance();
    expect(await askWithToken("config", "reload", "--by", "20001")).toMatchObject({ code: 0, err: "" });
    expect(source.asked).toEqual(["reload"]);
    const bad = await anInstance({ reload: () => Promise.reject(refusedReload) });
    const refused = await bad.askWithToken("config", "reload", "--by", "20001");
    expect(refused).toEqual({ code: 2, out: "", err: "rooms: expected a list, found 3\n" });
  });

  it("knows when what answers is something else", async () => {
    const other = createServer((_, response) => response.end("<h1>printer</h1>"));
    await new Promise<void>((resolve) => other.listen(0, "127.0.0.1", resolve));
    onTestFinished(() => void other.close());
    const ended = await runCli(["rooms", "--url", `http://127.0.0.1:${(other.address() as AddressInfo).port}`]);
    expect(ended.code).toBe(1);
    expect(ended.err).toContain("not as an archive-sentry");
  });
});
