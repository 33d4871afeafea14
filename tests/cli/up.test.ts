import { existsSync, readdirSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { z } from "zod";
import { alarmsResponse } from "../../contract/index.ts";
import { connectMqtt } from "../broker/harness.ts";
import {
  aDevice,
  aHouse,
  eventually,
  type House,
  publish,
  siteFile,
  storedJournal,
  storedSamples,
  telemetry,
} from "../sentry.ts";
import { aFolder, runCli } from "./builders.ts";
import { type Running, startCli } from "./processes.ts";

const readyLine = z.strictObject({
  event: z.literal("ready"),
  mqtt: z.string().regex(/^mqtt:\/\/127\.0\.0\.1:\d+$/),
  http: z.string().regex(/^http:\/\/127\.0\.0\.1:\d+$/),
  data: z.string(),
});

async function startUp(args: readonly string[]): Promise<Running & z.infer<typeof readyLine>> {
  const running = startCli(["up", "--mqtt-port", "0", "--http-port", "0", "--log-format", "json", ...args]);
  await running.line(/"event":"ready"/);
  return { ...running, ...readyLine.parse(JSON.parse(running.out().split("\n")[0] ?? "")) };
}

async function ended(running: Running, signal: NodeJS.Signals = "SIGINT"): Promise<void> {
  const fromMs = performance.now();
  running.signal(signal);
  expect(await running.ended, running.out() + running.err()).toBe(0);
  expect(performance.now() - fromMs).toBeLessThan(5_000);
}

const upOn = (house: House) => startUp(["--config", house.config, "--data", house.data]);

const openAlarms = async (http: string) =>
  alarmsResponse.parse(await (await fetch(`${http}/api/v1/alarms`)).json()).alarms;

describe("up", () => {
  it("continues after Ctrl-C: the alarm stands as it was, and nobody is told again", async () => {
    const house = aHouse(siteFile([], { devices: [aDevice("dev-7", { interval: "1h" })] }));
    const first = await upOn(house);
    expect(first.data).toBe(house.data);
    const client = await connectMqtt(first.mqtt, { clientId: "dev-7", ...house.login("dev-7") });
    await publish(client, telemetry("dev-7"), { seq: 1, session: "b1", smoke_obscuration_pct_per_m: 3 });
    const mails = () => readdirSync(join(house.data, "mail")).filter((name) => name.endsWith(".eml"));
    await eventually("a mail of each alarm", () =>
      ["smoke-alarm", "smoke-prealarm"].every((what) => mails().some((name) => name.includes(what))),
    );
    await first.line(/alerts\.alarm\.raised.*smoke-alarm|smoke-alarm.*alerts\.alarm\.raised/);
    const before = await openAlarms(first.http);
    expect(before.map(({ condition }) => condition)).toContain("smoke-alarm");
    const mailsBefore = mails();
    await client.endAsync(true);
    await ended(first);

    const second = await upOn(house);
    expect((await openAlarms(second.http)).map(({ id, state }) => ({ id, state }))).toEqual(
      before.map(({ id, state }) => ({ id, state })),
    );
    await ended(second, "SIGTERM");
    expect(mails()).toEqual(mailsBefore);
    expect(storedSamples(house)).toHaveLength(1);
    expect(storedJournal(house).filter(({ condition }) => condition === "smoke-alarm")).toHaveLength(1);
  });

  it("takes a changed site file on SIGHUP, or refuses it whole with every fault", async () => {
    const house = aHouse(siteFile(["dev-7"]));
    const up = startCli(["up", "--mqtt-port", "0", "--http-port", "0", "--config", house.config, "--data", house.data]);
    await up.line(/Ctrl-C stops/);
    house.rewrite(siteFile(["dev-7", "dev-8"]));
    up.signal("SIGHUP");
    await up.line(/the changed site file is in force/);
    house.rewrite({ ...siteFile(["dev-7"]), rooms: [{ id: "NO" }, { id: "a-101", floor: 1.5 }] });
    up.signal("SIGHUP");
    await up.line(/app\.config\.refused .*rooms\[0\]\.id/);
    await up.line(/app\.config\.refused .*rooms\[1\]\.floor/);
    await ended(up);
  });

  it("runs the sample hospital, in Chinese where the terminal is, and keeps its past once", async () => {
    const data = join(aFolder(), "data");
    const options = { env: { LANG: "zh_CN.UTF-8" } };
    const args = ["up", "--data", data, "--mqtt-port", "0", "--http-port", "0"];
    const first = startCli(args, options);
    await first.line(/示范医院：.*全部为模拟/);
    await first.line(/已存入 \d+,\d+ 个模拟的历史样本/);
    await first.line(/条读数 · .* °C/);
    await ended(first);
    expect(first.out()).toContain("已停止");
    const second = startCli(args, options);
    await second.line(/预告/);
    expect(second.out()).not.toContain("历史样本");
    await ended(second);
  });

  it("keeps nothing of a past that is interrupted, and all of it at the next start", async () => {
    const data = join(aFolder(), "data");
    const args = ["up", "--mqtt-port", "0", "--http-port", "0", "--log-format", "json", "--data", data];
    const inTheMiddle = () => existsSync(join(data, "simulated-month", "history.db"));
    const interrupted = startCli(args);
    await eventually("the past is being simulated", inTheMiddle, 20_000);
    await ended(interrupted);
    expect(interrupted.out()).not.toContain("ready");
    const killed = startCli(args);
    await eventually("the past is being simulated again", inTheMiddle, 20_000);
    killed.signal("SIGKILL");
    await killed.ended;
    expect(existsSync(join(data, "history.db"))).toBe(false);

    const whole = await startUp(["--data", data]);
    expect(readdirSync(data)).not.toContain("simulated-month");
    // What is left of the month is answered: it calls nobody now.
    expect(await openAlarms(whole.http)).toEqual([]);
    await ended(whole);
    expect(readdirSync(join(data, "mail"))).toEqual([]);
    const raised = storedJournal({ data }).filter(({ transition }) => transition === "raised");
    expect(new Set(raised.map(({ condition }) => condition))).toEqual(
      new Set([
        "climate-control-failure",
        "temperature-high",
        "door-after-hours",
        "door-held-open",
        "water-leak",
        "door-forced",
        "room-blind",
        "sensor-silent",
        "smoke-prealarm",
        "smoke-alarm",
        "access-unauthorised",
      ]),
    );
  }, 60_000);

  describe("that cannot start says why, with code 1", () => {
    it("because a port is taken", async () => {
      const house = aHouse(siteFile(["dev-7"]));
      const taken = createServer();
      onTestFinished(() => void taken.close());
      const port = await new Promise<number>((resolve) => {
        taken.listen(0, "127.0.0.1", () => {
          const address = taken.address();
          resolve(typeof address === "object" && address ? address.port : 0);
        });
      });
      const at = ["up", "--config", house.config, "--data", house.data];
      for (const ports of [
        ["--mqtt-port", String(port), "--http-port", "0"],
        ["--mqtt-port", "0", "--http-port", String(port)],
      ]) {
        const { code, err } = await runCli([...at, ...ports]);
        expect(code).toBe(1);
        expect(err).toContain(String(port));
        expect(err.trimEnd().split("\n")).toHaveLength(1);
      }
    });

    it("because another instance uses the data folder", async () => {
      const house = aHouse(siteFile(["dev-7"]));
      const running = await upOn(house);
      const { code, err } = await runCli(["up", "--config", house.config, "--data", house.data]);
      expect(code).toBe(1);
      expect(err).toBe(
        `another archive-sentry is using ${house.data}: stop it first, or choose another folder with --data\n`,
      );
      await ended(running);
    });

    it("because the data folder cannot be made", async () => {
      const file = join(aFolder(), "file");
      writeFileSync(file, "");
      const { code, err } = await runCli(["up", "--data", join(file, "data")]);
      expect(code).toBe(1);
      expect(err).toContain("cannot create the data folder");
    });
  });
});
