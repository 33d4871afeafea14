import { isIP } from "node:net";
import { connect, type TLSSocket } from "node:tls";
import { type Clock, type Logger, messageOf, type Timer } from "../../core/index.ts";
import type { EntryKind } from "../ledger/kinds.ts";
import type { Ledger } from "../ledger/ledger.ts";
import { syslogFrame } from "./message.ts";

/** What a hospital's log audit wants to see. */
const kinds: readonly EntryKind[] = ["security-event", "log-in", "key-change", "erasure"];
const lookEveryMs = 1_000;
const retryFirstMs = 1_000;
const retryLongestMs = 60_000;
const connectWithinMs = 15_000;
const pageRows = 200;
const mostCounted = 1_000;
/**
 * Syslog knows no acknowledgement: what was written counts as received when the connection has held for this long
 * after it. What was not is sent again, with the same index.
 */
const settleMs = 2_000;

export interface SyslogServer {
  host: string;
  port: number;
  ca?: string;
  cert?: string;
  key?: string;
}

/** Hands security events to a syslog server over TLS (RFC 5425); where it is away they wait in the ledger. */
export interface SyslogSender {
  start(): void;
  stop(): void;
  /** Why nothing goes out now; `null` when all is well. */
  fault(): string | null;
  /** Events that may not have arrived yet; counted up to a thousand. */
  lag(): number;
}

export function createSyslogSender(options: {
  ledger: Ledger;
  server: SyslogServer;
  /** Name of this machine in the messages. */
  hostName: string;
  clock: Clock;
  log: Logger;
}): SyslogSender {
  const { ledger, server, clock, log } = options;
  let socket: TLSSocket | null = null;
  let ready = false;
  let writing = false;
  let stopped = false;
  let fault: string | null = null;
  let retryMs = retryFirstMs;
  let retry: Timer | null = null;
  let look: Timer | null = null;
  /** The first entry that was not yet handed to this connection. */
  let next = 0;
  /** Handed over up to `position`, at this time. */
  let handed: { position: number; atMs: number }[] = [];

  const open = () => {
    if (stopped) return;
    handed = [];
    next = ledger.cursor("syslog");
    const { host, port, ca, cert, key } = server;
    const name = isIP(host) === 0 ? { servername: host } : {};
    const opened = connect({ host, port, ...name, minVersion: "TLSv1.2", ...given({ ca, cert, key }) });
    socket = opened;
    opened.setKeepAlive(true, 30_000);
    opened.setTimeout(connectWithinMs, () => opened.destroy(new Error("no answer in time")));
    opened.once("secureConnect", () => {
      opened.setTimeout(0);
      ready = true;
      retryMs = retryFirstMs;
      if (fault !== null) log.info("access.syslog.connected", { host });
      fault = null;
      send();
    });
    // A server that ends the connection takes no more, whatever is still written.
    opened.once("end", () => opened.destroy());
    opened.on("data", () => {});
    opened.once("error", (error) => {
      if (fault === null) log.warn("access.syslog.lost", { host, error: messageOf(error) });
      fault = messageOf(error);
    });
    opened.once("close", () => {
      if (socket !== opened) return;
      socket = null;
      ready = false;
      writing = false;
      fault ??= "the server ended the connection";
      if (stopped) return;
      retry = clock.after(retryMs, open);
      retryMs = Math.min(2 * retryMs, retryLongestMs);
    });
  };

  const send = () => {
    const to = socket;
    if (!to || !ready || writing) return;
    const rows = ledger.read({ from: next, limit: pageRows, kinds });
    // Where nothing concerns the server, there is nothing to look at again either.
    const end = rows.length === pageRows ? rows.at(-1)!.index + 1 : Math.max(ledger.size(), next);
    const origin = ledger.origin;
    const frames = rows.flatMap(({ entry }) => (entry ? [syslogFrame(entry, { host: options.hostName, origin })] : []));
    if (frames.length === 0) {
      next = end;
      return;
    }
    writing = true;
    to.write(Buffer.concat(frames), (error) => {
      if (to !== socket) return;
      writing = false;
      if (error) return;
      next = end;
      handed.push({ position: end, atMs: clock.monotonicMs() });
      if (rows.length === pageRows) send();
    });
  };

  const settle = () => {
    const settled = handed.filter(({ atMs }) => clock.monotonicMs() - atMs >= settleMs).at(-1);
    if (!settled || !socket) return;
    handed = handed.filter(({ position }) => position > settled.position);
    ledger.append([], { source: "syslog", position: settled.position });
  };

  return {
    start() {
      open();
      look = clock.every(lookEveryMs, () => {
        try {
          settle();
          send();
        } catch (error) {
          log.error("access.syslog.unsent", { error: messageOf(error) });
        }
      });
    },
    stop() {
      stopped = true;
      look?.cancel();
      retry?.cancel();
      socket?.end();
      socket?.destroySoon();
    },
    fault: () => fault,
    lag: () => ledger.read({ from: ledger.cursor("syslog"), limit: mostCounted, kinds }).length,
  };
}

function given<T extends Record<string, string | undefined>>(values: T): { [K in keyof T]?: string } {
  const kept: { [K in keyof T]?: string } = {};
  for (const key of Object.keys(values) as (keyof T)[]) if (values[key] !== undefined) kept[key] = values[key];
  return kept;
}
