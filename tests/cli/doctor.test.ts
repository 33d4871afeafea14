import { describe, expect, it } from "vitest";
import { checkConsole } from "../../cli/doctor/console.ts";
import { parseSite } from "../../site/index.ts";
import { aHouse, siteFile } from "../sentry.ts";
import { runCli } from "./builders.ts";
import { startCli } from "./processes.ts";

describe("doctor", () => {
  it("finds a sound site good, and says what is wrong with another", async () => {
    const house = aHouse(siteFile(["dev-7"]));
    const good = await runCli(["doctor", "--config", house.config, "--data", house.data]);
    expect(good.code, good.out).toBe(0);
    expect(good.out).toMatch(/(ok {2}|warn) {2}disk +a durable commit takes/);
    house.secret("token", "secret");
    const email = { host: "127.0.0.1", port: 1, from: "a@example.org", password_file: "missing" };
    house.rewrite({
      ...siteFile(["dev-7"], { channels: { email } }),
      sources: [{ kind: "mqtt", url: "mqtt://127.0.0.1:1", topics: ["sentry/#"] }],
      stores: [{ kind: "influx-v1", url: "http://127.0.0.1:1", database: "d" }],
    });
    const bad = await runCli(["doctor", "--config", house.config, "--data", house.data, "--json"]);
    expect(bad.code).toBe(1);
    const findings = bad.out
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line));
    const failed = findings.filter(({ status }) => status === "fail").map(({ check }) => check);
    expect([...new Set(failed)]).toEqual(["site", "secrets", "mail", "store influx-v1", "source mqtt"]);
    for (const { status, advice } of findings) expect(advice !== undefined).toBe(status !== "ok");
  });

  it("looks at every channel's secrets, server and spool", async () => {
    const house = aHouse(siteFile(["dev-7"]));
    house.secret("key", "secret");
    house.rewrite(
      siteFile(["dev-7"], {
        channels: {
          "sms-http": { url: "http://127.0.0.1:1/{phone}", secret_files: { password: "absent" } },
          "sms-modem": { daemon: "smstools", directory: "/nowhere" },
          wecom: { url: "http://127.0.0.1:1", groups: [{ id: "night", key_file: "key" }] },
        },
      }),
    );
    const { code, out } = await runCli(["doctor", "--config", house.config, "--data", house.data]);
    expect(code).toBe(1);
    expect(out).toMatch(/FAIL {2}secrets +cannot read the secret in .*absent/);
    expect(out).toMatch(/FAIL {2}sms-http +127\.0\.0\.1 does not: .*ECONNREFUSED/);
    expect(out).toMatch(/FAIL {2}sms-modem +ENOENT.*\/nowhere\/outgoing/);
    expect(out).toMatch(/FAIL {2}wecom +127\.0\.0\.1 does not/);
    expect(out).not.toContain("secret\n");
  });

  it("says who uses the data folder, and does not mind its ports then", async () => {
    const house = aHouse(siteFile(["dev-7"]));
    const running = startCli(["up", "--config", house.config, "--data", house.data]);
    await running.line(/Ctrl-C stops/);
    const { code, out } = await runCli(["doctor", "--config", house.config, "--data", house.data]);
    expect(code, out).toBe(0);
    expect(out).toContain(process.platform === "linux" ? `(process ${running.pid})` : "an instance is running on it");
  });

  it("lists every fault of a site file", async () => {
    const house = aHouse(siteFile(["dev-7"]));
    house.rewrite("site: { id: X }\nrooms: 3\n");
    const { code, out } = await runCli(["doctor", "--config", house.config, "--data", house.data]);
    expect(code).toBe(1);
    expect(out.match(/^FAIL {2}site/gm)?.length).toBeGreaterThan(2);
  });
});

describe("the console", () => {
  const found = async (section: object) => {
    const site = { id: "north", name: { zh: "北院", en: "North" } };
    const text = JSON.stringify({ site, console: section });
    const findings = await checkConsole(parseSite(text, { directory: "/", name: "site.yaml", nowMs: 0 }).site);
    return findings.filter(({ status }) => status !== "ok").map(({ found: said }) => said.split(":")[0]);
  };
  it.each([
    ["on this machine alone", {}, []],
    [
      "behind a proxy that is named",
      { public_url: "https://a.example", sign_in: { trusted_proxies: ["127.0.0.1/32"] } },
      [],
    ],
    ["for everybody, in clear", { host: "0.0.0.0" }, ["it listens on 0.0.0.0 without https"]],
    [
      "behind a proxy that is not named",
      { public_url: "https://a.example" },
      ["everybody seems to come from the proxy"],
    ],
  ])("%s", async (_, section, expected) => {
    const said = await found(section);
    expect(said.filter((one) => one !== "the web page is not built")).toEqual(expected);
  });
});
