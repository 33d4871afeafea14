import assert from "node:assert/strict";
import type { z } from "zod";
import { credentialsFile } from "../app/index.ts";
import type { Quantity } from "../contract/index.ts";
import { siteFileSchema } from "./site-files.ts";

/** A site file to begin with: rooms and devices in number, every limit with its default, and words on each part. */

export interface NewDevice {
  device: string;
  room: string;
  quantities: readonly Quantity[];
}

export const newSiteId = "my-archive";

/** What is hung in a room, in this order; further devices begin again. */
const equipment: readonly { name: string; quantities: readonly Quantity[] }[] = [
  { name: "climate", quantities: ["temperature_c", "relative_humidity_pct"] },
  { name: "smoke", quantities: ["smoke_obscuration_pct_per_m", "temperature_c"] },
  { name: "door", quantities: ["door"] },
  { name: "leak", quantities: ["leak"] },
  { name: "motion", quantities: ["motion"] },
];

export function newSite(size: { rooms: number; devicesPerRoom: number }): { yaml: string; devices: NewDevice[] } {
  const digits = Math.max(3, String(size.rooms).length);
  const rooms = Array.from({ length: size.rooms }, (_, at) => `r-${String(at + 1).padStart(digits, "0")}`);
  const devices = rooms.flatMap((room) =>
    Array.from({ length: size.devicesPerRoom }, (_, at): NewDevice => {
      const { name, quantities } = equipment[at % equipment.length]!;
      const round = Math.floor(at / equipment.length) + 1;
      return { device: `${room}-${name}${round === 1 ? "" : `-${round}`}`, room, quantities };
    }),
  );
  return { yaml: siteText(rooms, devices), devices };
}

function siteText(rooms: readonly string[], devices: readonly NewDevice[]): string {
  const roomLines = rooms.map(
    (id, at) =>
      `  - { id: ${id}, building: main, floor: 1, name: { zh: ${at + 1} 号库房, en: Store ${at + 1} }, profile: cn-paper }`,
  );
  const doorLines = devices
    .filter(({ quantities }) => quantities.includes("door"))
    .map(({ device, room }) => `  - { id: ${device}, room: ${room}, contact: ${device} }`);
  const deviceLines = devices.map(
    ({ device, room, quantities }) =>
      `  - { id: ${device}, room: ${room}, quantities: [${quantities.join(", ")}], interval: 60s }`,
  );
  const list = (key: string, lines: readonly string[]) =>
    lines.length === 0 ? `${key}: []` : `${key}:\n${lines.join("\n")}`;
  return `# What is watched, by what, for whom. Durations are written 500ms, 30s, 10m, 2h or 31d; sizes 256KiB or 4GiB;
# ranges 14..24. A key that is not known is refused. After a change: npx archive-sentry config check, then
# npx archive-sentry config reload. Every key with its meaning: npx archive-sentry config schema.
# Passwords and tokens never stand here: keys that end in _file name files beside this one.

site:
  id: ${newSiteId} # the second level of every topic: sentry/${newSiteId}/<device>/telemetry
  name: { zh: 我的档案库, en: My archive }
  time_zone: Asia/Shanghai # calendar days, reports and mails follow it, whatever this machine is set to
  language: zh-CN # zh-CN or en

broker:
  listeners:
    # Loopback only. For devices of other machines: { kind: tls, host: 0.0.0.0, port: 8883, certificate_file: …, key_file: … }
    - { kind: tcp, host: 127.0.0.1, port: 1883 }
  anonymous: false # clients without a password, on loopback only
  credentials_file: ${credentialsFile} # salted hashes; devices add and devices rotate write it
  limits:
${limitLines(["broker", "limits"], "    ")}
  # Programs that are no device, such as a building-management system:
  # identities: [{ name: bms, password_file: bms.password, subscribe: ["sentry/+/alarms/+"] }]

console:
  host: 127.0.0.1
  port: 8080
  open_reading: true # on this machine, reading rooms and alarms needs no log-in

# Charts elsewhere; the embedded history is always kept.
# stores: [{ kind: influx-v1, url: "http://127.0.0.1:8086", database: archive }]

# Mail. Without it, mails land as files in the data folder.
# channels: { email: { host: mail.example.org, port: 25, from: archive@example.org } }

# Uncomment what you change; these are the defaults.
# limits:
${limitLines(["limits"], "#   ")}
# history:
${limitLines(["history"], "#   ")}

# Acknowledging an alarm needs a person. Put yourself here; category: archivist, logistics, it, facilities,
# contractor, visitor, health-authority, leader or auditor. Add email to be told, token_file to use the interface.
people:
  - { id: "10001", name: 库房管理员, category: archivist, language: zh-CN }

buildings:
  - { id: main, name: { zh: 主楼, en: Main building } }

# profile is the preset of the holdings' limits: cn-paper, cn-special-collections, cn-magnetic, cn-film-copy,
# cn-film-master, cn-optical-disc, uk-general, iso11799-paper. A room's own: limits: { temperature_c: 14..24 }
${list("rooms", roomLines)}

${list("doors", doorLines)}

${list("devices", deviceLines)}
`;
}

/** `key: default # what it means`, one line each, straight from the schema. */
function limitLines(path: readonly string[], indent: string): string {
  let section: SchemaNode = siteFileSchema();
  for (const key of path) section = propertiesOf(section)[key] ?? assert.fail(`the schema has no ${path.join(".")}`);
  const lines = Object.entries(propertiesOf(section)).map(([key, { default: value, description }]) => {
    assert(value !== undefined && description !== undefined, `${path.join(".")}.${key} has no default or no words`);
    return { text: `${key}: ${String(value)}`, description };
  });
  const longest = Math.max(...lines.map(({ text }) => text.length));
  return lines.map(({ text, description }) => `${indent}${text.padEnd(longest)} # ${description}`).join("\n");
}

type SchemaNode = z.core.JSONSchema.BaseSchema;

function propertiesOf(node: SchemaNode): Record<string, SchemaNode> {
  const known = Object.entries(node.properties ?? {});
  return Object.fromEntries(known.flatMap(([key, value]) => (typeof value === "boolean" ? [] : [[key, value]])));
}
