import { HttpError, InfluxDB, Point, RequestTimedOutError, setLogger } from "@influxdata/influxdb-client";
import { type Clock, messageOf } from "../../core/index.ts";
import { type InfluxPoint, isIntegerField } from "./influx-lines.ts";
import { createAgent, type InfluxStore, judgeAnswer, timedOut, type WriteOutcome, withinTime } from "./influx-store.ts";

export interface InfluxV2Options {
  url: string;
  org: string;
  bucket: string;
  token?: string;
  /** Hard limit of one request. */
  timeoutMs: number;
  clock: Clock;
}

// The client prints its errors to the console unless told otherwise; the writer logs what matters.
setLogger({ error() {}, warn() {} });

/** InfluxDB 2.x and 3.x, and what speaks their `/api/v2/write`. */
export function createInfluxV2(options: InfluxV2Options): InfluxStore {
  const origin = new URL(options.url).origin;
  const agent = createAgent(options.url);
  const client = new InfluxDB({
    url: options.url,
    token: options.token,
    timeout: options.timeoutMs,
    transportOptions: { agent },
  });
  const limit = { clock: options.clock, timeoutMs: options.timeoutMs, agent };
  const noAnswer = {
    kind: "unavailable",
    reason: `no answer from ${origin} within ${options.timeoutMs} ms`,
    timedOut: true,
  } satisfies WriteOutcome;
  return {
    async write(points) {
      // The client's buffer swallows the error of a batch it sends by itself: it must never be full before `flush`.
      const writer = client.getWriteApi(options.org, options.bucket, "ms", {
        batchSize: points.length + 1,
        maxBatchBytes: Number.MAX_SAFE_INTEGER,
        flushInterval: 0,
        maxRetries: 0,
      });
      try {
        writer.writePoints(points.map(toClientPoint));
        return (await withinTime(writer.flush(), limit)) === timedOut ? noAnswer : { kind: "written" };
      } catch (error) {
        if (error instanceof RequestTimedOutError) return noAnswer;
        if (error instanceof HttpError) return judgeAnswer(error.statusCode, error.body || error.message);
        return { kind: "unavailable", reason: messageOf(error), timedOut: false };
      } finally {
        writer.dispose();
      }
    },
    async ping() {
      const ending = new AbortController();
      try {
        const asked = fetch(`${options.url.replace(/\/$/, "")}/health`, { signal: ending.signal });
        const answer = await withinTime(asked, limit);
        if (answer === timedOut) return { ok: false, reason: noAnswer.reason };
        // InfluxDB 3 may want a token even for this: then it is there.
        return answer.status < 500 ? { ok: true } : { ok: false, reason: `the server answered ${answer.status}` };
      } catch (error) {
        return { ok: false, reason: `no answer from ${origin}: ${messageOf(error)}` };
      } finally {
        ending.abort();
      }
    },
    close: () => agent.destroy(),
  };
}

function toClientPoint(point: InfluxPoint): Point {
  const line = new Point(point.measurement).timestamp(point.atMs);
  for (const [name, value] of Object.entries(point.tags)) line.tag(name, value);
  for (const [name, value] of Object.entries(point.fields)) {
    if (typeof value === "string") line.stringField(name, value);
    else if (isIntegerField(point.measurement, name)) line.intField(name, Math.round(value));
    else line.floatField(name, value);
  }
  return line;
}
