import { connect, type Socket } from "node:net";
import { generate } from "mqtt-packet";

/**
 * A load of raw sockets: a client library would cost more than the broker under test. Each client keeps `window`
 * messages in flight at QoS 1 and sends the next when one is acknowledged.
 */
export interface LoadOptions {
  port: number;
  clients: number;
  window: number;
  durationMs: number;
  /** Messages per second of all clients together; unbounded without it. */
  ratePerS?: number;
  topicOf(client: number): string;
  login?(client: number): { username: string; password: string };
  payloadOf(client: number, seq: number): string;
}

export interface LoadResult {
  acknowledged: number;
  seconds: number;
}

export async function runLoad(options: LoadOptions): Promise<LoadResult> {
  const sockets = await Promise.all(Array.from({ length: options.clients }, (_, n) => login(n, options)));
  const beginMs = performance.now();
  const endMs = beginMs + options.durationMs;
  const counts = await Promise.all(sockets.map((socket, n) => publish(socket, n, endMs, options)));
  const seconds = (performance.now() - beginMs) / 1_000;
  for (const socket of sockets) socket.destroy();
  return { acknowledged: counts.reduce((sum, count) => sum + count, 0), seconds };
}

async function login(n: number, options: LoadOptions): Promise<Socket> {
  const socket = connect(options.port, "127.0.0.1");
  socket.setNoDelay(true);
  const given = options.login?.(n);
  socket.write(
    generate({
      cmd: "connect",
      protocolId: "MQTT",
      protocolVersion: 4,
      clean: true,
      clientId: `load-${process.pid}-${n}`,
      keepalive: 60,
      ...(given ? { username: given.username, password: Buffer.from(given.password) } : {}),
    }),
  );
  const answer = await new Promise<Buffer>((resolve, reject) => {
    socket.once("data", resolve);
    socket.once("error", reject);
    socket.once("close", () => reject(new Error("closed before CONNACK")));
  });
  if (answer[3] !== 0) throw new Error(`CONNACK ${answer[3]}`);
  return socket;
}

function publish(socket: Socket, n: number, endMs: number, options: LoadOptions): Promise<number> {
  const topic = Buffer.from(options.topicOf(n));
  let seq = 0;
  let inFlight = 0;
  let acknowledged = 0;
  return new Promise((resolve, reject) => {
    const perClient = options.ratePerS === undefined ? Number.POSITIVE_INFINITY : options.ratePerS / options.clients;
    const startMs = performance.now();
    const fill = () => {
      const nowMs = performance.now();
      const allowed = Math.min(options.window - inFlight, perClient * ((nowMs - startMs) / 1_000) - seq);
      const parts: Buffer[] = [];
      for (let k = 0; k < allowed && nowMs < endMs; k++) {
        parts.push(packet(topic, (seq % 65_535) + 1, options.payloadOf(n, seq)));
        seq += 1;
        inFlight += 1;
      }
      if (parts.length > 0) socket.write(Buffer.concat(parts));
      if (nowMs >= endMs && inFlight === 0) finish();
    };
    const pace = options.ratePerS === undefined ? null : setInterval(fill, 5);
    const patience = setTimeout(
      () => reject(new Error(`${inFlight} messages were never acknowledged`)),
      endMs - startMs + 20_000,
    );
    const finish = () => {
      if (pace) clearInterval(pace);
      clearTimeout(patience);
      resolve(acknowledged);
    };
    let rest = 0;
    socket.on("data", (data) => {
      // Nothing but PUBACKs of four bytes come on this socket.
      rest += data.length;
      const pubacks = rest >> 2;
      rest &= 3;
      acknowledged += pubacks;
      inFlight -= pubacks;
      fill();
    });
    socket.on("close", () => reject(new Error(`client ${n} was disconnected`)));
    fill();
  });
}

/** PUBLISH at QoS 1, by hand: at 50,000 a second the generator of the library would be most of the load. */
function packet(topic: Buffer, id: number, payload: string): Buffer {
  const body = Buffer.byteLength(payload);
  const length = 2 + topic.length + 2 + body;
  const head = length < 128 ? 2 : 3;
  const out = Buffer.allocUnsafe(head + length);
  out[0] = 0x32;
  if (head === 2) out[1] = length;
  else {
    out[1] = (length & 0x7f) | 0x80;
    out[2] = length >> 7;
  }
  out.writeUInt16BE(topic.length, head);
  topic.copy(out, head + 2);
  out.writeUInt16BE(id, head + 2 + topic.length);
  out.write(payload, head + 4 + topic.length);
  return out;
}
