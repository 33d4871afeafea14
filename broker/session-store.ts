import { Readable } from "node:stream";
import type { AedesPublishPacket, Client, PublishPacket, PubrelPacket, Subscription } from "aedes";
import { FilterTable } from "./filter-table.ts";
import { matches } from "./topic-rights.ts";

/**
 * What Aedes keeps for its clients, in memory: retained messages, persistent sessions and their queues, QoS 2
 * packet ids. It takes the place of `aedes-persistence` because every collection here has a bound, a message is queued
 * once per session at the best QoS of all its filters [MQTT-3.3.5-1], and all effects happen at the call, so that no
 * message overtakes another.
 */
export interface SessionStoreOptions {
  limits(): { queue: number; retainedBytes: number; sessions: number };
  /** A session's owner may not have been allowed all its filters: only what he may receive is queued. */
  mayReceive(owner: string, topic: string): boolean;
  ownerOf(client: ClientRef): string;
  /** Aedes stores all filters of a SUBSCRIBE as soon as one of them is granted. */
  isGranted(client: ClientRef, filter: string): boolean;
  isConnected(clientId: string): boolean;
  dropped(reason: "queue-full" | "retained-full" | "sessions-full"): void;
  nowMs(): number;
}

type ClientRef = Pick<Client, "id">;
type QoS = 0 | 1 | 2;
/** A message waiting for its acknowledgement, or the PUBREL that followed it. */
type Waiting = (AedesPublishPacket | PubrelPacket) & { brokerId?: string; brokerCounter?: number };

interface StoredSession {
  clientId: string;
  owner: string;
  filters: Map<string, QoS>;
  queue: Waiting[];
  usedAtMs: number;
}

interface Subscriber {
  session: StoredSession;
  qos: QoS;
}

// Rejections that Aedes asks for on its normal path; made once, since a stack trace each would cost more than the rest.
const unknownPacket = new Error("no such packet");

export class SessionStore {
  readonly #options: SessionStoreOptions;
  readonly #sessions = new Map<string, StoredSession>();
  readonly #subscribers = new FilterTable<Subscriber>(bestOfEachSession);
  readonly #subscriberOf = new Map<StoredSession, Map<string, Subscriber>>();
  readonly #retained = new Map<string, AedesPublishPacket>();
  readonly #incoming = new Map<string, Set<number>>();
  #retainedBytes = 0;

  constructor(options: SessionStoreOptions) {
    this.#options = options;
  }

  /** Who keeps a session under this client id. */
  ownerOf(clientId: string): string | null {
    return this.#sessions.get(clientId)?.owner ?? null;
  }

  retain(packet: AedesPublishPacket): void {
    const old = this.#retained.get(packet.topic);
    const bytes = this.#retainedBytes - (old?.payload.length ?? 0) + packet.payload.length;
    if (packet.payload.length > 0 && bytes > this.#options.limits().retainedBytes) {
      this.#options.dropped("retained-full");
      return;
    }
    this.#retainedBytes = bytes;
    // [MQTT-3.3.1-10], [MQTT-3.3.1-11]: an empty payload clears.
    if (packet.payload.length === 0) this.#retained.delete(packet.topic);
    else this.#retained.set(packet.topic, packet);
  }

  /** Does any session wait for this topic? */
  wants(topic: string): boolean {
    return this.#subscribers.match(topic).length > 0;
  }

  /** Queues the message for every persistent session that wants it, connected or not. */
  enqueue(packet: AedesPublishPacket): void {
    for (const { session, qos } of this.#subscribers.match(packet.topic)) {
      if (!this.#options.mayReceive(session.owner, packet.topic)) continue;
      if (session.queue.length >= this.#options.limits().queue) {
        // The newest says most about the present, so the oldest goes.
        session.queue.shift();
        this.#options.dropped("queue-full");
      }
      session.queue.push({ ...packet, qos: Math.min(qos, packet.qos) as QoS, retain: false });
    }
  }

  // From here on: the interface that Aedes calls.

  async setup(): Promise<void> {}

  async storeRetained(packet: AedesPublishPacket): Promise<void> {
    this.retain(packet);
  }

  createRetainedStreamCombi(filters: readonly string[]): Readable {
    const found = [...this.#retained.values()].filter((packet) =>
      filters.some((filter) => matches(filter, packet.topic)),
    );
    return Readable.from(found);
  }

  async addSubscriptions(client: ClientRef, subscriptions: readonly Subscription[]): Promise<void> {
    const session = this.#sessions.get(client.id) ?? this.#open(client);
    const own = this.#subscriberOf.get(session)!;
    for (const { topic, qos } of subscriptions) {
      if (!this.#options.isGranted(client, topic)) continue;
      session.filters.set(topic, qos);
      const old = own.get(topic);
      if (old) this.#subscribers.remove(topic, old);
      own.delete(topic);
      // QoS 0 is not kept for the absent.
      if (qos === 0) continue;
      const subscriber = { session, qos };
      own.set(topic, subscriber);
      this.#subscribers.add(topic, subscriber);
    }
  }

  async removeSubscriptions(client: ClientRef, filters: readonly string[]): Promise<void> {
    const session = this.#sessions.get(client.id);
    if (!session) return;
    const own = this.#subscriberOf.get(session)!;
    for (const filter of filters) {
      session.filters.delete(filter);
      const subscriber = own.get(filter);
      if (subscriber) this.#subscribers.remove(filter, subscriber);
      own.delete(filter);
    }
  }

  async subscriptionsByClient(client: ClientRef): Promise<Subscription[]> {
    const session = this.#sessions.get(client.id);
    if (session) session.usedAtMs = this.#options.nowMs();
    return [...(session?.filters ?? [])].map(([topic, qos]) => ({ topic, qos }));
  }

  async subscriptionsByTopic(topic: string): Promise<{ clientId: string; topic: string; qos: QoS }[]> {
    return this.#subscribers.match(topic).map(({ session, qos }) => ({ clientId: session.clientId, topic, qos }));
  }

  async cleanSubscriptions(client: ClientRef): Promise<void> {
    this.#discard(client.id);
  }

  async outgoingEnqueue(target: { clientId: string }, packet: AedesPublishPacket): Promise<void> {
    this.#sessions.get(target.clientId)?.queue.push(packet);
  }

  async outgoingEnqueueCombi(targets: readonly { clientId: string }[], packet: AedesPublishPacket): Promise<void> {
    for (const target of targets) await this.outgoingEnqueue(target, packet);
  }

  /** Notes under which packet id a message went out, or that a PUBREL has taken its place. */
  async outgoingUpdate(client: ClientRef, packet: Waiting): Promise<void> {
    const queue = this.#sessions.get(client.id)?.queue ?? [];
    if (packet.cmd === "pubrel") {
      const at = queue.findIndex((waiting) => waiting.messageId === packet.messageId);
      if (at >= 0) queue[at] = packet;
      return;
    }
    const waiting = queue.find((entry) => entry.brokerCounter === packet.brokerCounter);
    if (waiting) waiting.messageId = packet.messageId;
  }

  async outgoingClearMessageId(
    client: ClientRef,
    packet: { messageId?: number | undefined },
  ): Promise<Waiting | undefined> {
    const queue = this.#sessions.get(client.id)?.queue;
    // Without an id nothing has gone out, so nothing was acknowledged.
    if (!queue || packet.messageId === undefined) return undefined;
    const at = queue.findIndex((waiting) => waiting.messageId === packet.messageId);
    return at < 0 ? undefined : queue.splice(at, 1)[0];
  }

  /** The queue at a reconnect: what had gone out before goes again, marked so [MQTT-3.3.1-1]. */
  outgoingStream(client: ClientRef): Readable {
    const queue = this.#sessions.get(client.id)?.queue ?? [];
    return Readable.from(
      queue.map((waiting) =>
        waiting.cmd === "publish" && waiting.messageId !== undefined ? { ...waiting, dup: true } : waiting,
      ),
    );
  }

  async incomingStorePacket(client: ClientRef, packet: PublishPacket): Promise<void> {
    const ids = this.#incoming.get(client.id);
    if (ids) ids.add(packet.messageId!);
    else this.#incoming.set(client.id, new Set([packet.messageId!]));
  }

  /** Aedes asks only whether the id is known; it rejects when it is not. */
  async incomingGetPacket(client: ClientRef, packet: { messageId?: number }): Promise<{ messageId?: number }> {
    if (!this.#incoming.get(client.id)?.has(packet.messageId!)) throw unknownPacket;
    return packet;
  }

  async incomingDelPacket(client: ClientRef, packet: { messageId?: number }): Promise<void> {
    if (!this.#incoming.get(client.id)?.delete(packet.messageId!)) throw unknownPacket;
  }

  async cleanIncoming(client: ClientRef): Promise<void> {
    this.#incoming.delete(client.id);
  }

  // Aedes publishes a will itself when the connection ends; its stored copies serve clusters, which this is not.
  async putWill(client: ClientRef, will: { brokerId?: string; clientId?: string }): Promise<void> {
    will.clientId = client.id;
  }
  async getWill(): Promise<undefined> {}
  async delWill(): Promise<undefined> {}
  streamWill(): Readable {
    return Readable.from([]);
  }
  async destroy(): Promise<void> {}

  #open(client: ClientRef): StoredSession {
    if (this.#sessions.size >= this.#options.limits().sessions) this.#discardLongestAbsent();
    const session: StoredSession = {
      clientId: client.id,
      owner: this.#options.ownerOf(client),
      filters: new Map(),
      queue: [],
      usedAtMs: this.#options.nowMs(),
    };
    this.#sessions.set(client.id, session);
    this.#subscriberOf.set(session, new Map());
    return session;
  }

  #discardLongestAbsent(): void {
    let oldest: StoredSession | null = null;
    for (const session of this.#sessions.values()) {
      if (this.#options.isConnected(session.clientId)) continue;
      if (!oldest || session.usedAtMs < oldest.usedAtMs) oldest = session;
    }
    if (!oldest) return;
    this.#discard(oldest.clientId);
    this.#options.dropped("sessions-full");
  }

  #discard(clientId: string): void {
    const session = this.#sessions.get(clientId);
    if (!session) return;
    for (const [filter, subscriber] of this.#subscriberOf.get(session)!) this.#subscribers.remove(filter, subscriber);
    this.#subscriberOf.delete(session);
    this.#sessions.delete(clientId);
  }
}

function bestOfEachSession(found: Subscriber[]): readonly Subscriber[] {
  const best = new Map<StoredSession, Subscriber>();
  for (const subscriber of found) {
    const other = best.get(subscriber.session);
    if (!other || other.qos < subscriber.qos) best.set(subscriber.session, subscriber);
  }
  return [...best.values()];
}
