import {
  derivedQuantities,
  deviceFields,
  environmentFields,
  measurements,
  type QuantityDefinition,
  quantities,
  stateQuantities,
} from "../../contract/index.ts";
import { code, generated, table } from "./table.ts";

export function contractPage(): string {
  const rows = Object.entries(quantities).map(([name, definition]) => [code(name), ...valuesOf(definition)]);
  return `${generated("contract/")}

# What the outside sees

The topics and payloads that devices and other programs are written against, and what history looks like in InfluxDB.
The HTTP interface describes itself: \`/api/openapi.json\` of a running instance.

## Topics

MQTT 3.1.1, QoS 0 to 2. \`<site>\`, \`<device>\` and \`<room>\` have a to z, 0 to 9 and -, at most 63 characters; no device
is called \`alarms\` or \`ledger\`.

${table(
  ["Topic", "Direction", "QoS, retained", "Payload"],
  [
    [
      "`sentry/<site>/<device>/telemetry`",
      "device →",
      "any, no",
      "one sample (a JSON object), or an array of samples from a logger's memory",
    ],
    [
      "`sentry/<site>/<device>/status`",
      "device →",
      "1, yes",
      '`{"state":"online","session":"<boot id>"}`; as last will the same with `offline`',
    ],
    [
      "`sentry/<site>/<device>/command`",
      "→ device",
      "1, no",
      '`{"id","do":"report-now"}` or `{"id","do":"set-interval","interval_s"}`, answered on `…/result`',
    ],
    [
      "`sentry/<site>/alarms/<room>`",
      "→ anyone allowed",
      "1, yes",
      '`{"at","alarms":[{"id","condition","priority","state","since","message"}]}`; an empty list when all is well',
    ],
  ],
)}

A sample: \`{"seq":42,"session":"b7f2","at":"2026-11-22T08:00:00.000Z","temperature_c":21.37,"relative_humidity_pct":48.2}\`

- \`at\` is RFC 3339 with an offset, or epoch milliseconds. A device without a clock sends \`age_ms\` instead, or neither:
  then the time of receipt counts.
- \`seq\` grows by one a sample within a \`session\`. The same device, session and seq again changes nothing; nor, for
  samples without a session, the same device, quantity and \`at\`.
- A PUBACK is sent after the message is on disk. What cannot be decoded or is not plausible is acknowledged all the same
  and kept in quarantine with its reason; a bad quantity does not lose the sample's others.

## Quantities

${table(["Quantity", "Unit", "Values"], rows)}

Derived here, and stored beside the sample: ${Object.entries(derivedQuantities)
    .map(([name, unit]) => `${code(name)} (${unit})`)
    .join(", ")}.

## InfluxDB

${table(
  ["Measurement", "Tags", "Fields"],
  Object.entries(measurements)
    .filter(([name]) => name in fields)
    .map(([name, { tags }]) => [code(name), tags.join(", "), fields[name] ?? ""]),
)}

Timestamps are in milliseconds. Writing a point again changes nothing. \`n\` (0 to 9) counts events of one millisecond.
`;
}

const fields: Record<string, string> = {
  environment: `floats: ${environmentFields.join(", ")}`,
  ...Object.fromEntries(stateQuantities.map((name) => [name, "`state`, integer 0 or 1"])),
  device: `floats: ${deviceFields.join(", ")}`,
  alarm: "`id`, `state` (after the transition), `value`, `limit`, `message`, `by` (a pseudonym), `since_raised_s`",
};

function valuesOf(definition: QuantityDefinition): [unit: string, values: string] {
  switch (definition.kind) {
    case "boolean":
      return ["", "`true`, `false`"];
    case "door":
      return ["", '`"open"`, `"closed"`'];
    case "number":
      return [
        definition.unit,
        definition.max === Number.MAX_VALUE ? `≥ ${definition.min}` : `${definition.min}…${definition.max}`,
      ];
  }
}
