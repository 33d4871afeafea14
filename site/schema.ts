import { z } from "zod";
import { languages } from "../contract/index.ts";
import { checkChannels } from "./channel-faults.ts";
import { checkProof } from "./proof-faults.ts";
import { checkReferences } from "./references.ts";
import { access } from "./schema/access.ts";
import { answers, type CallbackConfig } from "./schema/answers.ts";
import { broker } from "./schema/broker.ts";
import { calendar } from "./schema/calendar.ts";
import { channelNames, channels } from "./schema/channels.ts";
import { consoleSection } from "./schema/console.ts";
import { inference } from "./schema/inference.ts";
import { ledger } from "./schema/ledger.ts";
import { actions, person, personnelCategories, roles } from "./schema/people.ts";
import {
  type HeartbeatConfig,
  proof,
  type ReportKind,
  type ReportReader,
  reportKinds,
  reports,
  type WeeklyCheckConfig,
} from "./schema/proof.ts";
import { records, report } from "./schema/records.ts";
import {
  building,
  type conditionSettings,
  conditions,
  device,
  door,
  room,
  serviceWindow,
} from "./schema/rooms-and-devices.ts";
import { source, store } from "./schema/sources-and-stores.ts";
import {
  type LayerConfig,
  layerTimes,
  type PolicyConfig,
  type QuietTime,
  type RotaConfig,
  type TellTarget,
  telling,
} from "./schema/telling.ts";
import { count, localised, nameOf, timeZone } from "./schema/values.ts";
import { checkTelling } from "./telling-faults.ts";
import { duration, size } from "./units.ts";

export { listenerKinds } from "./schema/broker.ts";
export { climateControls, suppressions } from "./schema/rooms-and-devices.ts";
export type {
  CallbackConfig,
  HeartbeatConfig,
  LayerConfig,
  PolicyConfig,
  QuietTime,
  ReportKind,
  ReportReader,
  RotaConfig,
  TellTarget,
  WeeklyCheckConfig,
};
export { actions, channelNames, layerTimes, personnelCategories, reportKinds, roles };

/** Both readings of “±2 °C and ±5 %RH a day” are in use: the sources do not say from what. */
const climateSwings = ["range", "deviation"] as const;

/**
 * `site.yaml`: one schema for types, validation, JSON Schema and the reference page; its sections are in `schema/`.
 * Unknown keys are refused, so that a misspelt limit is never silently the default.
 */
export const siteSchema = z
  .strictObject({
    site: z.strictObject({
      id: nameOf("In topics: `sentry/<site>/…`"),
      name: localised.meta({ description: "What people call it" }),
      time_zone: timeZone.default("Asia/Shanghai").meta({
        title: "time zone",
        description: "Calendar days, reports and mails follow it, whatever this machine has",
      }),
      language: z.enum(languages).default("zh-CN").meta({ description: "Where no person's own is known" }),
    }),
    broker: broker.prefault({}),
    console: consoleSection,
    sources: z.array(source).default([]),
    stores: z.array(store).default([]),
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
        shelve_longest: duration
          .prefault("8h")
          .meta({ description: "Longest time for which an alarm can be shelved; it then comes back by itself" }),
        remedial_after: duration
          .prefault("7d")
          .meta({ description: "Time that an alarm must have stood before it can become a remedial item" }),
        remedial_longest: duration
          .prefault("366d")
          .meta({ description: "Furthest date of a remedial item; past its date it is a full alarm again" }),
        chattering_hold: duration.prefault("10m").meta({
          description:
            "Time that an alarm raised 3 times in 10 min must stay within before it returns; 0s lets it chatter",
        }),
        intake_backlog: count
          .default(100_000)
          .meta({ description: "Entries a consumer may be behind before intake-backlog" }),
        history_unreachable_after: duration
          .prefault("2m")
          .meta({ description: "Time a store may be away before history-unreachable" }),
        disk_free: size.prefault("2GiB").meta({ description: "Free space below which disk-low is raised" }),
        probes_at_once: count.default(8).meta({ description: "Probes that look at the same time; others wait" }),
        quarantine: count.default(100_000).meta({ description: "Quarantined messages kept; the oldest go first" }),
        request_body: size.prefault("64KiB").meta({ description: "Largest HTTP request" }),
        floor_plan: size
          .prefault("4MiB")
          .meta({ description: "Largest picture of a floor plan; a larger one is not shown" }),
        http_connections: count.default(1_000).meta({ description: "HTTP connections at one time" }),
        http_requests: count
          .default(12_000)
          .meta({ description: "HTTP requests of one address in a minute; further ones are refused" }),
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
        minute: duration.prefault("92d").meta({ description: "How long 1-minute roll-ups are kept" }),
        quarter_hour: duration.prefault("3660d").meta({ description: "How long 15-minute roll-ups are kept" }),
        hour: duration.prefault("36500d").meta({ description: "How long 1-hour roll-ups are kept" }),
        day: duration.prefault("36500d").meta({ description: "How long 1-day roll-ups are kept" }),
        figures: duration.prefault("7d").meta({
          description:
            "How long the figures of rooms (mould, ageing, forecasts) are kept for an InfluxDB that is away; they remain there",
        }),
      })
      .prefault({}),
    access: access.prefault({}),
    ledger: ledger.prefault({}),
    records: records.prefault({}),
    report: report.prefault({}),
    calendar: calendar.prefault({}),
    climate: z
      .strictObject({
        swing: z.enum(climateSwings).default("range").meta({
          description:
            "How a day's change is judged: `range` is max − min over 24 h, `deviation` the distance from the mean of 24 h, held to half the swing (the ± figure)",
        }),
        own_climate_least_pct: z.number().min(0).max(50).default(10).meta({
          description:
            "Of rooms whose humidity limits are `own-climate`: least distance of each limit from the seasonal level, %RH (EN 15757 accepts ±10)",
        }),
      })
      .prefault({}),
    conditions: conditions
      .default({})
      .meta({ description: "Settings of conditions for the whole site; a room's own win" }),
    inference: inference.prefault({}),
    out_of_service: z.array(serviceWindow).default([]).meta({
      description: "Maintenance windows: alarms go on being evaluated and are not told until the window ends",
    }),
    buildings: z.array(building).default([]),
    rooms: z.array(room).default([]),
    doors: z.array(door).default([]),
    devices: z.array(device).default([]),
    people: z.array(person).default([]),
    telling: telling.prefault({}),
    proof: proof.prefault({}),
    reports: reports.prefault({}),
    answers: answers.prefault({}),
    channels: channels.prefault({}),
  })
  // Always, also where the shape is wrong: people want to hear everything at once.
  .superRefine(checkReferences, { when: () => true })
  .superRefine(checkTelling, { when: () => true })
  .superRefine(checkProof, { when: () => true })
  .superRefine(checkChannels, { when: () => true });

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
export type SignInConfig = SiteConfig["console"]["sign_in"];
export type OpenIdConfig = NonNullable<SignInConfig["openid"]>;
export type BrokerConfig = SiteConfig["broker"];
export type ListenerConfig = BrokerConfig["listeners"][number];
export type IdentityConfig = BrokerConfig["identities"][number];
export type MqttSourceConfig = Extract<SiteConfig["sources"][number], { kind: "mqtt" }>;
export type ProbeConfig = Extract<SiteConfig["sources"][number], { kind: "probe" }>;
export type ProbeCheck = ProbeConfig["check"];
export type StoreConfig = SiteConfig["stores"][number];
export type ChannelName = (typeof channelNames)[number];
export type ChannelConfig<Name extends ChannelName> = NonNullable<SiteConfig["channels"][Name]>;
export type EmailConfig = ChannelConfig<"email">;
export type ConditionSettings = z.output<typeof conditionSettings>;
