/**
 * Every fault of the world that this program reports has a code in this table.
 * `docs/reference/errors.md` is checked against it. Faults of our own are `assert`s, not entries here.
 */
export const errorCodes = {
  "config-invalid": { http: 422, meaning: "The site file does not fit its schema; nothing was started or changed." },
  "config-unreadable": { http: 500, meaning: "The site file or a file it names cannot be read." },
  "secret-unreadable": {
    http: 500,
    meaning: "A `*_file` that should hold a secret is missing, empty or too widely readable.",
  },
  "data-locked": { http: 500, meaning: "Another process is using this data folder." },
  "data-too-new": { http: 500, meaning: "The data folder was written by a newer version; upgrade the program." },
  "data-unwritable": { http: 500, meaning: "The data folder cannot be created or written." },
  "disk-full": { http: 503, meaning: "The disk is full or failing; messages are not acknowledged until it has room." },
  "intake-closed": { http: 503, meaning: "The intake is stopping and takes no further messages." },
  "port-taken": { http: 500, meaning: "A listener's address is already in use." },
  "listener-failed": { http: 500, meaning: "A listener could not be opened (address, certificate or permission)." },
  "url-unreachable": { http: 502, meaning: "A server that a command talks to cannot be reached." },
  "dashboards-faulty": { http: 500, meaning: "A query of a dashboard failed, came back empty, or took too long." },
  "not-authenticated": { http: 401, meaning: "The request carries no valid token." },
  "not-authorised": { http: 403, meaning: "The person has no right to this action on this room." },
  "not-found": { http: 404, meaning: "There is no such thing, or it is gone." },
  "request-invalid": { http: 400, meaning: "The request does not fit the interface; the detail says where." },
  "request-too-large": { http: 413, meaning: "The request's body is longer than `limits.request_body`." },
  "limit-reached": { http: 503, meaning: "A limit of the site file is reached; the detail names its key." },
  "too-many-requests": { http: 429, meaning: "This address asks too often; the detail says when to try again." },
  "forged-request": { http: 403, meaning: "A change with a session came from another site's page; nothing was done." },
  "person-required": {
    http: 400,
    meaning: "The change was made with the operator token and must name one of `people`.",
  },
  "comment-required": { http: 400, meaning: "Acknowledging and shelving need a comment." },
  "state-conflict": { http: 409, meaning: "The alarm is not in a state in which this can be done." },
  "two-persons-required": { http: 409, meaning: "A core record is handled by two persons; the request names one." },
  "csv-invalid": { http: 400, meaning: "A CSV file has no usable header, or a row cannot be read." },
  "ledger-broken": {
    http: 500,
    meaning: "The ledger is not what was signed before; nothing is signed until somebody has found out why.",
  },
  usage: { http: 400, meaning: "The command line was not understood." },
  "store-unreachable": { http: 502, meaning: "A history store does not answer; writing goes on when it returns." },
  "store-refused": {
    http: 502,
    meaning: "A history store refused what was written; the refused points are set aside.",
  },
  "history-differs": { http: 500, meaning: "The log, the embedded history and InfluxDB do not hold the same." },
  "send-failed": { http: 502, meaning: "A channel could not deliver a message." },
  "time-limit": { http: 504, meaning: "An operation did not finish within its time limit." },
  internal: { http: 500, meaning: "A fault of this program; please report it with the log." },
} as const satisfies Record<string, { http: number; meaning: string }>;

export type ErrorCode = keyof typeof errorCodes;

export const isErrorCode = (code: string): code is ErrorCode => Object.hasOwn(errorCodes, code);

export interface SentryErrorOptions {
  cause?: unknown;
  /** Facts for machines; never a secret, telephone number or whole payload. */
  details?: Record<string, unknown>;
}

export class SentryError extends Error {
  readonly code: ErrorCode;
  readonly details: Record<string, unknown>;

  constructor(code: ErrorCode, message: string, options: SentryErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = "SentryError";
    this.code = code;
    this.details = options.details ?? {};
  }
}

/** The sentence of any thrown value, fit for a log line. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** The `code` of a Node.js system error (`ENOSPC`, `EADDRINUSE` …), if it has one. */
export function systemCodeOf(error: unknown): string | undefined {
  if (!(error instanceof Error) || !("code" in error)) return undefined;
  return typeof error.code === "string" ? error.code : undefined;
}
