/** The MQTT broker: who may connect and speak where; hands each message to the intake and only then acknowledges. */
export {
  type Broker,
  type BrokerOptions,
  type BrokerStats,
  createBroker,
} from "./broker.ts";
export { type DropReason, dropReasons } from "./counts.ts";
export {
  type CredentialTable,
  type DeviceCredential,
  newDeviceCredential,
  readCredentials,
  writeCredentials,
} from "./credentials.ts";
export type { ListenerAddress } from "./listeners.ts";
export type { Append, IntakeMessage } from "./publish-hook.ts";
export type { SecurityEvent, SecurityEventKind } from "./security-events.ts";
