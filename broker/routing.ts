import { Aedes, type AedesOptions, type AedesPublishPacket, type Client, type PublishPacket } from "aedes";
import { FilterTable } from "./filter-table.ts";
import type { SessionStore } from "./session-store.ts";

/** How Aedes hands a message to one subscription of one client, or to itself. */
type Deliver = (packet: AedesPublishPacket, done: () => void) => void;

interface Route {
  deliver: Deliver;
  /** Null for Aedes' own subscriptions to its `$SYS` topics. */
  client: Client | null;
  qos: number;
}

/** What Aedes keeps on a client and does not declare. */
interface SubscribedClient extends Client {
  subscriptions: Record<string, { func: Deliver; qos: number } | undefined>;
}

/**
 * The place of `mqemitter`. A message goes once to each client, by the filter with the best QoS [MQTT-3.3.5-1], and
 * the publisher never waits for a subscriber: one that does not read is disconnected by its backlog, not waited for.
 */
export class Router {
  readonly #routes = new FilterTable<Route>(bestOfEachClient);
  readonly #routeOf = new Map<Deliver, Route>();
  readonly #subscribing = new Map<string, Set<SubscribedClient>>();

  has(topic: string): boolean {
    return this.#routes.match(topic).length > 0;
  }

  /** A client's filter was granted: the subscription that follows for it is this client's. */
  expect(client: Client, filter: string): void {
    const waiting = this.#subscribing.get(filter);
    if (waiting) waiting.add(client as SubscribedClient);
    else this.#subscribing.set(filter, new Set([client as SubscribedClient]));
  }

  forget(client: Client, filters: Iterable<string>): void {
    for (const filter of filters) this.#arrived(filter, client as SubscribedClient);
  }

  // From here on: the interface that Aedes calls.

  on(filter: string, deliver: Deliver, done?: () => void): void {
    const client = this.#clientOf(filter, deliver);
    const route = { deliver, client, qos: client?.subscriptions[filter]?.qos ?? 0 };
    this.#routeOf.set(deliver, route);
    this.#routes.add(filter, route);
    done?.();
  }

  removeListener(filter: string, deliver: Deliver, done?: () => void): void {
    const route = this.#routeOf.get(deliver);
    if (route) this.#routes.remove(filter, route);
    this.#routeOf.delete(deliver);
    done?.();
  }

  emit(packet: AedesPublishPacket): void {
    for (const route of this.#routes.match(packet.topic)) route.deliver(packet, ignore);
  }

  close(done: () => void): void {
    done();
  }

  #clientOf(filter: string, deliver: Deliver): SubscribedClient | null {
    for (const client of this.#subscribing.get(filter) ?? []) {
      if (client.subscriptions[filter]?.func !== deliver) continue;
      this.#arrived(filter, client);
      return client;
    }
    return null;
  }

  #arrived(filter: string, client: SubscribedClient): void {
    const waiting = this.#subscribing.get(filter);
    waiting?.delete(client);
    if (waiting?.size === 0) this.#subscribing.delete(filter);
  }
}

function ignore(): void {}

function bestOfEachClient(found: Route[]): readonly Route[] {
  const best = new Map<Client | Route, Route>();
  for (const route of found) {
    const key = route.client ?? route;
    const other = best.get(key);
    if (!other || other.qos < route.qos) best.set(key, route);
  }
  return [...best.values()];
}

type Done = (error?: Error) => void;

/**
 * Aedes with routing done at the call. The original waits for promises on its way to the subscribers, so that a QoS 0
 * message can overtake one of QoS 1, which is then taken for a duplicate and lost; and it takes that way even for the
 * many messages that nobody has subscribed to.
 */
export class RoutingAedes extends Aedes {
  readonly #router: Router;
  readonly #store: SessionStore;
  #counter = 0;
  #acknowledgedQos: 0 | 1 = 0;

  constructor(options: AedesOptions & { mq: Router; persistence: SessionStore }) {
    super(options);
    this.#router = options.mq;
    this.#store = options.persistence;
  }

  /**
   * Lets a QoS 1 message that is already acknowledged go on: Aedes is shown QoS 0, so that it sends no second PUBACK,
   * and `publish`, which Aedes calls before `proceed` returns, routes it with the QoS it came with.
   */
  routeAcknowledged(packet: PublishPacket, proceed: () => void): void {
    packet.qos = 0;
    this.#acknowledgedQos = 1;
    proceed();
    this.#acknowledgedQos = 0;
  }

  override publish(packet: PublishPacket, client: Client | null | Done, done?: Done): void {
    const qos = this.#acknowledgedQos || packet.qos || 0;
    this.#acknowledgedQos = 0;
    const from = typeof client === "function" ? null : client;
    const then = typeof client === "function" ? client : done;
    const wanted = qos > 0 && this.#store.wants(packet.topic);
    if (packet.retain || wanted || this.#router.has(packet.topic)) {
      const routed: AedesPublishPacket = {
        cmd: "publish",
        brokerId: this.id,
        brokerCounter: ++this.#counter,
        topic: packet.topic,
        payload: packet.payload ?? Buffer.alloc(0),
        qos,
        retain: packet.retain ?? false,
        // [MQTT-3.3.1-3] What we send is not a duplicate because what we received was one.
        dup: false,
        ...(from ? { clientId: from.id } : {}),
      };
      if (routed.retain) this.#store.retain(routed);
      if (wanted) this.#store.enqueue(routed);
      this.#router.emit(routed);
    }
    then?.();
  }
}
