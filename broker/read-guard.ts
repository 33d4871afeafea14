import type { Socket } from "node:net";
import type { Clock } from "../core/index.ts";
import type { BrokerConfig } from "../site/index.ts";
import type { Session } from "./session.ts";

// A paused client is let on in small portions rather than message by message: ten timers a second at most.
const pauseAtLeastMs = 100;

export interface ReadGuardOptions {
  clock: Clock;
  limits(): BrokerConfig["limits"];
  stopping(): boolean;
  onViolation(session: Session, reason: "pre-login-bytes" | "packet-over-limit" | "malformed"): void;
  /** Reading pauses because the rate is exceeded. */
  onFlood(session: Session): void;
}

/**
 * Stands between a connection and Aedes, which reads whatever has come and keeps it until a packet is whole: before
 * the log-in that would be hundreds of megabytes from anybody. Here a packet is refused by its announced length,
 * nothing but CONNECT passes before the log-in, and PUBLISH packets over the rate stay in the connection's own bounded
 * buffer, where TCP makes the sender wait.
 *
 * Aedes reads with `conn.read()` alone, so that is what is replaced; no bytes are copied.
 */
export function guardReads(session: Session, options: ReadGuardOptions): void {
  const { conn, scanner, bucket } = session;
  const { clock } = options;
  const read = conn.read.bind(conn);

  conn.read = (size?: number): Buffer | null => {
    // Node's own way of asking for more.
    if (size === 0) return read(0);
    if (conn.destroyed || options.stopping()) return null;
    if (!session.loggedIn && scanner.connectSeen && session.held) return null;
    const passed: Buffer[] = [];
    // Node gives one chunk a call. Aedes asks again only after a packet, so it must not be left with a part of one.
    do {
      const chunk: Buffer | null = session.held ?? read();
      if (chunk === null) break;
      session.held = null;
      const part = pass(chunk);
      if (part === null) break;
      passed.push(part);
    } while (scanner.packets === 0);
    if (passed.length === 0 || scanner.violation) return null;
    return passed.length === 1 ? passed[0]! : Buffer.concat(passed);
  };

  function pass(chunk: Buffer): Buffer | null {
    const limits = options.limits();
    const tokens = bucket.available(clock.monotonicMs());
    const publishes = Math.max(0, Math.min(tokens, limits.in_flight - session.inFlight));
    const packetBytes = session.loggedIn ? limits.packet : Math.min(limits.packet, limits.pre_login_bytes);
    const end = scanner.scan(chunk, { packetBytes, publishes, loggedIn: session.loggedIn });
    if (scanner.violation) {
      const tooLong = session.loggedIn ? "packet-over-limit" : "pre-login-bytes";
      options.onViolation(session, scanner.violation === "packet-over-limit" ? tooLong : "malformed");
      return null;
    }
    if (scanner.packets > 0) session.heardMs = clock.monotonicMs();
    bucket.take(scanner.publishes);
    if (end === chunk.length) return chunk;
    session.held = end === 0 ? chunk : chunk.subarray(end);
    if (session.loggedIn && tokens - scanner.publishes < 1) {
      options.onFlood(session);
      if (end === 0) pause();
    }
    return end === 0 ? null : chunk.subarray(0, end);
  }

  function pause(): void {
    if (session.paused) return;
    session.paused = true;
    const waitMs = Math.max(pauseAtLeastMs, bucket.waitMs(1, clock.monotonicMs()));
    clock.after(waitMs, () => {
      session.paused = false;
      // The silence was ours.
      session.heardMs = clock.monotonicMs();
      resumeReading(session);
    });
  }
}

/** Aedes reads on when it is told that there is something to read. */
export function resumeReading(session: Session): void {
  if (!session.conn.destroyed) session.conn.emit("readable");
}

// Frame headers and masks around what the guard counts.
const webSocketHeaders = 4_096;

/** A WebSocket frame is kept until it is whole, which the guard of the stream behind it cannot see. */
export function guardFrames(
  session: Session,
  socket: Socket,
  options: { limits: () => BrokerConfig["limits"]; onViolation(session: Session, reason: "pre-login-bytes"): void },
): void {
  const before = socket.bytesRead;
  const look = () => {
    const read = socket.bytesRead - before;
    if (session.loggedIn) socket.removeListener("data", look);
    else if (read > options.limits().pre_login_bytes + webSocketHeaders)
      options.onViolation(session, "pre-login-bytes");
  };
  socket.on("data", look);
}
