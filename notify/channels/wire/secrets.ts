import { escapeXml, percentEncode } from "./text-encoding.ts";

const longestReason = 500;

/**
 * Takes secrets out of what another side said or an error quotes, in all the forms in which they cross the wire, and
 * keeps it short: it ends in the record and the log.
 */
export function createScrubber(secrets: readonly string[]): (text: string) => string {
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
  return (text) => forms.reduce((clean, form) => clean.replaceAll(form, "***"), text).slice(0, longestReason);
}
