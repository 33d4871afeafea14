import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { gunzipSync } from "node:zlib";
import { onTestFinished } from "vitest";
import type { StoredSample } from "../../../collector/stores/history-schema.ts";
import type { AlarmLine, FiguresLine, InfluxPoint } from "../../../collector/stores/influx-lines.ts";
import type { InfluxStore } from "../../../collector/stores/influx-store.ts";
import { createInfluxWriter, type InfluxCursor } from "../../../collector/stores/influx-writer.ts";
import { createSampleReader } from "../../../collector/stores/sample-reader.ts";
import { systemClock } from "../../../core/index.ts";
import { createHistory, createTestSite, seeded, temporaryFolder } from "./history-builder.ts";

/** Waits for an observable fact, with a bound. */
export async function until(fact: () => boolean | Promise<boolean>, what: string, withinMs = 15_000): Promise<void> {
  const deadlineMs = Date.now() + withinMs;
  while (!(await fact())) {
    if (Date.now() > deadlineMs) throw new Error(`not within ${withinMs} ms: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

/** A writer that follows a history of its own into `store`, with everything it says and saves at hand. */
export function followInto(
  store: InfluxStore,
  options: { batch?: number; alarms?: AlarmLine[]; figures?: FiguresLine[] } = {},
) {
  const history = createHistory(temporaryFolder());
  const reader = createSampleReader(history.database);
  const newest = history.database.prepare("SELECT max(id) AS id FROM samples");
  const site = createTestSite();
  const alarms = options.alarms ?? [];
  const figures = options.figures ?? [];
  const refused: { point: InfluxPoint; reason: string }[] = [];
  const logged: string[] = [];
  const saved: InfluxCursor[] = [];
  const note = (event: string, fields?: object) => logged.push(`${event} ${JSON.stringify(fields ?? {})}`);
  const create = () =>
    createInfluxWriter({
      name: "test",
      store,
      site: () => site,
      clock: systemClock,
      log: { debug: note, info: note, warn: note, error: note },
      random: seeded(1),
      batch: options.batch ?? 200,
      flushEveryMs: 20,
      retryMaxMs: 50,
      samplesAfter: reader.after,
      newestSampleId: () => Number(newest.get()?.id ?? 0),
      alarmsAfter: (n, limit) => alarms.filter((alarm) => alarm.n > n).slice(0, limit),
      newestAlarm: () => alarms.at(-1)?.n ?? 0,
      figuresAfter: (n, limit) => figures.filter((line) => line.n > n).slice(0, limit),
      newestFigures: () => figures.at(-1)?.n ?? 0,
      loadCursor: () => saved.at(-1) ?? { samples: 0, alarms: 0, figures: 0 },
      saveCursor: (cursor) => saved.push(cursor),
      onRefused: (point) => refused.push(point),
    });
  const writer = create();
  writer.start();
  onTestFinished(() => writer.stop());
  const caughtUp = (of = writer) =>
    until(() => {
      const { lag } = of.status();
      return lag.samples === 0 && lag.alarms === 0 && lag.figures === 0;
    }, "every point is written");
  return { history, writer, alarms, figures, refused, logged, saved, caughtUp, create };
}

/** Samples of a climate sensor, each a second after the other, with values that are not round. */
export function climateSamples(
  count: number,
  fromMs: number,
  device = "th-1",
): Pick<StoredSample, "device" | "atMs" | "values">[] {
  return Array.from({ length: count }, (_, n) => ({
    device,
    atMs: fromMs + n * 1_000,
    values: { temperature_c: 20 + n / 7, relative_humidity_pct: 50 - n / 1_000, battery_pct: 90 },
  }));
}

/** The far end of the wire, misbehaving as told. */
export async function startFakeServer(
  answer: (body: string, response: ServerResponse, request: IncomingMessage) => void,
): Promise<string> {
  const server = createServer((request, response) => {
    const parts: Buffer[] = [];
    request.on("data", (part: Buffer) => parts.push(part));
    request.on("end", () => {
      const body = Buffer.concat(parts);
      const plain = request.headers["content-encoding"] === "gzip" ? gunzipSync(body) : body;
      answer(plain.toString("utf8"), response, request);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}
