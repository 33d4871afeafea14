import { z } from "zod";
import { duration } from "../units.ts";
import { probe } from "./probes.ts";
import { count, file, httpUrl, nameOf, secretFile, topicFilter } from "./values.ts";

const mqtt = z.strictObject({
  kind: z.literal("mqtt").meta({ description: "Any MQTT 3.1.1 broker" }),
  name: nameOf("Told in health and figures").default("mqtt"),
  url: z
    .string()
    .regex(/^(mqtts?|wss?):\/\//, { error: "mqtt://, mqtts://, ws:// or wss://" })
    .meta({ title: "address", description: "`mqtt://`, `mqtts://`, `ws://` or `wss://`" }),
  topics: z.array(topicFilter).min(1).meta({ description: "What is subscribed to, at QoS 1" }),
  client_id: z.string().min(1).max(128).optional().meta({
    description: "The broker keeps messages under it while this program is away; made from site and name unless given",
  }),
  username: z.string().optional().meta({ description: "Where the broker asks for one" }),
  password_file: secretFile.optional(),
  ca_file: file
    .optional()
    .meta({ description: "Authority of the broker's certificate, where the system does not know it" }),
  certificate_file: file.optional().meta({ description: "Client certificate to show" }),
  key_file: secretFile.optional().meta({ description: "Key of the client certificate" }),
});

export const source = z.discriminatedUnion("kind", [mqtt, probe], { error: "mqtt or probe" });

const storeLimits = {
  batch: count
    .max(50_000)
    .default(1_000)
    .meta({ description: "Points written at once; preparing 1,000 holds up everything else for about 20 ms" }),
  timeout: duration.prefault("10s").meta({ description: "Longest wait for an answer" }),
  flush_every: duration.prefault("500ms").meta({ description: "Longest a point waits for others to be written with" }),
  retry_max: duration.prefault("30s").meta({ description: "Longest pause between attempts while it does not answer" }),
};
/** What `history setup` gives to InfluxDB. */
const keep = z
  .strictObject({
    raw: duration.optional().meta({ description: "The readings; for ever unless given" }),
    one_minute: duration.optional().meta({ description: "Averages of a minute; for ever unless given" }),
    one_hour: duration.optional().meta({ description: "Averages of an hour; for ever unless given" }),
  })
  .default({})
  .meta({ description: "How long `history setup` has InfluxDB keep what; shorter than before deletes" });
const influxV1 = z.strictObject({
  kind: z.literal("influx-v1").meta({ description: "InfluxDB 1.x, or what answers like it" }),
  name: nameOf("Told in health and figures; its progress is kept under it").default("influx-v1"),
  url: httpUrl,
  database: z.string().min(1).meta({ description: "Made when it is not there" }),
  retention_policy: z.string().optional().meta({ description: "The database's own unless given" }),
  username: z.string().optional().meta({ description: "Where the server asks for one" }),
  password_file: secretFile.optional(),
  keep,
  ...storeLimits,
});
const influxV2 = z.strictObject({
  kind: z.literal("influx-v2").meta({ description: "InfluxDB 2.x and 3.x, VictoriaMetrics" }),
  name: nameOf("Told in health and figures; its progress is kept under it").default("influx-v2"),
  url: httpUrl,
  org: z.string().default("").meta({ description: "Organisation; 3.x and VictoriaMetrics need none" }),
  bucket: z.string().min(1).meta({ description: "Must be there already" }),
  token_file: secretFile.optional(),
  keep,
  ...storeLimits,
});

export const store = z.discriminatedUnion("kind", [influxV1, influxV2], { error: "influx-v1 or influx-v2" });
