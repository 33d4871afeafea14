import { type DestinationStream, type LevelWithSilent, pino } from "pino";

/** Facts of a log line. Never a secret, telephone number or whole payload. */
export type LogFields = Record<string, unknown>;

/** Events are named `area.noun.past-verb`, for example `broker.client.connected`. */
export interface Logger {
  debug(event: string, fields?: LogFields): void;
  info(event: string, fields?: LogFields): void;
  warn(event: string, fields?: LogFields): void;
  error(event: string, fields?: LogFields): void;
}

export interface LogOptions {
  level?: LevelWithSilent;
  /** Where lines go; standard output unless told otherwise. */
  destination?: DestinationStream;
}

/** One JSON object a line: `{"level","time","event",…}`. */
export function jsonLogger(options: LogOptions = {}): Logger {
  const log = pino(
    {
      level: options.level ?? "info",
      base: null,
      messageKey: "event",
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
    },
    options.destination ?? pino.destination({ fd: 1, sync: true }),
  );
  return {
    debug: (event, fields) => log.debug(fields ?? {}, event),
    info: (event, fields) => log.info(fields ?? {}, event),
    warn: (event, fields) => log.warn(fields ?? {}, event),
    error: (event, fields) => log.error(fields ?? {}, event),
  };
}

export const silentLogger: Logger = { debug() {}, info() {}, warn() {}, error() {} };
