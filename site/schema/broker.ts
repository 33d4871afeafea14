import { z } from "zod";
import { duration, size } from "../units.ts";
import { count, file, port, secretFile, topicFilter } from "./values.ts";

export const listenerKinds = ["tcp", "tls", "ws", "wss"] as const;
const listener = z
  .strictObject({
    kind: z
      .enum(listenerKinds)
      .meta({ description: "MQTT as it is, over TLS, or over WebSocket without and with TLS" }),
    host: z.string().default("127.0.0.1").meta({ description: "Address to listen on; 0.0.0.0 for every network" }),
    port: port.meta({ description: "0 takes any free one" }),
    certificate_file: file
      .optional()
      .meta({ description: "Certificate of the server and what leads to its authority" }),
    key_file: secretFile.optional().meta({ description: "Key of the certificate" }),
    client_ca_file: file
      .optional()
      .meta({ description: "Authority of client certificates; a device presents its own" }),
    require_client_certificate: z.boolean().default(false).meta({ description: "Refuse clients without one" }),
  })
  .refine((l) => !["tls", "wss"].includes(l.kind) || (l.certificate_file && l.key_file), {
    error: "certificate_file and key_file, because the listener is encrypted",
  })
  .refine((l) => !l.require_client_certificate || l.client_ca_file, {
    error: "client_ca_file, because client certificates are required",
  });

const brokerLimits = z.strictObject({
  packet: size.prefault("256KiB").meta({ description: "Largest MQTT packet; a longer one closes the connection" }),
  rate_per_s: count.default(50).meta({ description: "Messages per second and client; above it reading pauses" }),
  burst: count.default(2000).meta({ description: "Messages a client may send at once before the rate holds" }),
  connections: count.default(20_000).meta({ description: "Connections at one time" }),
  connect_timeout: duration.prefault("10s").meta({ description: "Time within which CONNECT must come" }),
  pre_login_bytes: size.prefault("64KiB").meta({ description: "Bytes taken from a client that has not logged in" }),
  keep_alive_max: duration.prefault("20m").meta({ description: "Longest silence granted, whatever the client asks" }),
  client_id_length: count.default(128).meta({ description: "Longest client id" }),
  subscriptions: count.default(100).meta({ description: "Filters per client" }),
  queue: count.default(1_000).meta({ description: "Messages kept for an absent persistent session" }),
  backlog: size.prefault("1MiB").meta({ description: "Unread bytes after which a subscriber is disconnected" }),
  drain_timeout: duration.prefault("10s").meta({ description: "Time a subscriber may leave its socket full" }),
  in_flight: count.default(1_000).meta({ description: "Messages of one client waiting for their commit" }),
  sessions: count
    .default(1_000)
    .meta({ description: "Sessions kept for absent clients; the longest absent goes first" }),
  retained: size
    .prefault("64MiB")
    .meta({ description: "Retained messages kept, in bytes; further ones are only routed" }),
  security_events_per_s: count
    .default(20)
    .meta({ description: "Security events passed on per second; further ones are only counted" }),
});

const identity = z.strictObject({
  name: z.string().min(1).max(128).meta({ description: "User name of a program that is no device" }),
  password_file: secretFile.optional(),
  certificate_name: z.string().optional().meta({ description: "Common name of its client certificate" }),
  publish: z.array(topicFilter).default([]).meta({ description: "Where it may publish" }),
  subscribe: z.array(topicFilter).default([]).meta({ description: "What it may subscribe to" }),
  deny: z
    .array(topicFilter)
    .default([])
    .meta({ description: "Wins over both: such a filter is refused, its topics are not delivered" }),
  retain: z.boolean().default(true).meta({ description: "May publish retained messages" }),
  persistent: z.boolean().default(true).meta({ description: "May keep a session while away" }),
});

export const broker = z.strictObject({
  listeners: z
    .array(listener)
    .prefault([{ kind: "tcp", port: 1883 }])
    .meta({ description: "Where clients connect" }),
  anonymous: z.boolean().default(false).meta({
    description:
      "Accept clients without a password, on loopback only; an identity named anonymous says what they may do",
  }),
  credentials_file: file
    .optional()
    .meta({ description: "CSV device,username,salt,sha256 written by init and devices add" }),
  limits: brokerLimits.prefault({}),
  identities: z.array(identity).default([]).meta({ description: "Programs other than devices" }),
});
