import { readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { fakeGrafana } from "../dashboards/grafana.ts";
import { aFolder, runCli } from "./builders.ts";

describe("archive-sentry dashboards", () => {
  it("builds fourteen dashboards into a folder", async () => {
    const folder = aFolder();
    const ended = await runCli(["dashboards", "build", "--out", join(folder, "grafana")]);
    expect(ended).toMatchObject({ code: 0, err: "" });
    expect(readdirSync(join(folder, "grafana"), { recursive: true, encoding: "utf8" }).sort()).toHaveLength(16);
  });

  it("pushes them with a token from a file, and the second time says that nothing changed", async () => {
    const grafana = await fakeGrafana();
    const token = join(aFolder(), "grafana.token");
    writeFileSync(token, `${grafana.token}\n`, { mode: 0o600 });
    const push = () =>
      runCli(["dashboards", "push", "--grafana", grafana.url, "--token-file", token, "--language", "zh"]);
    expect(await push()).toMatchObject({ code: 0, err: "7 created, 0 changed, 0 as they were\n" });
    expect(await push()).toMatchObject({ code: 0, err: "0 created, 0 changed, 7 as they were\n" });
  });

  it.each([
    [["check"], "the site file names no InfluxDB"],
    [
      ["check", "--influx", "nowhere", "--database", "d"],
      "--influx: expected an address such as http://127.0.0.1:8086",
    ],
    [["check", "--influx", "http://127.0.0.1:9", "--database", "d", "--range", "soon"], "--range"],
    [["push", "--grafana", "http://127.0.0.1:9", "--token-file", "/nowhere/token"], "/nowhere/token"],
    [["build"], "--out"],
  ])("refuses %j with exit code 2", async (args, words) => {
    const ended = await runCli(["dashboards", ...args]);
    expect(ended.code).toBe(2);
    expect(ended.err).toContain(words);
  });

  it("says that an InfluxDB does not answer", async () => {
    const ended = await runCli(["dashboards", "check", "--influx", "http://127.0.0.1:9", "--database", "d"]);
    expect(ended.code).toBe(1);
    expect(ended.err).toContain("no answer from http://127.0.0.1:9");
  });
});
