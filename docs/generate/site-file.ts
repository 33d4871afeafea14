import { z } from "zod";
import { conditionNames } from "../../contract/index.ts";
import { siteSchema } from "../../site/index.ts";
import { code, generated, table } from "./table.ts";

/** The part of JSON Schema that the site file's schema turns into. */
const node = z.looseObject({
  type: z.union([z.string(), z.array(z.string())]).optional(),
  title: z.string().optional(),
  description: z.string().optional(),
  default: z.unknown().optional(),
  enum: z.array(z.unknown()).optional(),
  const: z.unknown().optional(),
  minimum: z.number().optional(),
  exclusiveMinimum: z.number().optional(),
  maximum: z.number().optional(),
  minItems: z.number().optional(),
  required: z.array(z.string()).default([]),
  get properties() {
    return z.record(z.string(), node).optional();
  },
  get items() {
    return node.optional();
  },
  get oneOf() {
    return z.array(node).optional();
  },
  get anyOf() {
    return z.array(node).optional();
  },
  propertyNames: z.unknown().optional(),
});
type Node = z.output<typeof node>;

const sections: Record<string, { title: string; text: string }> = {
  site: { title: "The site itself", text: "Who this is, and whose calendar days and language count." },
  broker: {
    title: "The broker",
    text: "Where devices and other programs connect over MQTT, who may, and what each may use up.",
  },
  console: { title: "The HTTP interface", text: "The address of `/api/v1`, `/health` and `/metrics`." },
  sources: {
    title: "Other brokers, and watched systems",
    text: "External MQTT brokers to read from ([guide](../guides/external-broker.md)), and probes of the archive's own systems ([guide](../guides/watched-systems.md)). A list of any number of sources, each of one of these kinds.",
  },
  stores: {
    title: "History in InfluxDB",
    text: "Where history is written besides the embedded one; see [the guide](../guides/influxdb.md). A list of any number of stores, each of one of these kinds.",
  },
  limits: { title: "Limits of the program", text: "Reaching one is counted and visible." },
  history: { title: "How long the embedded history keeps what", text: "The charts of a long time use the roll-ups." },
  calendar: { title: "Working hours and holidays", text: "In the time zone of the site." },
  climate: { title: "How the climate is judged", text: "The limits themselves belong to the rooms." },
  conditions: {
    title: "Settings of conditions",
    text: "For the whole site; `rooms[].conditions` has the same keys and wins. `conditions` is a list of condition names ([all of them](conditions.md)), each with any of these keys.",
  },
  answers: {
    title: "How people answer",
    text: "By SMS, by a telephone's key, by a link: [the guide](../guides/answering.md). A modem's answers need nothing here.",
  },
  access: {
    title: "Who may enter",
    text: "Standing rights, grants, and when a door's word is doubted: [the guide](../guides/access.md).",
  },
  ledger: {
    title: "The ledger",
    text: "The record for auditors that cannot be changed unnoticed: [how it is checked](../guides/ledger.md).",
  },
  records: {
    title: "Records",
    text: "Which series of records there are, and who has to be there: [the guide](../guides/audit.md).",
  },
  report: {
    title: "Papers",
    text: "Packs for auditors, registers, and checkpoints by mail: [the guide](../guides/audit.md).",
  },
  inference: {
    title: "Inference",
    text: "How much each finding speaks for a fire, a leak, failing climate control, a sensor at fault or an open door. The built-in figures and their reasons: [inference](inference.md).",
  },
  out_of_service: {
    title: "Maintenance windows",
    text: "A list of rooms or devices that are out of service for a while. Their alarms go on being evaluated, are told to nobody, and come back as they are then when the window ends.",
  },
  buildings: { title: "Buildings", text: "A list." },
  rooms: {
    title: "Rooms",
    text: "A list. Outdoor air is a room with the id `outdoor`, which has no limits to keep.",
  },
  doors: { title: "Doors", text: "A list." },
  devices: { title: "Devices", text: "A list of sensors, door contacts and detectors." },
  people: { title: "People", text: "A list of those who are told, and who may do what." },
  telling: {
    title: "Who is told when",
    text: "Teams, duty rotas and escalation policies; [the guide](../guides/telling.md) has examples. Without any, each alarm is told at once to everyone by their `told`.",
  },
  proof: {
    title: "Proof that telling works",
    text: "While nothing is wrong: a heartbeat for a watcher elsewhere, the weekly check, exercises and reports.",
  },
  reports: {
    title: "Reports",
    text: "What is sent to people week by week and month by month.",
  },
  channels: {
    title: "Channels",
    text: "How people are told. Without any, mails land as `.eml` files in the data folder.",
  },
};

export function siteFilePage(): string {
  const schema = node.parse(
    z.toJSONSchema(siteSchema, {
      io: "input",
      // A fixed number of alike entries reads as a list of them.
      override({ jsonSchema }) {
        if (jsonSchema.prefixItems?.[0] !== undefined) jsonSchema.items = jsonSchema.prefixItems[0];
      },
    }),
  );
  const parts = Object.entries(schema.properties ?? {}).map(([name, part]) => {
    const section = sections[name];
    if (section === undefined) throw new Error(`docs/generate/site-file.ts has no section for ${name}: add one`);
    const lists = schema.required.includes(name) ? " Required." : "";
    return `## ${name}\n\n**${section.title}.** ${section.text}${lists}\n\n${tables(name, part)}`;
  });
  return `${generated("site/schema.ts and site/schema/")}

# The site file

\`site.yaml\` says what is watched, by what, and for whom. \`npx archive-sentry init DIR\` writes one to begin with,
\`npx archive-sentry config check FILE\` says everything that is wrong with one, and \`npx archive-sentry config schema\`
prints its JSON Schema for editors. The sample hospital in \`config/sample-hospital.yaml\` is one to copy from.

- Unknown keys are refused, so that a misspelt limit is never silently the default.
- Secrets stand in files of their own, named by \`*_file\` keys. Such a path is relative to the site file, and such a
  file must not be readable by everybody.
- A **duration** is a number with \`ms\`, \`s\`, \`m\`, \`h\` or \`d\`; a **size** one with \`B\`, \`KiB\`, \`MiB\`, \`GiB\` or
  \`TiB\`; a **range** is \`14..24\`, \`..24\` or \`14..\`.
- A **name** has a to z, 0 to 9 and -, and at most 63 characters: names appear in MQTT topics.
- \`[]\` in a key stands for an entry of a list.

Sections: ${Object.keys(schema.properties ?? {})
    .map((name) => `[${name}](#${name})`)
    .join(" · ")}

${parts.join("\n\n")}
`;
}

/** One table a kind where there are several, one for the whole otherwise. */
function tables(name: string, part: Node): string {
  const kinds = part.items?.oneOf;
  if (kinds === undefined) return rowsTable(rowsOf(keyOf(name, part), part.items ?? part));
  return kinds
    .map((kind) => `### ${String(kind.properties?.kind?.const)}\n\n${rowsTable(rowsOf(`${name}[]`, kind))}`)
    .join("\n\n");
}

const keyOf = (name: string, part: Node) => (part.items?.properties ? `${name}[]` : name);
const rowsTable = (rows: string[][]) => table(["Key", "Value", "Default", "Meaning"], rows);

function rowsOf(path: string, part: Node): string[][] {
  const entry = conditionSettingsOf(part);
  if (entry) return rowsOf(`${path}.<condition>`, entry);
  return Object.entries(part.properties ?? {}).flatMap(([name, child]) => {
    const key = `${path}.${name}`;
    const settings = conditionSettingsOf(child);
    if (settings) return [row(key, "settings of [conditions](#conditions)", child, part.required.includes(name))];
    if (child.properties && !isLocalised(child)) return rowsOf(key, child);
    const kinds = child.oneOf?.filter((kind) => kind.properties?.kind?.const !== undefined) ?? [];
    if (kinds.length > 0) return kinds.flatMap((kind) => rowsOf(key, kind));
    if (child.items?.properties) {
      const own = row(`${key}[]`, "a list", child, part.required.includes(name));
      return [own, ...rowsOf(`${key}[]`, child.items)];
    }
    return [row(child.items ? `${key}[]` : key, valueText(child), child, part.required.includes(name))];
  });
}

function row(key: string, value: string, child: Node, required: boolean): string[] {
  return [code(key), value, required ? "required" : defaultOf(child), child.description ?? ""];
}

/** The settings of one condition, where a node maps condition names to them. */
function conditionSettingsOf(part: Node): Node | undefined {
  if (part.propertyNames === undefined || part.title !== undefined) return undefined;
  return node.parse(part.additionalProperties);
}

const isLocalised = (part: Node) => Object.keys(part.properties ?? {}).join() === "zh,en";

function valueText(part: Node): string {
  if (part.title !== undefined) return part.title;
  if (part.const !== undefined) return code(String(part.const));
  if (part.enum) return part.enum.length > 15 ? listName(part.enum) : part.enum.map((v) => code(String(v))).join(", ");
  if (isLocalised(part)) return "`{ zh: …, en: … }`";
  if (part.items) return `list of ${valueText(part.items)}`;
  const either = part.anyOf ?? part.oneOf;
  if (either) return either.map(valueText).join(" or ");
  if (Array.isArray(part.type)) return part.type.map((type) => (type === "string" ? "text" : type)).join(" or ");
  if (part.type === "integer") return `integer${bounds(part)}`;
  if (part.type === "number") return `number${bounds(part)}`;
  if (part.type === "boolean") return "`true`, `false`";
  return "text";
}

const listName = (values: readonly unknown[]) =>
  values.length === conditionNames.length ? "a condition" : "quantities of the [contract](contract.md#quantities)";

function bounds({ minimum, exclusiveMinimum, maximum }: Node): string {
  const low = minimum !== undefined && minimum > -1e15 ? `≥ ${minimum}` : "";
  const above = exclusiveMinimum !== undefined ? `> ${exclusiveMinimum}` : "";
  const high = maximum !== undefined && maximum < 1e15 ? `≤ ${maximum}` : "";
  const said = [low, above, high].filter((text) => text !== "").join(", ");
  return said === "" ? "" : ` ${said}`;
}

function defaultOf(part: Node): string {
  const value = part.default;
  if (value === undefined) return "–";
  if (Array.isArray(value)) return value.length === 0 ? "none" : code(JSON.stringify(value));
  if (value === "") return "empty";
  return code(typeof value === "object" ? JSON.stringify(value) : String(value));
}
