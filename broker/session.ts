import type { Duplex } from "node:stream";
import type { Client } from "aedes";
import type { Identity } from "./identities.ts";
import { PacketScanner, type TokenBucket } from "./limits.ts";

/** What an identity may do with one topic, judged once. */
export interface TopicVerdict {
  mayPublish: boolean;
  mayRetain: boolean;
  /** Does the message go to the intake? */
  logged: boolean;
  /** The device the topic names, known to the site or not. */
  device: string | null;
  isStatus: boolean;
}

/** One connection, from its first byte to its last. */
export interface Session {
  readonly conn: Duplex;
  readonly address: string;
  readonly loopback: boolean;
  readonly certificateName: string | undefined;
  readonly openedMs: number;
  readonly scanner: PacketScanner;
  readonly bucket: TokenBucket;
  client: Client | null;
  /** Set once CONNACK 0 has gone out. */
  loggedIn: boolean;
  identity: Identity | null;
  /** The last will, as Aedes keeps it. */
  will: object | null;
  /** 0: none asked for, none granted. */
  keepAliveMs: number;
  heardMs: number;
  /** Bytes read and not yet handed to Aedes. */
  held: Buffer | null;
  paused: boolean;
  floodReportedMs: number | null;
  /** Messages waiting for their commit. */
  inFlight: number;
  /** Packet ids whose PUBACK goes out at the end of this turn. */
  acknowledged: number[];
  /** A message was taken but could not be committed: nothing acknowledged it. */
  owesAcknowledgement: boolean;
  /** Filters granted, with their QoS. */
  readonly filters: Map<string, 0 | 1 | 2>;
  readonly verdicts: Map<string, TopicVerdict>;
  /** Topic → QoS at which it is delivered, or -1 when it is kept back. */
  readonly deliveries: Map<string, number>;
}

export function createSession(options: {
  conn: Duplex;
  address: string;
  certificateName: string | undefined;
  bucket: TokenBucket;
  nowMs: number;
}): Session {
  return {
    conn: options.conn,
    address: options.address,
    loopback: isLoopback(options.address),
    certificateName: options.certificateName,
    openedMs: options.nowMs,
    scanner: new PacketScanner(),
    bucket: options.bucket,
    client: null,
    loggedIn: false,
    identity: null,
    will: null,
    keepAliveMs: 0,
    heardMs: options.nowMs,
    held: null,
    paused: false,
    floodReportedMs: null,
    inFlight: 0,
    acknowledged: [],
    owesAcknowledgement: false,
    filters: new Map(),
    verdicts: new Map(),
    deliveries: new Map(),
  };
}

function isLoopback(address: string): boolean {
  return address === "::1" || address.startsWith("127.") || address.startsWith("::ffff:127.");
}

/** One key for all connections of an identity: the owner of its sessions and client ids. */
export function ownerKey(identity: Identity): string {
  return `${identity.kind} ${identity.name}`;
}
