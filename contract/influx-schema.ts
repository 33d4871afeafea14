import {
  derivedQuantityNames,
  type Quantity,
  type QuantityDefinition,
  quantities,
  quantityNames,
} from "./quantities.ts";

/** Measurements, tags and fields of the history in InfluxDB 1.x, 2.x and 3.x. Timestamps in ms. */
export const measurements = {
  environment: { tags: ["site", "building", "room", "device"] },
  door: { tags: ["site", "building", "room", "device"] },
  motion: { tags: ["site", "building", "room", "device"] },
  leak: { tags: ["site", "building", "room", "device"] },
  smoke_alarm: { tags: ["site", "building", "room", "device"] },
  tamper: { tags: ["site", "building", "room", "device"] },
  exit_request: { tags: ["site", "building", "room", "device"] },
  room: { tags: ["site", "building", "room"] },
  device: { tags: ["site", "room", "device"] },
  alarm: { tags: ["site", "room", "condition", "priority", "transition", "n"] },
  access: { tags: ["site", "room", "door", "category", "result", "n"] },
  inside: { tags: ["site", "room", "category"] },
  sentry: { tags: ["site", "part"] },
} as const;
export type Measurement = keyof typeof measurements;

const isDeviceField = (name: Quantity) => {
  const definition: QuantityDefinition = quantities[name];
  return definition.kind === "number" && definition.about === "device";
};
const isStateQuantity = (name: Quantity) => quantities[name].kind !== "number";

/** Float fields of `environment`: every numeric quantity but the device's own, and the derived ones. */
export const environmentFields: readonly string[] = [
  ...quantityNames.filter((name) => !isDeviceField(name) && !isStateQuantity(name)),
  ...derivedQuantityNames,
];
/** Float fields of `device` that come from samples. */
export const deviceFields: readonly Quantity[] = quantityNames.filter(isDeviceField);
/** Quantities with a measurement of their own and the integer field `state`. */
export const stateQuantities: readonly Quantity[] = quantityNames.filter(isStateQuantity);
