import { clockJump } from "./clock-jump.ts";
import { doorPropped } from "./door-propped.ts";
import { hvacFailure } from "./hvac-failure.ts";
import { networkOutage } from "./network-outage.ts";
import { normalDay } from "./normal-day.ts";
import type { Scenario } from "./scenario.ts";
import { sensorSilent } from "./sensor-silent.ts";
import { smoulderingFire } from "./smouldering-fire.ts";

/** Every scenario, in the order people are shown them. A new one is one file and one line here. */
export const scenarios: readonly Scenario[] = [
  normalDay,
  hvacFailure,
  smoulderingFire,
  doorPropped,
  sensorSilent,
  networkOutage,
  clockJump,
];
