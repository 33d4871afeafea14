import { type LoadResult, runLoad } from "./load.ts";
import { median, row, say } from "./report.ts";
import { cpuUs, type Server, startMosquitto, startPlainAedes, startSentry } from "./servers.ts";

/** Acknowledged messages a second and CPU a message, beside Mosquitto and plain Aedes that keep nothing. */

const clients = 20;
const roundMs = 4_000;
const window = 100;
const lagWithinMs = 5_000;

interface Round extends LoadResult {
  cpuUsPerMessage: number;
  /** Time until every consumer had caught up after the round; 0 for a peer that has none. */
  caughtUpMs: number;
}

async function round(server: Server, tag: string): Promise<Round> {
  const beforeUs = cpuUs(server.pid);
  const load = await runLoad({
    port: server.port,
    clients,
    window,
    durationMs: roundMs,
    topicOf: (n) => `sentry/bench/dev-${n}/telemetry`,
    ...(server.passwords.size > 0
      ? { login: (n: number) => ({ username: `dev-${n}`, password: server.passwords.get(`dev-${n}`)! }) }
      : {}),
    payloadOf: (n, seq) =>
      `{"seq":${seq},"session":"${tag}${n}","at":${Date.now()},"temperature_c":${(20 + (seq % 20) / 10).toFixed(2)},"relative_humidity_pct":${(50 + (seq % 30) / 10).toFixed(1)}}`,
  });
  const endedMs = performance.now();
  if (server.http) await caughtUp(server.http);
  const caughtUpMs = server.http ? performance.now() - endedMs : 0;
  return { ...load, cpuUsPerMessage: (cpuUs(server.pid) - beforeUs) / load.acknowledged, caughtUpMs };
}

async function caughtUp(http: string): Promise<void> {
  const sinceMs = performance.now();
  while (performance.now() - sinceMs < 60_000) {
    const text = await (await fetch(`${http}/metrics`)).text();
    const lags = [...text.matchAll(/^archive_sentry_consumer_lag\{[^}]*\} (\d+)/gm)].map((match) => Number(match[1]));
    if (lags.length > 0 && lags.every((lag) => lag === 0)) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error("the consumers did not catch up within a minute");
}

export async function ingest(rounds: number): Promise<void> {
  const devices = Array.from({ length: clients }, (_, n) => `dev-${n}`);
  const sentry = await startSentry({ devices, quantities: "temperature_c, relative_humidity_pct" });
  const aedes = await startPlainAedes();
  const mosquitto = await startMosquitto();
  const servers = [sentry, aedes, ...(mosquitto ? [mosquitto] : [])];
  const results = new Map<Server, Round[]>(servers.map((server) => [server, []]));
  try {
    for (let n = -1; n < rounds; n++) {
      // In turn, so that a machine that changes its speed changes it for all; the first turn only warms up.
      for (const server of servers) {
        const result = await round(server, `r${n}-`);
        if (n >= 0) results.get(server)!.push(result);
      }
    }
    say(
      `\nIngest: ${clients} clients, QoS 1, ${window} in flight each, ${rounds} rounds of ${roundMs / 1_000} s in turn`,
    );
    for (const [server, list] of results) {
      row(server.name, {
        "messages/s": Math.round(median(list.map((r) => r.acknowledged / r.seconds))),
        "CPU µs/message": median(list.map((r) => r.cpuUsPerMessage)).toFixed(1),
        "caught up after ms": Math.round(Math.max(...list.map((r) => r.caughtUpMs))),
      });
    }
    const ours = results.get(sentry)!;
    for (const peer of servers.slice(1)) {
      const theirs = results.get(peer)!;
      const ratios = ours.map((r, n) => r.acknowledged / r.seconds / (theirs[n]!.acknowledged / theirs[n]!.seconds));
      row(`archive-sentry : ${peer.name}`, {
        "ratio, median": median(ratios).toFixed(2),
        "min … max": `${Math.min(...ratios).toFixed(2)} … ${Math.max(...ratios).toFixed(2)}`,
        "CPU ratio": (
          median(ours.map((r) => r.cpuUsPerMessage)) / median(theirs.map((r) => r.cpuUsPerMessage))
        ).toFixed(2),
      });
    }
    if (ours.some((r) => r.caughtUpMs > lagWithinMs))
      say(`NOT held: a consumer was more than ${lagWithinMs} ms behind`);
    if (!mosquitto) say("Mosquitto is not installed: no ratio to it");
  } finally {
    for (const server of servers) await server.stop();
  }
}
