import type { Duplex } from "node:stream";
import type { Client } from "aedes";
import type { Identity } from "./identities.ts";
import { PacketScanner, type TokenBucket } from "./limits.ts";
import { TopicMemory } from "./topic-memory.ts";

// Per connection; a device has five topics, an integration may have many.
const rememberedTopics = 1_000;

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
  /** From this very machine, by a program of its own. */
  readonly local: boolean;
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
  /** Filters granted, with their QoS. */
  readonly filters: Map<string, 0 | 1 | 2>;
  readonly verdicts: TopicMemory<TopicVerdict>;
  /** Topic → QoS at which it is delivered, or -1 when it is kept back. */
  readonly deliveries: TopicMemory<number>;
}

export function createSession(options: {
  conn: Duplex;
  address: string;
  local: boolean;
  certificateName: string | undefined;
  bucket: TokenBucket;
  nowMs: number;
}): Session {
  return {
    conn: options.conn,
    address: options.address,
    local: options.local,
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
    filters: new Map(),
    verdicts: new TopicMemory(rememberedTopics),
    deliveries: new TopicMemory(rememberedTopics),
  };
}

/** One key for all connections of an identity: the owner of its sessions and client ids. */
export function ownerKey(identity: Identity): string {
  return `${identity.kind} ${identity.name}`;
}
