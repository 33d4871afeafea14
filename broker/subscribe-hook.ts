import type { AedesPublishPacket, Client, Subscription } from "aedes";
import type { BrokerConfig } from "../site/index.ts";
import { shown } from "./login.ts";
import type { Router } from "./routing.ts";
import type { Session } from "./session.ts";
import { matches, mayReceive, maySubscribe } from "./topic-rights.ts";

export interface SubscribeHookOptions {
  limits(): BrokerConfig["limits"];
  router: Router;
  onViolation(session: Session, detail: string): void;
  onTooMany(session: Session): void;
  onBacklog(session: Session): void;
}

type SubscribeCallback = (error: Error | null, subscription?: Subscription | null) => void;

const keptBack = -1;

/** Which filters a client gets, and which of the messages that match them. */
export function createSubscribeHook(options: SubscribeHookOptions) {
  return {
    /** Answering null is SUBACK 0x80; the connection stays [MQTT-3.9.3-2]. */
    authorizeSubscribe(session: Session, client: Client, subscription: Subscription, callback: SubscribeCallback) {
      const { topic, qos } = subscription;
      if (!session.identity || !maySubscribe(session.identity.rights, topic)) {
        options.onViolation(session, `subscription to ${shown(topic)}`);
        callback(null, null);
        return;
      }
      if (session.filters.size >= options.limits().subscriptions && !session.filters.has(topic)) {
        options.onTooMany(session);
        callback(null, null);
        return;
      }
      session.filters.set(topic, qos);
      session.deliveries.clear();
      options.router.expect(client, topic);
      callback(null, subscription);
    },

    unsubscribed(session: Session, filters: readonly string[]): void {
      for (const filter of filters) session.filters.delete(filter);
      session.deliveries.clear();
    },

    /**
     * The last look at a message on its way to a client. Returns null to keep it back. The QoS is lowered to what was
     * granted [MQTT-3.8.4-6]: Aedes does so only for filters without wildcards.
     */
    authorizeForward(session: Session, packet: AedesPublishPacket): AedesPublishPacket | null {
      const known = session.deliveries.get(packet.topic);
      const qos = known ?? judge(session, packet.topic);
      if (qos === keptBack) return null;
      if (session.conn.writableLength > options.limits().backlog) {
        options.onBacklog(session);
        return null;
      }
      if (packet.qos > qos) packet.qos = qos as 0 | 1 | 2;
      return packet;
    },
  };
}

function judge(session: Session, topic: string): number {
  const qos = session.identity && mayReceive(session.identity.rights, topic) ? grantedQos(session, topic) : keptBack;
  session.deliveries.set(topic, qos);
  return qos;
}

/** The best QoS of all the client's filters that match [MQTT-3.3.5-1]. */
function grantedQos(session: Session, topic: string): number {
  let best = keptBack;
  for (const [filter, qos] of session.filters) if (qos > best && matches(filter, topic)) best = qos;
  return best;
}
