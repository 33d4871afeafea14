import { connect } from "mqtt";
import { SMTPServer } from "smtp-server";
import { runLoad } from "./load.ts";
import { median, percentile, row, say } from "./report.ts";
import { startSentry } from "./servers.ts";

/** Smoke published → mail accepted by an SMTP server on the same machine, idle and beside other samples. */

const alarms = 100;
const besidePerS = 10_000;

export async function latency(): Promise<void> {
  const accepted = new Map<string, (atMs: number) => void>();
  const smtp = new SMTPServer({
    authOptional: true,
    disabledCommands: ["STARTTLS", "AUTH"],
    onData(stream, _session, callback) {
      let text = "";
      stream.on("data", (part: Buffer) => {
        text += part.toString();
      });
      stream.on("end", () => {
        callback();
        const atMs = performance.now();
        const device = /X-Archive-Sentry-Device: (\S+)/.exec(text)?.[1] ?? /smoke-\d+-\d+/.exec(decoded(text))?.[0];
        if (device) accepted.get(device)?.(atMs);
      });
    },
  });
  await new Promise<void>((resolve) => smtp.listen(0, "127.0.0.1", resolve));
  const address = smtp.server.address();
  const smtpPort = typeof address === "object" && address ? address.port : 0;
  const names = (set: number) => Array.from({ length: alarms + 3 }, (_, n) => `smoke-${set}-${n}`);
  const load = Array.from({ length: 20 }, (_, n) => `dev-${n}`);
  const sentry = await startSentry({
    devices: [...names(0), ...names(1), ...load],
    quantities: "temperature_c, relative_humidity_pct, smoke_obscuration_pct_per_m",
    more: `people: [{ id: "1", name: Wang, category: archivist, language: en, email: a@example.org }]
channels: { email: { host: 127.0.0.1, port: ${smtpPort}, from: sentry@example.org, starttls: "off" } }
conditions: { smoke-prealarm: { enabled: false }, sensor-silent: { enabled: false } }
`,
  });
  const fire = async (device: string): Promise<number> => {
    const client = connect(`mqtt://127.0.0.1:${sentry.port}`, {
      username: device,
      password: sentry.passwords.get(device)!,
      clientId: device,
    });
    await new Promise((resolve) => client.once("connect", resolve));
    const arrival = new Promise<number>((resolve, reject) => {
      const patience = setTimeout(() => reject(new Error(`no mail about ${device}`)), 30_000);
      accepted.set(device, (atMs) => {
        clearTimeout(patience);
        resolve(atMs);
      });
    });
    const beginMs = performance.now();
    client.publish(
      `sentry/bench/${device}/telemetry`,
      JSON.stringify({ at: Date.now(), smoke_obscuration_pct_per_m: 5 }),
      { qos: 1 },
    );
    const tookMs = (await arrival) - beginMs;
    await client.endAsync(true);
    return tookMs;
  };
  const series = async (devices: string[]) => {
    const took: number[] = [];
    // The first ones open the connection to the SMTP server.
    for (const [n, device] of devices.entries()) {
      const ms = await fire(device);
      if (n >= 3) took.push(ms);
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    return took;
  };
  const tell = (name: string, took: number[], limitMs: number) =>
    row(name, {
      "median ms": median(took).toFixed(1),
      "p99 ms": percentile(took, 0.99).toFixed(1),
      "to hold": `≤ ${limitMs} ms`,
    });
  try {
    say(`\nAlarm latency: smoke published → mail accepted, ${alarms} alarms each`);
    tell("idle", await series(names(0)), 50);
    const beside = runLoad({
      port: sentry.port,
      clients: 20,
      window: 200,
      durationMs: 20_000,
      ratePerS: besidePerS,
      topicOf: (n) => `sentry/bench/dev-${n}/telemetry`,
      login: (n) => ({ username: `dev-${n}`, password: sentry.passwords.get(`dev-${n}`)! }),
      payloadOf: (n, seq) =>
        `{"seq":${seq},"session":"s${n}","at":${Date.now()},"temperature_c":20.1,"relative_humidity_pct":50.2}`,
    });
    const took = await series(names(1));
    const { acknowledged, seconds } = await beside;
    tell(`beside ${Math.round(acknowledged / seconds).toLocaleString("en")} samples/s`, took, 150);
  } finally {
    await sentry.stop();
    await new Promise<void>((resolve) => smtp.close(() => resolve()));
  }
}

/** The plain parts of a mail, whatever their transfer encoding. */
function decoded(text: string): string {
  return text.replace(/(?:^[A-Za-z0-9+/=]{20,}\r?\n)+/gm, (block) =>
    Buffer.from(block.replace(/\s/g, ""), "base64").toString("utf8"),
  );
}
