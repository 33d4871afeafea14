import { createHash } from "node:crypto";

/** What is kept of a token, a cookie or a link: its SHA-256 in hexadecimal digits. */
export function tokenHash(token: string): string {
  return createHash("sha256").update(token).digest("hex");
}
