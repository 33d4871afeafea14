/** What every part needs and no business at all: clock, errors, ids, log, SQLite. */
export { type Clock, isoTime, type ManualClock, manualClock, systemClock, type Timer } from "./clock.ts";
export {
  type ErrorCode,
  errorCodes,
  isErrorCode,
  messageOf,
  SentryError,
  type SentryErrorOptions,
  systemCodeOf,
} from "./errors.ts";
export { randomFraction, randomId, randomSecret } from "./ids.ts";
export { jsonLogger, type LogFields, type Logger, type LogOptions, silentLogger } from "./log.ts";
export { type Database, isDiskFault, type OpenOptions, openDatabase, type Statement, transaction } from "./sqlite.ts";
