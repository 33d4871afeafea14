import type { Client, PublishPacket } from "aedes";
import { parseTopic } from "../contract/index.ts";
import type { Clock } from "../core/index.ts";
import type { Identity } from "./identities.ts";
import { shown } from "./login.ts";
import type { Presence } from "./presence.ts";
import type { Session, TopicVerdict } from "./session.ts";
import { mayPublish, mayRetain } from "./topic-rights.ts";

/** A message as it goes to the intake. */
export interface IntakeMessage {
  receivedAtMs: number;
  topic: string;
  payload: Buffer;
  /** The device that the topic names, known to the site or not. */
  device: string | null;
  client: string;
}

export type Append = (message: IntakeMessage, done: (error: Error | null) => void) => void;

export interface PublishHookOptions {
  clock: Clock;
  append: Append;
  counts: { received: number; committed: number };
  presence: Presence;
  /** Withholds wills at a stop: it is the broker that goes, not the devices. */
  stopping(): boolean;
  routeAcknowledged(packet: PublishPacket, proceed: () => void): void;
  /** Sends PUBACK at the end of this turn. */
  acknowledge(session: Session, packetId: number): void;
  onViolation(session: Session, detail: string): void;
  onStaleWill(session: Session): void;
  onNotCommitted(session: Session, fault: { error: Error; owed: boolean }): void;
  onCommitted(): void;
  /** A message has left the intake, committed or not. */
  onSettled(): void;
}

type Callback = (error?: Error | null) => void;

const violation = new Error("topic not allowed");
const withheld = new Error("last will withheld");

/**
 * The way of every message from a client: may it, then the log, then the acknowledgement, then the subscribers.
 * This is the hot path: one look-up, one message object, one closure, no promise.
 */
export function createPublishHook(options: PublishHookOptions) {
  const { clock, presence, counts } = options;

  return (session: Session, client: Client, packet: PublishPacket, callback: Callback): void => {
    const { topic } = packet;
    const verdict = session.verdicts.get(topic) ?? judge(session, topic);
    const isWill = packet === session.will;
    if (!verdict.mayPublish || (packet.retain && !verdict.mayRetain)) {
      options.onViolation(session, `${packet.retain ? "retained " : ""}message on ${shown(topic)}`);
      callback(violation);
      return;
    }
    if (isWill && options.stopping()) {
      callback(withheld);
      return;
    }
    const payload = toBuffer(packet.payload);
    if (verdict.isStatus) {
      const status = { device: verdict.device!, payload, connection: session };
      if (isWill && presence.isStaleWill(status)) {
        options.onStaleWill(session);
        callback(withheld);
        return;
      }
      if (!isWill) presence.published(status);
    }
    counts.received++;
    // Never answered within the call: Aedes would read on in the middle of its own parsing.
    if (!verdict.logged) {
      process.nextTick(callback, null);
      return;
    }
    session.inFlight++;
    let returned = false;
    options.append(
      { receivedAtMs: clock.nowMs(), topic, payload, device: verdict.device, client: client.id },
      (error) => {
        if (returned) finish(session, packet, isWill, error, callback);
        else process.nextTick(finish, session, packet, isWill, error, callback);
      },
    );
    returned = true;
  };

  function finish(
    session: Session,
    packet: PublishPacket,
    isWill: boolean,
    error: Error | null,
    callback: Callback,
  ): void {
    session.inFlight--;
    if (error) {
      // Not acknowledged, and yet heard: the device stays connected and what it says is still passed on, as QoS 0.
      // It is disconnected when the log takes messages again, and then sends again what it holds.
      options.onNotCommitted(session, { error, owed: !isWill && packet.qos > 0 });
      packet.qos = 0;
      callback(null);
    } else {
      counts.committed++;
      options.onCommitted();
      if (!isWill && packet.qos === 1 && packet.messageId !== undefined) {
        options.acknowledge(session, packet.messageId);
        options.routeAcknowledged(packet, callback);
      } else {
        callback(null);
      }
    }
    options.onSettled();
  }
}

function judge(session: Session, topic: string): TopicVerdict {
  const verdict = verdictOf(session.identity, topic);
  session.verdicts.set(topic, verdict);
  return verdict;
}

function verdictOf(identity: Identity | null, topic: string): TopicVerdict {
  const parsed = parseTopic(topic);
  return {
    mayPublish: identity !== null && mayPublish(identity.rights, topic),
    mayRetain: identity !== null && mayRetain(identity.rights, topic),
    // Everything said to this system, even on a topic it does not know: that is for the quarantine to show.
    logged: topic.startsWith("sentry/"),
    device: parsed.kind === "device" ? parsed.device : null,
    isStatus: parsed.kind === "device" && parsed.channel === "status",
  };
}

function toBuffer(payload: Buffer | string | undefined): Buffer {
  return Buffer.isBuffer(payload) ? payload : Buffer.from(payload ?? "");
}
