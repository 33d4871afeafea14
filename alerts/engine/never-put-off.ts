import type { ConditionName } from "../../contract/index.ts";

/** Nobody may put off what burns, or what says that the evidence itself is broken. */
export const neverPutOff: ReadonlySet<ConditionName> = new Set([
  "smoke-alarm",
  "smoke-prealarm",
  "heat-rise",
  "fire-suspected",
  "ledger-broken",
]);
