import type { Clock, Logger, Timer } from "../core/index.ts";
import type { Site } from "../site/index.ts";
import { createAcknowledgements } from "./acknowledgements.ts";
import { type Counts, createCounts } from "./counts.ts";
import type { CredentialTable } from "./credentials.ts";
import { createIdentities, type Identity } from "./identities.ts";
import { createIncidents } from "./incidents.ts";
import { createIntakeOutage } from "./intake-outage.ts";
import { createTokenBucket } from "./limits.ts";
import { type Arrival, type ListenerAddress, type Listeners, openListeners } from "./listeners.ts";
import { createLogin, shown } from "./login.ts";
import { createPresence } from "./presence.ts";
import { createProtocol } from "./protocol.ts";
import { type Append, createPublishHook } from "./publish-hook.ts";
import { guardFrames, guardReads } from "./read-guard.ts";
import { Router } from "./routing.ts";
import { createSecurityReporter, type SecurityEvent } from "./security-events.ts";
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

/** Counters since the start, and what is at this moment. */
export interface BrokerStats extends Counts {
  connections: number;
  clients: number;
  /** Clients whose reading is paused because of their rate. */
  paused: number;
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
  /**
   * Takes new identities, rights and limits at once; who has lost rights is disconnected. Listeners stay as they are
   * until a restart, and so do the rate of a connection that is there and `drain_timeout`.
   * @throws SentryError `secret-unreadable`; nothing has changed then.
   */
  reload(site: Site, credentials: CredentialTable): void;
  /** The intake takes messages again: whoever still waits for an acknowledgement is asked to send again. */
  intakeRecovered(): void;
  stats(): BrokerStats;
}

const settleAtMostMs = 1_000;
const closeAtMostMs = 1_500;

export function createBroker(options: BrokerOptions): Broker {
  const { clock, log } = options;
  let site = options.site;
  let identities = createIdentities(site, options.credentials);
  let listeners: Listeners | null = null;
  let watch: Timer | null = null;
  let opening: Promise<void> | null = null;
  let stopping: Promise<void> | null = null;
  let onSettled: (() => void) | null = null;
  const limits = () => site.config.broker.limits;

  const sessions = new Set<Session>();
  const sessionOf = new WeakMap<object, Session>();
  const sessionOfClientId = new Map<string, Session>();
  /** The latest identity of each owner of kept sessions: says what may be queued while it is away. */
  const owners = new Map<string, Identity>();
  const counts = createCounts();
  const security = createSecurityReporter({
    clock,
    log,
    perS: limits().security_events_per_s,
    onEvent: options.onSecurityEvent,
  });
  const incidents = createIncidents({ clock, log, counts, security, limits });
  const { count, end } = incidents;
  const presence = createPresence((device) => site.devices.has(device));
  const router = new Router();
  const store = new SessionStore({
    limits: () => ({ queue: limits().queue, retainedBytes: limits().retained, sessions: limits().sessions }),
    mayReceive(owner, topic) {
      const identity = owners.get(owner);
      return identity !== undefined && mayReceive(identity.rights, topic);
    },
    ownerOf: (client) => ownerOf(sessionOf.get(client)) ?? "",
    isGranted: (client, filter) => sessionOf.get(client)?.filters.has(filter) ?? false,
    isConnected: (clientId) => sessionOfClientId.has(clientId),
    dropped: count,
    nowMs: () => clock.monotonicMs(),
  });
  const login = createLogin({
    identities: () => identities,
    limits,
    ownerOfClientId: (clientId) => ownerOf(sessionOfClientId.get(clientId)) ?? store.ownerOf(clientId),
    onRefused(session, refusal) {
      counts.refused[refusal.kind]++;
      // A claimed name may be as long as a CONNECT.
      const identity = refusal.identity && shown(refusal.identity);
      security.report({ ...refusal, identity, address: session.address });
    },
    onLoggedIn(session, identity) {
      if (identity.persistent) owners.set(ownerKey(identity), identity);
      log.debug("broker.client.accepted", { identity: identity.name, kind: identity.kind, address: session.address });
    },
  });
  const acknowledgements = createAcknowledgements({
    backlogBytes: () => limits().backlog,
    onBacklog: incidents.onBacklog,
  });
  const subscriptions = createSubscribeHook({
    limits,
    router,
    onViolation: incidents.onViolation,
    onTooMany: () => count("too-many-subscriptions"),
    onBacklog: incidents.onBacklog,
  });
  const outage = createIntakeOutage({ clock, log, askAgain: (session) => end(session, "not-committed") });
  const onPublish = createPublishHook({
    clock,
    append: options.append,
    counts,
    presence,
    stopping: () => stopping !== null,
    routeAcknowledged: (packet, proceed) => aedes.routeAcknowledged(packet, proceed),
    acknowledge: acknowledgements.acknowledge,
    onViolation: incidents.onViolation,
    onStaleWill: () => count("stale-will"),
    onNotCommitted(session, fault) {
      count("not-committed");
      outage.failed(session, fault);
    },
    onCommitted: outage.committed,
    onSettled: () => onSettled?.(),
  });

  const aedes = createProtocol({
    limits,
    router,
    store,
    sessionOf: (client) => sessionOf.get(client),
    login,
    subscriptions,
    onPublish,
    onReady(session) {
      session.loggedIn = true;
      session.heardMs = clock.monotonicMs();
    },
    onPresent(session, clientId) {
      sessionOfClientId.set(clientId, session);
    },
    onGone(session, clientId) {
      if (sessionOfClientId.get(clientId) === session) sessionOfClientId.delete(clientId);
    },
    onFault(_session, error) {
      // Aedes ends a subscriber whose socket stays full for limits.drain_timeout.
      if (error.message === "drain timeout") count("slow-subscriber");
      log.debug("broker.client.failed", { reason: error.message });
    },
  });

  function onArrival(arrival: Arrival): void {
    const { conn, upgrade } = arrival;
    if (stopping) return void conn.destroy();
    const nowMs = clock.monotonicMs();
    const { rate_per_s: perS, burst } = limits();
    const session = createSession({ ...arrival, bucket: createTokenBucket({ perS, burst }, nowMs), nowMs });
    sessions.add(session);
    conn.once("close", () => forget(session));
    guardReads(session, {
      clock,
      limits,
      stopping: () => stopping !== null,
      onViolation: (_session, reason) => end(session, reason),
      onFlood: incidents.onFlood,
    });
    if (upgrade) guardFrames(session, upgrade.socket, { limits, onViolation: end });
    session.client = aedes.handle(conn, upgrade?.request);
    sessionOf.set(session.client, session);
  }

  function forget(session: Session): void {
    sessions.delete(session);
    outage.forget(session);
    presence.closed(session);
    if (session.client) router.forget(session.client, session.filters.keys());
  }

  async function start(): Promise<void> {
    opening = open();
    try {
      await opening;
    } catch (error) {
      await stop();
      throw error;
    }
  }

  async function open(): Promise<void> {
    for (const { topic, payload } of options.retainedAtStart ?? []) retain(topic, payload);
    await aedes.listen();
    listeners = await openListeners({ site, limits, onArrival, onTooMany: () => count("too-many-connections") });
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
    // What is half open would otherwise stay open behind our back. Why it failed is told by `start`.
    await opening?.catch(() => {});
    watch?.cancel();
    listeners?.close();
    await within(clock, settleAtMostMs, (done) => {
      onSettled = () => {
        for (const session of sessions) if (session.inFlight > 0) return;
        // The acknowledgements of the last commit leave at the end of the turn.
        setImmediate(done);
      };
      onSettled();
    });
    await within(clock, closeAtMostMs, (done) => (aedes.closed ? done() : aedes.close(done)));
    listeners?.destroy();
    log.info("broker.listeners.closed");
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
    intakeRecovered: outage.committed,
    stats: () => ({
      ...structuredClone(counts),
      connections: listeners?.connections() ?? 0,
      clients: sessionOfClientId.size,
      paused: [...sessions].filter((session) => session.paused).length,
      suppressedSecurityEvents: security.suppressed(),
    }),
  };
}

function ownerOf(session: Session | undefined): string | null {
  return session?.identity ? ownerKey(session.identity) : null;
}

/** Waits for the work to say that it is done, but no longer than the bound. */
function within(clock: Clock, boundMs: number, work: (done: () => void) => void): Promise<void> {
  return new Promise((resolve) => {
    const timer = clock.after(boundMs, resolve);
    work(() => {
      timer.cancel();
      resolve();
    });
  });
}
