import { z } from "zod";
import { conditionNames, isDeviceName, isName, languages, priorities, quantityNames } from "../contract/index.ts";
import { presetNames } from "./presets.ts";
import { checkReferences } from "./references.ts";
import { duration, range, size } from "./units.ts";

/**
 * `site.yaml`: one schema for types, validation, JSON Schema and the reference page.
 * Unknown keys are refused, so that a misspelt limit is never silently the default.
 */

const name = z.string().refine(isName, { error: "a name of a-z, 0-9 and -, at most 63 characters" });
const deviceName = z
  .string()
  .refine(isDeviceName, { error: "a name of a-z, 0-9 and -, at most 63 characters, not alarms or ledger" });
const localised = z.strictObject({ zh: z.string().min(1), en: z.string().min(1) });
const file = z.string().min(1).meta({ description: "Path of a file, relative to the site file" });
const port = z.int().min(0).max(65_535);
const count = z.int().min(1);
const date = z.iso.date();
const topicFilter = z
  .string()
  .min(1)
  .max(256)
  .refine(isTopicFilter, { error: "an MQTT topic filter: + alone in a level, # alone in the last" });

function isTopicFilter(text: string): boolean {
  const levels = text.split("/");
  return levels.every(
    (level, at) => level === "+" || (level === "#" && at === levels.length - 1) || !/[+#\0]/.test(level),
  );
}

const timeZone = z.string().refine(
  (zone) => {
    try {
      new Intl.DateTimeFormat("en", { timeZone: zone });
      return true;
    } catch {
      return false;
    }
  },
  { error: "an IANA time zone such as Asia/Shanghai" },
);

export const listenerKinds = ["tcp", "tls", "ws", "wss"] as const;
const listener = z
  .strictObject({
    kind: z.enum(listenerKinds),
    host: z.string().default("127.0.0.1"),
    port,
    certificate_file: file.optional(),
    key_file: file.optional(),
    client_ca_file: file
      .optional()
      .meta({ description: "Authority of client certificates; a device presents its own" }),
    require_client_certificate: z.boolean().default(false),
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
  name: z.string().min(1).max(128),
  password_file: file.optional(),
  certificate_name: z.string().optional().meta({ description: "Common name of its client certificate" }),
  publish: z.array(topicFilter).default([]),
  subscribe: z.array(topicFilter).default([]),
  deny: z.array(topicFilter).default([]),
  retain: z.boolean().default(true).meta({ description: "May publish retained messages" }),
  persistent: z.boolean().default(true).meta({ description: "May keep a session while away" }),
});

const broker = z.strictObject({
  listeners: z.array(listener).prefault([{ kind: "tcp", port: 1883 }]),
  anonymous: z.boolean().default(false).meta({ description: "Accept clients without a password, on loopback only" }),
  credentials_file: file
    .optional()
    .meta({ description: "CSV device,username,salt,sha256 written by init and devices add" }),
  limits: brokerLimits.prefault({}),
  identities: z.array(identity).default([]),
});

const source = z.strictObject({
  kind: z.literal("mqtt"),
  name: name.default("mqtt"),
  url: z.string().regex(/^(mqtts?|wss?):\/\//, { error: "mqtt://, mqtts://, ws:// or wss://" }),
  topics: z.array(topicFilter).min(1),
  client_id: z.string().min(1).max(128).optional(),
  username: z.string().optional(),
  password_file: file.optional(),
  ca_file: file.optional(),
  certificate_file: file.optional(),
  key_file: file.optional(),
});

const httpUrl = z.string().regex(/^https?:\/\//, { error: "http:// or https://" });
const storeLimits = {
  batch: count
    .max(50_000)
    .default(1_000)
    .meta({ description: "Points written at once; preparing 1,000 holds up everything else for about 20 ms" }),
  timeout: duration.prefault("10s").meta({ description: "Longest wait for an answer" }),
  flush_every: duration.prefault("500ms").meta({ description: "Longest a point waits for others to be written with" }),
  retry_max: duration.prefault("30s").meta({ description: "Longest pause between attempts while it does not answer" }),
};
const influxV1 = z.strictObject({
  kind: z.literal("influx-v1"),
  name: name.default("influx-v1"),
  url: httpUrl,
  database: z.string().min(1),
  retention_policy: z.string().optional(),
  username: z.string().optional(),
  password_file: file.optional(),
  ...storeLimits,
});
const influxV2 = z.strictObject({
  kind: z.literal("influx-v2"),
  name: name.default("influx-v2"),
  url: httpUrl,
  org: z.string().default(""),
  bucket: z.string().min(1),
  token_file: file.optional(),
  ...storeLimits,
});

const conditionSettings = z.strictObject({
  enabled: z.boolean().optional(),
  limit: z.number().optional().meta({ description: "In the unit of the condition's quantity" }),
  delay: duration.optional().meta({ description: "How long it must hold before it is raised" }),
  hysteresis: z.number().min(0).optional().meta({ description: "How far inside the limit a value must be to return" }),
  priority: z.enum(priorities).optional(),
});
const conditions = z.partialRecord(z.enum(conditionNames), conditionSettings);

const roomLimits = z.strictObject({
  temperature_c: range.optional(),
  relative_humidity_pct: range.optional(),
  temperature_swing_c: z.number().positive().optional(),
  humidity_swing_pct: z.number().positive().optional(),
});

const building = z.strictObject({ id: name, name: localised });
export const climateControls = ["full", "partial", "none"] as const;
export const suppressions = ["gas", "mist", "sprinkler", "none"] as const;
const room = z.strictObject({
  id: name,
  building: name.optional(),
  floor: z.int().optional(),
  name: localised.optional(),
  short_name: z.string().min(1).max(20).optional().meta({ description: "For SMS; never cut" }),
  profile: z.enum(presetNames).default("cn-paper").meta({ description: "Preset of the holdings' limits" }),
  climate_control: z.enum(climateControls).default("full"),
  suppression: z
    .enum(suppressions)
    .default("none")
    .meta({ description: "Extinguishing system; gas is named first in messages" }),
  holdings: localised.optional().meta({ description: "What is kept here, in words" }),
  key_holder: z.string().optional().meta({ description: "Staff number" }),
  fire_control_room: z.string().optional().meta({ description: "Telephone of the fire control room" }),
  limits: roomLimits.prefault({}),
  conditions: conditions.default({}),
});

const door = z.strictObject({
  id: name,
  room: name,
  name: localised.optional(),
  contact: deviceName.optional().meta({ description: "Device that reports `door`" }),
  reader: deviceName.optional().meta({ description: "Device that reports badges" }),
});

const moment = z.iso.datetime({ offset: true, error: "a time such as 2026-11-22T08:00:00+08:00" }).optional();
const assignment = z
  .strictObject({ room: name, from: moment, to: moment })
  .refine(({ from, to }) => !from || !to || Date.parse(from) < Date.parse(to), { error: "from before to" });
const device = z
  .strictObject({
    id: deviceName,
    room: name.optional().meta({ description: "Where it is; use `assignments` when it has moved" }),
    assignments: z.array(assignment).default([]).meta({ description: "Where it was when; half-open [from, to)" }),
    quantities: z.array(z.enum(quantityNames)).min(1),
    interval: duration.prefault("60s").meta({ description: "How often it reports" }),
    serial: z.string().optional(),
    model: z.string().optional(),
    certificate_name: z
      .string()
      .optional()
      .meta({ description: "Common name of its client certificate; its id unless given" }),
    calibrations: z
      .array(
        z.strictObject({
          quantity: z.enum(quantityNames),
          on: date,
          due: date.optional(),
          offset: z.number().default(0),
        }),
      )
      .default([])
      .meta({ description: "`offset` is added to every reading taken from `on` until the next calibration" }),
  })
  .refine((d) => d.room !== undefined || d.assignments.length > 0, {
    path: ["room"],
    error: "room or assignments, found neither",
  })
  .refine((d) => !overlap(d.assignments), {
    path: ["assignments"],
    error: "stays one after the other, because a device is in one room at a time",
  });

function overlap(stays: readonly { from?: string | undefined; to?: string | undefined }[]): boolean {
  const spans = stays
    .map(({ from, to }) => ({
      fromMs: from === undefined ? Number.NEGATIVE_INFINITY : Date.parse(from),
      toMs: to === undefined ? Number.POSITIVE_INFINITY : Date.parse(to),
    }))
    .sort((a, b) => a.fromMs - b.fromMs);
  return spans.some((span, at) => at > 0 && span.fromMs < spans[at - 1]!.toMs);
}

export const personnelCategories = [
  "archivist",
  "logistics",
  "it",
  "facilities",
  "contractor",
  "visitor",
  "health-authority",
  "leader",
  "auditor",
] as const;
export const actions = ["read", "comment", "acknowledge", "shelve", "reset", "configure", "read-access"] as const;
const right = z.strictObject({
  actions: z.array(z.enum(actions)).min(1),
  rooms: z.union([z.literal("all"), z.array(name).min(1)]).default("all"),
});
const person = z.strictObject({
  id: z.string().min(1).max(32).meta({ description: "Staff number" }),
  name: z.string().min(1),
  category: z.enum(personnelCategories),
  language: z.enum(languages).optional(),
  email: z.email({ error: "an e-mail address" }).optional(),
  phone: z
    .string()
    .regex(/^\+?[\d -]{3,20}$/, { error: "a telephone number" })
    .optional(),
  token_file: file.optional().meta({ description: "Bearer token for the API and the command line" }),
  rights: z.array(right).optional().meta({ description: "Replaces the standing rights of the category" }),
  told: z
    .strictObject({
      from_priority: z.enum([...priorities, "none"]).default("medium"),
      rooms: z.union([z.literal("all"), z.array(name)]).default("all"),
    })
    .prefault({})
    .meta({ description: "Which alarms this person is told of, where a channel is known" }),
});

const hours = z
  .string()
  .regex(/^([01]\d|2[0-3]):[0-5]\d-([01]\d|2[0-4]):[0-5]\d$/, { error: "hours such as 08:00-17:30" });
const calendar = z.strictObject({
  weekly: z
    .strictObject({
      mon: hours.optional(),
      tue: hours.optional(),
      wed: hours.optional(),
      thu: hours.optional(),
      fri: hours.optional(),
      sat: hours.optional(),
      sun: hours.optional(),
    })
    .prefault({ mon: "08:00-17:30", tue: "08:00-17:30", wed: "08:00-17:30", thu: "08:00-17:30", fri: "08:00-17:30" }),
  days_file: file
    .optional()
    .meta({ description: "CSV date,kind,name: kind is off (a holiday) or work (a worked weekend day)" }),
});

const email = z.strictObject({
  host: z.string().min(1),
  port: port.default(25),
  from: z.string().min(3),
  secure: z.boolean().default(false).meta({ description: "TLS from the first byte (port 465)" }),
  starttls: z.enum(["required", "opportunistic", "off"]).default("opportunistic"),
  username: z.string().optional(),
  password_file: file.optional(),
  ca_file: file.optional(),
  timeout: duration.prefault("30s").meta({ description: "Hard limit of one delivery" }),
  connections: count.max(20).default(4).meta({ description: "Deliveries at one time, each over its own connection" }),
});

export const siteSchema = z
  .strictObject({
    site: z.strictObject({
      id: name,
      name: localised,
      time_zone: timeZone.default("Asia/Shanghai"),
      language: z.enum(languages).default("zh-CN"),
    }),
    broker: broker.prefault({}),
    console: z
      .strictObject({
        host: z.string().default("127.0.0.1"),
        port: port.default(8080),
        public_url: httpUrl.optional().meta({ description: "Address of links in messages; no links without it" }),
        open_reading: z
          .boolean()
          .default(true)
          .meta({ description: "On loopback, reading rooms and alarms needs no log-in" }),
      })
      .prefault({}),
    sources: z.array(source).default([]),
    stores: z
      .array(z.discriminatedUnion("kind", [influxV1, influxV2], { error: "influx-v1 or influx-v2" }))
      .default([]),
    limits: z
      .strictObject({
        trusted_past: duration
          .prefault("31d")
          .meta({ description: "A sample older than this on receipt has no trusted time" }),
        trusted_future: duration
          .prefault("5m")
          .meta({ description: "A sample further ahead than this has no trusted time" }),
        page_within: duration
          .prefault("24h")
          .meta({ description: "An older sample completes the record and pages nobody" }),
        intake_size: size.prefault("4GiB").meta({ description: "Largest intake log; beyond it acknowledgements stop" }),
        intake_backlog: count
          .default(100_000)
          .meta({ description: "Entries a consumer may be behind before intake-backlog" }),
        history_unreachable_after: duration
          .prefault("2m")
          .meta({ description: "Time a store may be away before history-unreachable" }),
        disk_free: size.prefault("2GiB").meta({ description: "Free space below which disk-low is raised" }),
        quarantine: count.default(100_000).meta({ description: "Quarantined messages kept; the oldest go first" }),
        request_body: size.prefault("64KiB").meta({ description: "Largest HTTP request" }),
        http_connections: count.default(1_000).meta({ description: "HTTP connections at one time" }),
        stream_clients: count.default(200).meta({ description: "Live streams at one time" }),
        stream_stalled: duration
          .prefault("30s")
          .meta({ description: "Time after which a live stream's client that does not read is disconnected" }),
        stream_history: size
          .prefault("8MiB")
          .meta({ description: "Latest events kept for live streams that are slow, or resumed" }),
        send_attempts: count.default(60).meta({ description: "Attempts at one message before it is given up" }),
        send_retry_first: duration.prefault("1s").meta({ description: "Wait after a message's first failed attempt" }),
        send_retry_longest: duration.prefault("5m").meta({ description: "Longest wait between two attempts" }),
      })
      .prefault({}),
    history: z
      .strictObject({
        raw: duration.prefault("1200d").meta({ description: "How long samples are kept, counted from receipt" }),
        minute: duration.prefault("400d").meta({ description: "How long 1-minute roll-ups are kept" }),
        quarter_hour: duration.prefault("3660d").meta({ description: "How long 15-minute roll-ups are kept" }),
        hour: duration.prefault("36500d").meta({ description: "How long 1-hour roll-ups are kept" }),
        day: duration.prefault("36500d").meta({ description: "How long 1-day roll-ups are kept" }),
      })
      .prefault({}),
    calendar: calendar.prefault({}),
    conditions: conditions
      .default({})
      .meta({ description: "Settings of conditions for the whole site; a room's own win" }),
    buildings: z.array(building).default([]),
    rooms: z.array(room).default([]),
    doors: z.array(door).default([]),
    devices: z.array(device).default([]),
    people: z.array(person).default([]),
    channels: z.strictObject({ email: email.optional() }).prefault({}),
  })
  // Always, also where the shape is wrong: people want to hear everything at once.
  .superRefine(checkReferences, { when: () => true });

/** The site file as written: text forms, optional keys. */
export type SiteFile = z.input<typeof siteSchema>;
/** The site file as understood: milliseconds, bytes, ranges, every default filled in. */
export type SiteConfig = z.output<typeof siteSchema>;
export type RoomConfig = SiteConfig["rooms"][number];
export type DeviceConfig = SiteConfig["devices"][number];
export type DoorConfig = SiteConfig["doors"][number];
export type Person = SiteConfig["people"][number];
export type Action = (typeof actions)[number];
export type PersonnelCategory = (typeof personnelCategories)[number];
export type BrokerConfig = SiteConfig["broker"];
export type ListenerConfig = BrokerConfig["listeners"][number];
export type IdentityConfig = BrokerConfig["identities"][number];
export type SourceConfig = SiteConfig["sources"][number];
export type StoreConfig = SiteConfig["stores"][number];
export type EmailConfig = NonNullable<SiteConfig["channels"]["email"]>;
export type ConditionSettings = z.output<typeof conditionSettings>;
