import { describe, expect, it, onTestFinished } from "vitest";
import { scenarios } from "../../firmware-sim/index.ts";
import { startBroker } from "../firmware-sim/support.ts";
import { aDevice, aHouse, eventually, siteFile } from "../sentry.ts";
import { runCli } from "./builders.ts";
import { startCli } from "./processes.ts";

describe("sim", () => {
  it("lists every scenario", async () => {
    const { out } = await runCli(["sim", "--list"]);
    for (const { name } of scenarios) expect(out).toContain(name);
    const { out: json } = await runCli(["sim", "--list", "--json"]);
    expect(
      json
        .trimEnd()
        .split("\n")
        .map((line) => JSON.parse(line).name),
    ).toEqual(scenarios.map(({ name }) => name));
  });

  it("connects a site's devices, tells of the scenario, and takes leave within two seconds of Ctrl-C", async () => {
    const broker = await startBroker();
    onTestFinished(broker.stop);
    const house = aHouse(siteFile([], { devices: [aDevice("dev-7", { interval: "1s" }), aDevice("dev-8")] }));
    const sim = startCli([
      "sim",
      "--config",
      house.config,
      "--mqtt",
      broker.url,
      "--scenario",
      "hvac-failure",
      "--demo",
    ]);
    await sim.line(/hvac-failure/);
    await eventually("samples", () => broker.samples("dev-7").length > 1);
    const fromMs = performance.now();
    sim.signal("SIGINT");
    expect(await sim.ended).toBe(0);
    expect(performance.now() - fromMs).toBeLessThan(2_000);
    expect(broker.statuses("dev-8").map(({ state }) => state)).toEqual(["online", "offline"]);
  });

  it("says so when the broker refuses every device", async () => {
    const broker = await startBroker({ authenticate: () => false });
    const house = aHouse(siteFile(["dev-7"]));
    const { code, err } = await runCli(["sim", "--config", house.config, "--mqtt", broker.url], { cwd: house.folder });
    expect(code).toBe(1);
    expect(err).toMatch(
      /refuses every device .*: no devices\.csv with passwords was found: name it with --credentials/,
    );
  });

  it.each([
    [["--scenario", "flood"], /expected a scenario of normal-day, .*, found flood/],
    [["--mqtt", "127.0.0.1"], /expected mqtt:\/\//],
    [["--speed", "0"], /expected a number above 0/],
  ])("with %j is bad usage", async (args, sentence) => {
    const { code, err } = await runCli(["sim", ...args]);
    expect(err).toMatch(sentence);
    expect(code).toBe(2);
  });
});
