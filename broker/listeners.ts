import { readFileSync } from "node:fs";
import { createServer as createHttpServer, type IncomingMessage, type RequestListener } from "node:http";
import { createServer as createHttpsServer } from "node:https";
import { createServer as createTcpServer, type Server, type Socket } from "node:net";
import { resolve } from "node:path";
import type { Duplex } from "node:stream";
import { createServer as createTlsServer, TLSSocket, type TlsOptions } from "node:tls";
import { createWebSocketStream, WebSocketServer } from "ws";
import { messageOf, SentryError, systemCodeOf } from "../core/index.ts";
import type { BrokerConfig, ListenerConfig, Site } from "../site/index.ts";

/** A connection on which MQTT may now be spoken. */
export interface Arrival {
  conn: Duplex;
  address: string;
  /** From this very machine, by a program of its own. */
  local: boolean;
  /** Common name of a client certificate signed by the listener's authority. */
  certificateName: string | undefined;
  /** WebSocket only: the request that opened it, and the socket beneath it. */
  upgrade?: { request: IncomingMessage; socket: Socket };
}

export interface ListenerAddress {
  kind: ListenerConfig["kind"];
  host: string;
  port: number;
}

export interface Listeners {
  addresses(): ListenerAddress[];
  connections(): number;
  /** Takes no new connections; those that are there go on. */
  close(): void;
  /** Cuts every connection. */
  destroy(): void;
}

export interface ListenerOptions {
  site: Site;
  limits(): BrokerConfig["limits"];
  onArrival(arrival: Arrival): void;
  onTooMany(): void;
}

/** @throws SentryError `port-taken`, `listener-failed`; no listener is left open then. */
export async function openListeners(options: ListenerOptions): Promise<Listeners> {
  const sockets = new Set<Socket>();
  const opened: { server: Server; kind: ListenerConfig["kind"]; host: string }[] = [];
  const close = () => {
    for (const { server } of opened) server.close();
  };
  for (const config of options.site.config.broker.listeners) {
    try {
      const server = createServer(config, options);
      // Before the protocol's own listener, which then finds a refused socket destroyed.
      server.prependListener("connection", (socket: Socket) => {
        // A reset before anybody listens for errors must not end the program.
        socket.on("error", () => socket.destroy());
        if (sockets.size >= options.limits().connections) {
          options.onTooMany();
          socket.destroy();
          return;
        }
        sockets.add(socket);
        socket.once("close", () => sockets.delete(socket));
      });
      await listen(server, config);
      opened.push({ server, kind: config.kind, host: config.host });
    } catch (error) {
      close();
      throw failure(config, error);
    }
  }
  return {
    addresses: () => opened.map(({ server, kind, host }) => ({ kind, host, port: portOf(server) })),
    connections: () => sockets.size,
    close,
    destroy() {
      for (const socket of sockets) socket.destroy();
    },
  };
}

function createServer(config: ListenerConfig, options: ListenerOptions): Server {
  const timeout = options.limits().connect_timeout;
  switch (config.kind) {
    case "tcp": {
      const server = createTcpServer({ noDelay: true });
      server.on("connection", (socket) => {
        if (!socket.destroyed) options.onArrival(arrivalOf(socket, socket));
      });
      return server;
    }
    case "tls": {
      const server = createTlsServer({ ...tlsOptions(config, options.site), noDelay: true, handshakeTimeout: timeout });
      server.on("secureConnection", (socket) => options.onArrival(arrivalOf(socket, socket)));
      server.on("tlsClientError", (_error, socket) => socket.destroy());
      return server;
    }
    case "ws":
      return webSocketServer(createHttpServer(httpOptions(timeout), refuseRequest), options);
    case "wss": {
      const tls = { ...tlsOptions(config, options.site), handshakeTimeout: timeout };
      const server = createHttpsServer({ ...tls, ...httpOptions(timeout) }, refuseRequest);
      server.on("tlsClientError", (_error, socket) => socket.destroy());
      return webSocketServer(server, options);
    }
  }
}

function webSocketServer<S extends ReturnType<typeof createHttpServer>>(server: S, options: ListenerOptions): S {
  const webSockets = new WebSocketServer({
    server,
    // A frame may carry several packets; each packet is judged by itself behind this.
    maxPayload: options.limits().packet + 64 * 1024,
    // No compression: a small frame could unpack into a large one.
    perMessageDeflate: false,
    // [MQTT-6.0.0-3] and for clients older than the standard.
    handleProtocols: (offered) => (offered.has("mqtt") ? "mqtt" : offered.has("mqttv3.1") ? "mqttv3.1" : false),
  });
  // The HTTP server reports its own faults; this copy of them has no other listener.
  webSockets.on("error", () => {});
  webSockets.on("connection", (socket, request) => {
    socket.on("error", () => socket.terminate());
    options.onArrival(arrivalOf(createWebSocketStream(socket), request.socket, request));
  });
  return server;
}

function arrivalOf(conn: Duplex, socket: Socket, request?: IncomingMessage): Arrival {
  const address = socket.remoteAddress ?? "";
  return {
    conn,
    address,
    local: isLoopback(address) && !isRelayed(request),
    certificateName: socket instanceof TLSSocket ? certificateNameOf(socket) : undefined,
    ...(request ? { upgrade: { request, socket } } : {}),
  };
}

export function isLoopback(address: string): boolean {
  return address === "::1" || address.startsWith("127.") || address.startsWith("::ffff:127.");
}

/** A page in this machine's browser, or a proxy on it, speaks for somebody from anywhere. */
function isRelayed(request: IncomingMessage | undefined): boolean {
  const headers = request?.headers;
  return (
    headers !== undefined && ["origin", "forwarded", "x-forwarded-for"].some((name) => headers[name] !== undefined)
  );
}

function certificateNameOf(socket: TLSSocket): string | undefined {
  if (!socket.authorized) return undefined;
  const name: unknown = socket.getPeerCertificate().subject?.CN;
  return typeof name === "string" ? name : undefined;
}

function tlsOptions(config: ListenerConfig, site: Site): TlsOptions {
  const read = (file: string) => readFileSync(resolve(site.directory, file));
  return {
    cert: read(config.certificate_file!),
    key: read(config.key_file!),
    minVersion: "TLSv1.2",
    ...(config.client_ca_file
      ? {
          ca: read(config.client_ca_file),
          requestCert: true,
          rejectUnauthorized: config.require_client_certificate,
        }
      : {}),
  };
}

function httpOptions(timeoutMs: number) {
  return {
    noDelay: true,
    headersTimeout: timeoutMs,
    requestTimeout: timeoutMs,
    connectionsCheckingInterval: Math.min(timeoutMs, 1_000),
  };
}

const refuseRequest: RequestListener = (_request, response) => {
  response.writeHead(426, { connection: "close", upgrade: "websocket", "content-type": "text/plain" });
  response.end("MQTT over WebSocket only\n");
};

function listen(server: Server, config: ListenerConfig): Promise<void> {
  return new Promise((done, failed) => {
    server.once("error", failed);
    server.listen(config.port, config.host, () => {
      server.removeListener("error", failed);
      // Such as running out of file descriptors: the next connection may succeed.
      server.on("error", () => {});
      done();
    });
  });
}

function portOf(server: Server): number {
  const address = server.address();
  return typeof address === "object" && address !== null ? address.port : 0;
}

function failure(config: ListenerConfig, error: unknown): SentryError {
  const where = `${config.kind}://${config.host}:${config.port}`;
  if (error instanceof SentryError) return error;
  if (systemCodeOf(error) === "EADDRINUSE") {
    return new SentryError(
      "port-taken",
      `${where} is in use by another program: stop that program, or choose another port (broker.listeners, --mqtt-port)`,
      { cause: error, details: { port: config.port } },
    );
  }
  const advice =
    systemCodeOf(error) === "EACCES"
      ? ": ports below 1024 need a right of their own; choose a higher port"
      : systemCodeOf(error) === "EADDRNOTAVAIL"
        ? ": this machine has no such address; check broker.listeners"
        : "; check its address and certificate files in broker.listeners";
  return new SentryError("listener-failed", `cannot listen on ${where}: ${messageOf(error)}${advice}`, {
    cause: error,
    details: { port: config.port },
  });
}
