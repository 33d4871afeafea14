import { isoTime } from "../../core/index.ts";
import type { Entry } from "../ledger/entry.ts";

/** Facility 10 (security and authorisation); RFC 5424, table 1. */
const facility = 10;
const notice = 5;
const warning = 4;
/** The number for examples (RFC 5612): there is none of our own. */
const enterprise = "32473";

/**
 * An entry of the ledger as a syslog message (RFC 5424, section 6) in a frame that says its length in octets (RFC 5425,
 * section 4.3). Whom it is about stays in the ledger; its index says where.
 */
export function syslogFrame(entry: Entry, { host, origin }: { host: string; origin: string }): Buffer {
  const { body, kind } = entry;
  const severity = kind === "security-event" || body.result === "refused" ? warning : notice;
  const fields = Object.entries(body).flatMap(([name, value]) =>
    typeof value === "string" || typeof value === "number" ? [`${name}="${escaped(String(value))}"`] : [],
  );
  const data = [`entry@${enterprise}`, `index="${entry.index}"`, `ledger="${escaped(origin)}"`, ...fields].join(" ");
  const text = [body.what ?? kind, body.subject, body.detail, body.result, body.via].filter(isText).join(" ");
  // A byte order mark says that the text is UTF-8; a line feed in it would begin a message of somebody else's making.
  const said = text.replace(/\p{Cc}/gu, " ");
  const time = isoTime(Date.parse(entry.at));
  const header = `<${facility * 8 + severity}>1 ${time} ${nameOf(host, 255)} archive-sentry - ${nameOf(kind, 32)}`;
  const message = Buffer.from(`${header} [${data}] \uFEFF${said}`);
  return Buffer.concat([Buffer.from(`${message.length} `), message]);
}

const isText = (value: unknown): value is string => typeof value === "string" && value !== "";

/** PRINTUSASCII without blanks. */
function nameOf(text: string, longest: number): string {
  return text.replace(/[^!-~]/g, "").slice(0, longest) || "-";
}

function escaped(text: string): string {
  return text.replace(/["\\\]]/g, "\\$&").replace(/\p{Cc}/gu, " ");
}
