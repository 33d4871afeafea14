/** What every part needs and no business at all: clock, CSV, errors, ids, log, SQLite. */
export { type Clock, isoTime, type ManualClock, manualClock, systemClock, type Timer } from "./clock.ts";
export { csvText } from "./csv.ts";
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
