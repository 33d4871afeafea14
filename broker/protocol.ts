import type { BrokerConfig } from "../site/index.ts";
import type { createLogin } from "./login.ts";
import type { createPublishHook } from "./publish-hook.ts";
import { type Router, RoutingAedes } from "./routing.ts";
import type { Session } from "./session.ts";
import type { SessionStore } from "./session-store.ts";
import type { createSubscribeHook } from "./subscribe-hook.ts";

export interface ProtocolOptions {
  limits(): BrokerConfig["limits"];
  router: Router;
  store: SessionStore;
  sessionOf(client: object): Session | undefined;
  login: ReturnType<typeof createLogin>;
  subscriptions: ReturnType<typeof createSubscribeHook>;
  onPublish: ReturnType<typeof createPublishHook>;
  /** CONNACK 0 has gone out. */
  onReady(session: Session): void;
  onPresent(session: Session, clientId: string): void;
  onGone(session: Session, clientId: string): void;
  onFault(session: Session, error: Error): void;
}

/** Aedes with every hook tied to the session of its client. Each hook answers on every path. */
export function createProtocol(options: ProtocolOptions): RoutingAedes {
  const { login, subscriptions, sessionOf } = options;
  const limits = options.limits();
  const aedes = new RoutingAedes({
    mq: options.router,
    persistence: options.store,
    connectTimeout: limits.connect_timeout,
    drainTimeout: limits.drain_timeout,
    maxClientsIdLength: limits.client_id_length,
    maxInflightInbound: limits.in_flight,
    preConnect(client, packet, callback) {
      const session = sessionOf(client);
      if (session) login.preConnect(session, packet);
      callback(null, session !== undefined);
    },
    authenticate(client, _username, _password, callback) {
      const session = sessionOf(client);
      if (session) login.authenticate(session, callback);
      else callback(null, false);
    },
    authorizePublish(client, packet, callback) {
      const session = client ? sessionOf(client) : undefined;
      if (client && session) options.onPublish(session, client, packet, callback);
      else callback(new Error("message of no connection"));
    },
    authorizeSubscribe(client, subscription, callback) {
      const session = sessionOf(client);
      if (session) subscriptions.authorizeSubscribe(session, client, subscription, callback);
      else callback(null, null);
    },
    authorizeForward(client, packet) {
      const session = sessionOf(client);
      return session ? subscriptions.authorizeForward(session, packet) : null;
    },
  });
  const withSession = (client: object, then: (session: Session) => void) => {
    const session = sessionOf(client);
    if (session) then(session);
  };
  aedes.on("connackSent", (packet, client) => {
    if (packet.returnCode === 0) withSession(client, options.onReady);
  });
  aedes.on("client", (client) => withSession(client, (session) => options.onPresent(session, client.id)));
  aedes.on("clientDisconnect", (client) => withSession(client, (session) => options.onGone(session, client.id)));
  aedes.on("clientError", (client, error) => withSession(client, (session) => options.onFault(session, error)));
  aedes.on("unsubscribe", (filters, client) => {
    withSession(client, (session) => subscriptions.unsubscribed(session, filters));
  });
  return aedes;
}
