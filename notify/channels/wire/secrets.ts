import { escapeXml, percentEncode } from "./text-encoding.ts";

const longestReason = 500;

/** Of a telephone number, the digits by which it is known however it is written. */
const knownDigits = 8;

/**
 * Takes secrets out of what another side said or an error quotes, in all the forms in which they cross the wire, and
 * keeps it short: it ends in the record and the log. The telephone numbers of those whom a message is for go with them.
 */
export function createScrubber(secrets: readonly string[]): (text: string, phones?: readonly string[]) => string {
  const forms = secrets
    .filter((secret) => secret !== "")
    .flatMap((secret) => {
      const bytes = Buffer.from(secret);
      return [
        secret,
        encodeURIComponent(secret),
        percentEncode(secret, "utf-8"),
        JSON.stringify(secret).slice(1, -1),
        escapeXml(secret),
        bytes.toString("base64"),
        bytes.toString("base64url"),
      ];
    })
    // A longer form may contain a shorter one.
    .sort((a, b) => b.length - a.length);
  return (text, phones = []) => {
    const hidden = forms.reduce((clean, form) => clean.replaceAll(form, "***"), text);
    return phones.reduce(withoutPhone, hidden).slice(0, longestReason);
  };
}

function withoutPhone(text: string, phone: string): string {
  const digits = phone.replace(/\D/g, "").slice(-knownDigits);
  return digits.length < knownDigits ? text : text.replace(new RegExp(`\\+?\\d*${digits}`, "g"), "***");
}
