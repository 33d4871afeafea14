/** Simulated firmware: devices that speak the contract over MQTT, the physics of their rooms, and scenarios. */
export { type DeviceLimits, deviceLimits } from "./device.ts";
export {
  createHospital,
  type Hospital,
  type HospitalOptions,
  type HospitalState,
  type RunningScenario,
  type ScenarioChoice,
} from "./hospital.ts";
export { createModel, type Model, type RoomConditions } from "./model.ts";
export { type OfflineMessage, type OfflineOptions, type OfflineStep, offlineHospital } from "./offline.ts";
export { type PastOptions, type PastSample, type PastStep, pastIntervalMs, pastSamples, pastSteps } from "./past.ts";
export type { PastIncident } from "./past-incidents.ts";
export { credentialOf } from "./people.ts";
export { scenarios } from "./scenarios/registry.ts";
export type { Parameter, Scenario, Target } from "./scenarios/scenario.ts";
