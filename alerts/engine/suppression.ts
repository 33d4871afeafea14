import type { ConditionName } from "../../contract/index.ts";

/**
 * Suppression by design (ISA-18.2), the whole of it: while one of `causes` stands, what it brings about later is not told.
 * Everything that is not in this table is told; above all, an outage of a store hides nothing.
 */
export interface SuppressionRule {
  causes: readonly ConditionName[];
  hides: readonly ConditionName[];
  /**
   * The cause stands in the same room, or there and about a kind of sensor that the device is, or is about the gateway
   * that the device hangs on.
   */
  where: "same-room" | "same-kind" | "gateway";
  because: string;
}

export const suppressionRules: readonly SuppressionRule[] = [
  {
    causes: ["smoke-alarm", "fire-suspected"],
    hides: [
      "temperature-high",
      "temperature-near-limit",
      "temperature-swing",
      "temperature-forecast",
      "humidity-high",
      "humidity-low",
      "humidity-near-limit",
      "humidity-swing",
      "humidity-forecast",
    ],
    where: "same-room",
    because: "A fire warms and dries its room: whoever runs there needs no second message about the climate.",
  },
  {
    causes: ["sensor-silent"],
    hides: ["sensor-silent"],
    where: "gateway",
    because: "What a gateway carries falls silent with it: one message names the gateway.",
  },
  {
    causes: ["sensor-silent"],
    hides: ["room-blind"],
    where: "gateway",
    because:
      "Where all that watches a room hangs on a silent gateway, that gateway is what to go to. Its alarm is high.",
  },
  {
    causes: ["room-blind"],
    hides: ["sensor-silent"],
    where: "same-kind",
    because:
      "The last sensor of its kind is one loss: who is told that nobody sees the room is told which sensor it was.",
  },
];

export const hiddenInRoom = rulesOf("same-room");
export const hiddenWithKind = rulesOf("same-kind");
export const hiddenBehindGateway = rulesOf("gateway");

function rulesOf(where: SuppressionRule["where"]) {
  const rules = suppressionRules.filter((rule) => rule.where === where);
  return {
    causes: new Set(rules.flatMap((rule) => rule.causes)),
    hides: (cause: ConditionName, hidden: ConditionName) =>
      rules.some((rule) => rule.causes.includes(cause) && rule.hides.includes(hidden)),
  };
}
