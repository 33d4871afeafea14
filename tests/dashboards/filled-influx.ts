import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { onTestFinished } from "vitest";
import { parse } from "yaml";
import { z } from "zod";
import { samplePath } from "../../app/index.ts";
import type { Values } from "../../contract/index.ts";
import { type PastSample, pastSamples } from "../../firmware-sim/index.ts";
import { loadSite, type Site, type SiteFile } from "../../site/index.ts";
import { askInflux } from "../influx.ts";
import { aHouse, eventually, publish, type Running, startSentry, telemetry } from "../sentry.ts";
import { startInfluxV1, type TestServer } from "../servers.ts";

/** A real InfluxDB that holds some days of the sample hospital, as the program wrote them. */

export const database = "archive";
const hourMs = 3_600_000;
const seed = 20_261_122;

export interface Filled {
  influx: TestServer;
  site: Site;
}

export async function filledInflux(days: number): Promise<Filled> {
  const influx = (await startInfluxV1())!;
  onTestFinished(() => influx.remove());
  const file: SiteFile = parse(readFileSync(samplePath, "utf8"));
  const house = aHouse({
    ...file,
    broker: { ...file.broker, listeners: [{ kind: "tcp", port: 0 }], credentials_file: "credentials.csv" },
    console: { port: 0 },
    calendar: { ...file.calendar, days_file: resolve(samplePath, "..", "calendar.csv") },
    limits: { disk_free: "1B" },
    stores: [{ kind: "influx-v1", url: influx.url, database }],
  });
  const { site } = loadSite(house.config, { nowMs: Date.now() });
  const first = await startSentry(house);
  const toMs = Date.now();
  const past = [...pastSamples({ site, seed, fromMs: toMs - days * 24 * hourMs, toMs, stepMs: 5 * 60_000 })];
  for (const [device, samples] of Map.groupBy(past, (sample) => sample.device)) {
    const client = await first.connect(device);
    for (let at = 0; at < samples.length; at += 500) {
      await publish(client, telemetry(device), samples.slice(at, at + 500).map(onTheWire));
    }
    await client.endAsync();
  }
  await first.sentry.settled();
  await raiseAndAnswer(first);
  await visit(first);
  await first.stop();
  // What devices and alarms are like now is written at the start, and then once a minute.
  const second = await startSentry(house);
  const newest = async (query: string) => (await askInflux(influx, database, query))[0]?.[1];
  await eventually(
    "everything is in InfluxDB",
    async () =>
      (await newest('SELECT last("open_high") FROM "sentry"')) !== undefined &&
      (await newest(`SELECT last("smoke_obscuration_pct_per_m") FROM "environment" WHERE "device" = 'smoke-a-101'`)) ===
        0 &&
      (await newest('SELECT last("id") FROM "access"')) !== undefined &&
      (await newest('SELECT last("count") FROM "inside"')) === 0,
    60_000,
  );
  await second.stop();
  return { influx, site };
}

/** One suspected fire from its first smoke to the reset, so that there are alarms to count. */
async function raiseAndAnswer(sentry: Running): Promise<void> {
  const client = await sentry.connect("smoke-a-101");
  const smoke = (value: number) =>
    publish(client, telemetry("smoke-a-101"), { at: Date.now(), smoke_obscuration_pct_per_m: value });
  const alarms = z.object({ alarms: z.array(z.object({ id: z.string(), condition: z.string(), state: z.string() })) });
  const alarm = async (state: string) =>
    (await sentry.ask(alarms, "/api/v1/alarms?room=a-101")).alarms.find(
      (each) => each.condition === "smoke-alarm" && each.state === state,
    );
  await smoke(4);
  const raised = await eventually("the alarm is raised", () => alarm("unacknowledged"));
  const body = { by: "10231", comment: "A projector lamp burnt out." };
  const answer = await sentry.post(`/api/v1/alarms/${raised.id}/ack`, body);
  if (!answer.ok) throw new Error(await answer.text());
  await smoke(0);
  await eventually("the alarm has returned", () => alarm("latched"));
  await client.endAsync();
}

/** Somebody goes in and comes out again. */
async function visit(sentry: Running): Promise<void> {
  const credential = "0A1B2C3D";
  const given = await sentry.post("/api/v1/access/badges", { person: { id: "10231" }, credential, by: "10405" });
  if (!given.ok) throw new Error(await given.text());
  const client = await sentry.connect("reader-a-101");
  const nowMs = Date.now();
  for (const [at, direction] of ["in", "out"].entries()) {
    const badge = { at: nowMs + at * 1_000, credential, direction, decision: "granted" };
    await publish(client, "sentry/north/reader-a-101/badge", badge);
  }
  await client.endAsync();
}

function onTheWire({ atMs, values }: PastSample): Record<string, unknown> {
  return {
    at: atMs,
    ...Object.fromEntries(Object.entries(values).map(([name, value]) => [name, wireValue(name, value)])),
  };
}

function wireValue(name: string, value: Values[keyof Values]): unknown {
  if (name === "door") return value === 1 ? "open" : "closed";
  return ["motion", "leak", "tamper", "smoke_alarm", "exit_request"].includes(name) ? value === 1 : value;
}
