/** The HTTP interface: who may ask, what they may see, and the live stream; where data come from is handed in. */
export type { AccessReader, AccessSource } from "./access-port.ts";
export { type Console, type ConsoleOptions, createConsole } from "./console.ts";
export { pageIsBuilt } from "./page.ts";
export type {
  AlarmCommand,
  AlarmsRequest,
  AnswerPage,
  AnswerSource,
  CommandAnswer,
  ConsoleSource,
  Deed,
  DrillSource,
  GatewayAnswer,
  JournalRequest,
  QuarantineRequest,
  ReadingsPage,
  ReadingsRequest,
  RecordsSource,
  RegisterSource,
  ReportsSource,
  SettingsSource,
  StreamEvent,
  TellingSource,
  TrailSource,
} from "./ports.ts";
export type { LogIn } from "./sign-in/sign-in.ts";
export { tokenHash } from "./token-hash.ts";
