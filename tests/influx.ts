import { z } from "zod";
import type { TestServer } from "./servers.ts";

/** What a real InfluxDB or VictoriaMetrics holds, asked directly. */

const influxAnswer = z.object({
  results: z.array(
    z.object({
      series: z.array(z.object({ values: z.array(z.array(z.union([z.number(), z.string(), z.null()]))) })).optional(),
    }),
  ),
});

/** The rows of all series, each beginning with its time in milliseconds. */
export async function askInflux(
  server: TestServer,
  database: string,
  query: string,
): Promise<(string | number | null)[][]> {
  const parameters = new URLSearchParams({ db: database, epoch: "ms", q: query });
  const answer = await fetch(`${server.url}/query?${parameters}`, { method: "POST" });
  const [result] = influxAnswer.parse(await answer.json()).results;
  return (result?.series ?? []).flatMap((series) => series.values);
}

const exported = z.object({
  metric: z.record(z.string(), z.string()),
  values: z.array(z.number()),
  timestamps: z.array(z.number()),
});

/** Every stored value of a metric such as `environment_temperature_c`. */
export async function askVictoria(
  server: TestServer,
  metric: string,
): Promise<{ device: string; atMs: number; value: number }[]> {
  // What was just written is in memory only until it is asked to be visible.
  await fetch(`${server.url}/internal/force_flush`);
  const match = encodeURIComponent(`{__name__="${metric}"}`);
  const text = await (await fetch(`${server.url}/api/v1/export?match[]=${match}&reduce_mem_usage=1`)).text();
  return text
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => exported.parse(JSON.parse(line)))
    .flatMap(({ metric: { device = "" }, values, timestamps }) =>
      timestamps.map((atMs, at) => ({ device, atMs, value: values[at]! })),
    );
}
