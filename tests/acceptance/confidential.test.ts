import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { deviceTopic } from "../../contract/index.ts";
import { aDevice, aHouse, siteFile, startSentry } from "../sentry.ts";

const secrets = ["04A2B3C4D5E6", "CW-2019-0042-SECRET", "BADGE-IN-BROKEN-JSON"];

it("no credential and no scanned code is ever found in clear in the data folder", async () => {
  const house = aHouse(siteFile([], { devices: [aDevice("reader"), aDevice("scanner")] }));
  const sentry = await startSentry(house);
  const reader = await sentry.connect("reader");
  const scanner = await sentry.connect("scanner");
  const topic = (device: string, channel: "badge" | "scan") => deviceTopic({ site: "north", device, channel });
  const badge = { credential: secrets[0], direction: "in", decision: "granted" };
  await reader.publishAsync(topic("reader", "badge"), JSON.stringify(badge), { qos: 1 });
  await reader.publishAsync(topic("reader", "badge"), `{"credential":"${secrets[2]}"`, { qos: 1 });
  await scanner.publishAsync(topic("scanner", "scan"), JSON.stringify({ code: secrets[1] }), { qos: 1 });
  await sentry.sentry.settled();
  await sentry.stop();
  const files = readdirSync(house.data, { recursive: true, encoding: "utf8" })
    .map((name) => join(house.data, name))
    .filter((path) => statSync(path).isFile());
  const all = Buffer.concat(files.map((path) => readFileSync(path))).toString("latin1");
  expect(all).toContain("hmac-sha256:");
  expect(secrets.filter((secret) => all.includes(secret))).toEqual([]);
});
