import { afterHoursVisit, controllerOffline, forcedDoor, unapprovedVisit } from "./access.ts";
import { batteryDying } from "./battery-dying.ts";
import { clockJump } from "./clock-jump.ts";
import { doorPropped } from "./door-propped.ts";
import { flamingFire } from "./flaming-fire.ts";
import { gatewayDown } from "./gateway-down.ts";
import { hvacFailure } from "./hvac-failure.ts";
import { networkOutage } from "./network-outage.ts";
import { normalDay } from "./normal-day.ts";
import { plantFailure } from "./plant-failure.ts";
import type { Scenario } from "./scenario.ts";
import { sensorDrift } from "./sensor-drift.ts";
import { sensorSilent } from "./sensor-silent.ts";
import { sensorStuck } from "./sensor-stuck.ts";
import { smoulderingFire } from "./smouldering-fire.ts";
import { waterLeak } from "./water-leak.ts";

/** Every scenario, in the order people are shown them. A new one is one file and one line here. */
export const scenarios: readonly Scenario[] = [
  normalDay,
  hvacFailure,
  plantFailure,
  smoulderingFire,
  flamingFire,
  waterLeak,
  doorPropped,
  forcedDoor,
  unapprovedVisit,
  afterHoursVisit,
  controllerOffline,
  sensorSilent,
  sensorStuck,
  sensorDrift,
  batteryDying,
  networkOutage,
  gatewayDown,
  clockJump,
];
