import type { AuthenticateError, ConnectPacket } from "aedes";
import type { BrokerConfig } from "../site/index.ts";
import type { Identities, Identity, Refusal } from "./identities.ts";
import { ownerKey, type Session } from "./session.ts";
import { mayPublish, mayRetain } from "./topic-rights.ts";

/** CONNACK return codes of MQTT 3.1.1 that we give. */
const identifierRejected = 2;
const notAuthorised = 5;
type ReturnCode = typeof identifierRejected | typeof notAuthorised;

export interface LoginOptions {
  identities(): Identities;
  limits(): BrokerConfig["limits"];
  /** Whose connection or kept session this client id is, if anybody's. */
  ownerOfClientId(clientId: string): string | null;
  onRefused(session: Session, refusal: Refusal): void;
  onLoggedIn(session: Session, identity: Identity): void;
}

/**
 * Judges a CONNECT. Everything is decided before Aedes makes a session of it, so that a client that is refused has
 * disturbed nobody: not the session it names, nor the living connection of the same client id.
 */
export function createLogin(options: LoginOptions) {
  const verdicts = new WeakMap<Session, ReturnCode | 0>();
  return {
    preConnect(session: Session, packet: ConnectPacket): void {
      verdicts.set(session, judge(session, packet));
      session.keepAliveMs = grantKeepAlive(packet, options.limits().keep_alive_max);
      // Aedes' own timers are switched off: the broker's watch does this, on our clock.
      packet.keepalive = 0;
    },
    authenticate(session: Session, done: (error: AuthenticateError | null, success: boolean | null) => void): void {
      const code = verdicts.get(session) ?? notAuthorised;
      if (code === 0) {
        done(null, true);
      } else {
        const message = code === identifierRejected ? "client id refused" : "not authorised";
        done(Object.assign(new Error(message), { returnCode: code }), null);
      }
    },
  };

  function judge(session: Session, packet: ConnectPacket): ReturnCode | 0 {
    const refuse = (code: ReturnCode, refusal: Refusal) => {
      options.onRefused(session, refusal);
      return code;
    };
    const result = options.identities().login({
      username: packet.username,
      password: packet.password,
      certificateName: session.certificateName,
      local: session.local,
    });
    if (!result.ok) return refuse(notAuthorised, result.refusal);
    const { identity } = result;
    const who = { identity: identity.name, device: identity.device };

    // [MQTT-3.1.3-8] Without a client id there is nothing to keep a session under.
    if (packet.clientId === "" && packet.clean === false) {
      return refuse(identifierRejected, {
        kind: "login-failed",
        ...who,
        detail: "empty client id with a kept session",
      });
    }
    if (packet.clientId.length > options.limits().client_id_length) {
      return refuse(identifierRejected, { kind: "login-failed", ...who, detail: "client id too long" });
    }
    // [MQTT-3.1.4-2] lets a client id take over its connection; across identities that would be a way to cut off others.
    const owner = options.ownerOfClientId(packet.clientId);
    if (owner !== null && owner !== ownerKey(identity)) {
      return refuse(identifierRejected, {
        kind: "login-failed",
        ...who,
        detail: "client id in use by another identity",
      });
    }
    const { will } = packet;
    if (will) {
      const allowed =
        mayPublish(identity.rights, will.topic) && (!will.retain || mayRetain(identity.rights, will.topic));
      if (!allowed) {
        return refuse(notAuthorised, { kind: "topic-violation", ...who, detail: `last will on ${shown(will.topic)}` });
      }
    }
    if (!identity.persistent && packet.clean === false) {
      // It is told so by `session present: 0` at every log-in.
      packet.clean = true;
    }
    session.identity = identity;
    session.will = will ?? null;
    options.onLoggedIn(session, identity);
    return 0;
  }
}

/** What a client asks for, at most the site's bound; a client that asks for none gets the bound. */
function grantKeepAlive(packet: ConnectPacket, longestMs: number): number {
  const askedMs = (packet.keepalive ?? 0) * 1_000;
  return askedMs === 0 ? longestMs : Math.min(askedMs, longestMs);
}

/** A topic as it may stand in a log line. */
export function shown(topic: string): string {
  return topic.length > 200 ? `${topic.slice(0, 200)}…` : topic;
}
