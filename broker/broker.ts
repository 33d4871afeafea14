import type { Socket } from "node:net";
import { type Clock, type Logger, messageOf, type Timer } from "../core/index.ts";
import type { Site } from "../site/index.ts";
import { createAcknowledgements } from "./acknowledgements.ts";
import type { CredentialTable } from "./credentials.ts";
import { createIdentities, type Identity } from "./identities.ts";
import { createTokenBucket } from "./limits.ts";
import { type Arrival, type ListenerAddress, type Listeners, openListeners } from "./listeners.ts";
import { createLogin } from "./login.ts";
import { guardReads } from "./pre-login-guard.ts";
import { createPresence } from "./presence.ts";
import { type Append, createPublishHook } from "./publish-hook.ts";
import { Router, RoutingAedes } from "./routing.ts";
import { createSecurityReporter, type SecurityEvent, type SecurityEventKind } from "./security-events.ts";
import { createSession, ownerKey, type Session } from "./session.ts";
import { SessionStore } from "./session-store.ts";
import { createSubscribeHook } from "./subscribe-hook.ts";
import { mayReceive } from "./topic-rights.ts";
import { watchSessions } from "./watch.ts";

export interface BrokerOptions {
  site: Site;
  clock: Clock;
  log: Logger;
  credentials: CredentialTable;
  /**
   * The intake. `done` is called once the message is committed, or with the reason why it is not. Called for every
   * message that a client may publish under `sentry/`, last wills included.
   */
  append: Append;
  onSecurityEvent(event: SecurityEvent): void;
  /** Presence and present alarms, rebuilt from the program's own store: memory forgets them at a restart. */
  retainedAtStart?: Iterable<{ topic: string; payload: Buffer }>;
}

/** Why a connection was ended, or a message or filter not taken. */
export const dropReasons = [
  "too-many-connections",
  "connect-timeout",
  "keep-alive",
  "pre-login-bytes",
  "packet-over-limit",
  "malformed",
  "slow-subscriber",
  "too-many-subscriptions",
  "queue-full",
  "retained-full",
  "sessions-full",
  "not-committed",
  "stale-will",
  "replaced-rights",
] as const;
export type DropReason = (typeof dropReasons)[number];

/** Counters since the start, but `connections`, `clients` and `paused`, which are of the moment. */
export interface BrokerStats {
  connections: number;
  clients: number;
  /** Clients whose reading is paused because of their rate. */
  paused: number;
  received: number;
  committed: number;
  refused: Record<SecurityEventKind, number>;
  dropped: Record<DropReason, number>;
  suppressedSecurityEvents: number;
}

export interface Broker {
  /** @throws SentryError `port-taken`, `listener-failed`. */
  start(): Promise<void>;
  /** Idempotent, at most 3 s, also after half a start. */
  stop(): Promise<void>;
  addresses(): ListenerAddress[];
  /** The program's own messages: alarms, checkpoints, commands. Resolves when it is handed to all subscribers. */
  publish(topic: string, payload: Buffer | string, options: { retain: boolean }): Promise<void>;
  /** Takes new identities, rights and limits at once; listeners stay as they are until a restart. */
  reload(site: Site, credentials: CredentialTable): void;
  stats(): BrokerStats;
}

const settleAtMostMs = 1_000;
const closeAtMostMs = 1_500;
const floodReportedAgainAfterMs = 60_000;

export function createBroker(options: BrokerOptions): Broker {
  const { clock, log } = options;
  let site = options.site;
  let identities = createIdentities(site, options.credentials);
  let listeners: Listeners | null = null;
  let watch: Timer | null = null;
  let stopping: Promise<void> | null = null;
  let onSettled: (() => void) | null = null;
  const limits = () => site.config.broker.limits;

  const sessions = new Set<Session>();
  const sessionOf = new WeakMap<object, Session>();
  const sessionOfClientId = new Map<string, Session>();
  /** The latest identity of each owner of kept sessions: says what may be queued while it is away. */
  const owners = new Map<string, Identity>();
  const owed = new Set<Session>();
  let intakeFails = false;
  const counts = { received: 0, committed: 0 };
  const refused: Record<SecurityEventKind, number> = {
    "login-failed": 0,
    "topic-violation": 0,
    "unknown-device": 0,
    "message-flood": 0,
  };
  const dropped = Object.fromEntries(dropReasons.map((reason) => [reason, 0])) as Record<DropReason, number>;

  const security = createSecurityReporter({
    clock,
    log,
    perS: limits().security_events_per_s,
    onEvent: options.onSecurityEvent,
  });
  const presence = createPresence((device) => site.devices.has(device));
  const router = new Router();
  const store = new SessionStore({
    limits: () => ({ queue: limits().queue, retainedBytes: limits().retained, sessions: limits().sessions }),
    mayReceive(owner, topic) {
      const identity = owners.get(owner);
      return identity !== undefined && mayReceive(identity.rights, topic);
    },
    ownerOf: (client) => ownerOf(sessionOf.get(client)) ?? "",
    isConnected: (clientId) => sessionOfClientId.has(clientId),
    dropped: count,
    nowMs: () => clock.monotonicMs(),
  });
  const login = createLogin({
    identities: () => identities,
    limits,
    ownerOfClientId: (clientId) => ownerOf(sessionOfClientId.get(clientId)) ?? store.ownerOf(clientId),
    onRefused(session, refusal) {
      refused[refusal.kind]++;
      security.report({ ...refusal, address: session.address });
    },
    onLoggedIn(session, identity) {
      if (identity.persistent) owners.set(ownerKey(identity), identity);
      log.debug("broker.client.accepted", { identity: identity.name, kind: identity.kind, address: session.address });
    },
  });
  const acknowledgements = createAcknowledgements({ backlogBytes: () => limits().backlog, onBacklog });
  const subscriptions = createSubscribeHook({
    limits,
    router,
    onViolation,
    onTooMany: () => count("too-many-subscriptions"),
    onBacklog,
  });
  const onPublish = createPublishHook({
    clock,
    append: options.append,
    counts,
    presence,
    stopping: () => stopping !== null,
    routeAcknowledged: (packet, proceed) => aedes.routeAcknowledged(packet, proceed),
    acknowledge: acknowledgements.acknowledge,
    onViolation,
    onStaleWill: () => count("stale-will"),
    onNotCommitted,
    onCommitted,
    onSettled: () => onSettled?.(),
  });

  const aedes = new RoutingAedes({
    mq: router,
    persistence: store,
    connectTimeout: limits().connect_timeout,
    drainTimeout: limits().drain_timeout,
    maxClientsIdLength: limits().client_id_length,
    maxInflightInbound: limits().in_flight,
    preConnect(client, packet, callback) {
      const session = sessionOf.get(client);
      if (session) login.preConnect(session, packet);
      callback(null, session !== undefined);
    },
    authenticate(client, _username, _password, callback) {
      const session = sessionOf.get(client);
      if (session) login.authenticate(session, callback);
      else callback(null, false);
    },
    authorizePublish(client, packet, callback) {
      const session = client ? sessionOf.get(client) : undefined;
      if (client && session) onPublish(session, client, packet, callback);
      else callback(new Error("message of no connection"));
    },
    authorizeSubscribe(client, subscription, callback) {
      const session = sessionOf.get(client);
      if (session) subscriptions.authorizeSubscribe(session, client, subscription, callback);
      else callback(null, null);
    },
    authorizeForward(client, packet) {
      const session = sessionOf.get(client);
      return session ? subscriptions.authorizeForward(session, packet) : null;
    },
  });
  aedes.on("connackSent", (packet, client) => {
    const session = sessionOf.get(client);
    if (!session || packet.returnCode !== 0) return;
    session.loggedIn = true;
    session.heardMs = clock.monotonicMs();
  });
  aedes.on("client", (client) => {
    const session = sessionOf.get(client);
    if (session) sessionOfClientId.set(client.id, session);
  });
  aedes.on("clientDisconnect", (client) => {
    if (sessionOfClientId.get(client.id) === sessionOf.get(client)) sessionOfClientId.delete(client.id);
  });
  aedes.on("unsubscribe", (filters, client) => {
    const session = sessionOf.get(client);
    if (session) subscriptions.unsubscribed(session, filters);
  });
  aedes.on("clientError", (client, error) => {
    if (error.message === "drain timeout") count("slow-subscriber");
    log.debug("broker.client.failed", { client: client.id, reason: error.message });
  });

  function onArrival(arrival: Arrival): void {
    const { conn, upgrade } = arrival;
    if (stopping) {
      conn.destroy();
      return;
    }
    const nowMs = clock.monotonicMs();
    const { rate_per_s: perS, burst } = limits();
    const session = createSession({ ...arrival, bucket: createTokenBucket({ perS, burst }, nowMs), nowMs });
    sessions.add(session);
    conn.once("close", () => forget(session));
    guardReads(session, {
      clock,
      limits,
      stopping: () => stopping !== null,
      onViolation: (_session, reason) => end(session, isDropReason(reason) ? reason : "malformed"),
      onFlood,
    });
    if (upgrade) countBytesBeforeLogin(session, upgrade.socket);
    session.client = aedes.handle(conn, upgrade?.request);
    sessionOf.set(session.client, session);
  }

  /** A WebSocket frame is kept until it is whole, which the guard of the stream behind it cannot see. */
  function countBytesBeforeLogin(session: Session, socket: Socket): void {
    const before = socket.bytesRead;
    const look = () => {
      if (session.loggedIn) socket.removeListener("data", look);
      else if (socket.bytesRead - before > limits().pre_login_bytes + webSocketHeaders) end(session, "pre-login-bytes");
    };
    socket.on("data", look);
  }

  function forget(session: Session): void {
    sessions.delete(session);
    owed.delete(session);
    presence.closed(session);
    if (session.client) router.forget(session.client, session.filters.keys());
  }

  function end(session: Session, reason: DropReason): void {
    if (session.conn.destroyed) return;
    count(reason);
    const identity = session.identity?.name ?? null;
    log.info("broker.client.dropped", { reason, identity, address: session.address });
    session.conn.destroy();
  }

  function count(reason: DropReason): void {
    dropped[reason]++;
  }

  function onBacklog(session: Session): void {
    end(session, "slow-subscriber");
  }

  function onViolation(session: Session, detail: string): void {
    refused["topic-violation"]++;
    security.report({ kind: "topic-violation", ...whoIs(session), detail });
  }

  function onFlood(session: Session): void {
    const nowMs = clock.monotonicMs();
    if (session.floodReportedMs !== null && nowMs - session.floodReportedMs < floodReportedAgainAfterMs) return;
    session.floodReportedMs = nowMs;
    refused["message-flood"]++;
    const detail = `more than ${limits().rate_per_s} messages a second; reading pauses`;
    security.report({ kind: "message-flood", ...whoIs(session), detail });
  }

  function onNotCommitted(session: Session, fault: { error: Error; owed: boolean }): void {
    count("not-committed");
    if (fault.owed) owed.add(session);
    if (intakeFails) return;
    intakeFails = true;
    log.error("broker.intake.failed", { reason: messageOf(fault.error) });
  }

  function onCommitted(): void {
    if (!intakeFails) return;
    intakeFails = false;
    log.info("broker.intake.recovered", { reconnecting: owed.size });
    // MQTT 3.1.1 has no other way of asking for what was not acknowledged; after this turn's own PUBACKs have gone.
    clock.after(0, () => {
      for (const session of owed) end(session, "not-committed");
      owed.clear();
    });
  }

  async function start(): Promise<void> {
    for (const { topic, payload } of options.retainedAtStart ?? []) retain(topic, payload);
    try {
      await aedes.listen();
      listeners = await openListeners({
        site,
        limits,
        onArrival,
        onTooMany: () => count("too-many-connections"),
      });
    } catch (error) {
      await stop();
      throw error;
    }
    if (stopping) return listeners.close();
    watch = watchSessions({ clock, limits, sessions, onExpired: end });
    log.info("broker.listeners.opened", { addresses: listeners.addresses() });
  }

  function retain(topic: string, payload: Buffer): void {
    store.retain({ cmd: "publish", brokerId: "", brokerCounter: 0, topic, payload, qos: 1, retain: true, dup: false });
  }

  function stop(): Promise<void> {
    stopping ??= stopNow();
    return stopping;
  }

  async function stopNow(): Promise<void> {
    watch?.cancel();
    listeners?.close();
    await within(settleAtMostMs, (done) => {
      onSettled = () => {
        for (const session of sessions) if (session.inFlight > 0) return;
        // The acknowledgements of the last commit leave at the end of the turn.
        setImmediate(done);
      };
      onSettled();
    });
    await within(closeAtMostMs, (done) => (aedes.closed ? done() : aedes.close(done)));
    listeners?.destroy();
    log.info("broker.listeners.closed");
  }

  function within(boundMs: number, work: (done: () => void) => void): Promise<void> {
    return new Promise((resolve) => {
      const timer = clock.after(boundMs, resolve);
      work(() => {
        timer.cancel();
        resolve();
      });
    });
  }

  return {
    start,
    stop,
    addresses: () => listeners?.addresses() ?? [],
    publish(topic, payload, { retain: retained }) {
      const bytes = typeof payload === "string" ? Buffer.from(payload) : payload;
      return new Promise((resolve) => {
        aedes.publish({ cmd: "publish", topic, payload: bytes, qos: 1, retain: retained, dup: false }, null, () =>
          resolve(),
        );
      });
    },
    reload(nextSite, credentials) {
      const next = createIdentities(nextSite, credentials);
      if (JSON.stringify(nextSite.config.broker.listeners) !== JSON.stringify(site.config.broker.listeners)) {
        log.warn("broker.listeners.kept", { reason: "changed listeners take effect at the next start" });
      }
      site = nextSite;
      identities = next;
      for (const [owner, identity] of owners) if (!next.stillHolds(identity)) owners.delete(owner);
      for (const session of sessions) {
        if (session.identity && !next.stillHolds(session.identity)) end(session, "replaced-rights");
      }
    },
    stats: () => ({
      ...counts,
      connections: listeners?.connections() ?? 0,
      clients: sessionOfClientId.size,
      paused: [...sessions].filter((session) => session.paused).length,
      refused: { ...refused },
      dropped: { ...dropped },
      suppressedSecurityEvents: security.suppressed(),
    }),
  };
}

// Frame headers and masks around what the guard counts.
const webSocketHeaders = 4_096;

function ownerOf(session: Session | undefined): string | null {
  return session?.identity ? ownerKey(session.identity) : null;
}

function whoIs(session: Session) {
  return {
    identity: session.identity?.name ?? null,
    device: session.identity?.device ?? null,
    address: session.address,
  };
}

function isDropReason(reason: string): reason is DropReason {
  return (dropReasons as readonly string[]).includes(reason);
}
