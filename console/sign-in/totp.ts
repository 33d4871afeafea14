import { Secret, TOTP } from "otpauth";

/** Codes of an authenticator app (RFC 6238: SHA-1, 6 digits, 30 s), each taken once. */

const periodS = 30;
const totpOf = (secret: string, label: string, issuer: string) =>
  new TOTP({ issuer, label, secret: Secret.fromBase32(secret), algorithm: "SHA1", digits: 6, period: periodS });

/** @returns what the app takes, as text and as the address in the QR code. */
export function newTotp(label: string, issuer: string): { secret: string; uri: string } {
  const secret = new Secret({ size: 20 }).base32;
  return { secret, uri: totpOf(secret, label, issuer).toString() };
}

/** The step whose code it is, of now or the one before or after; null when it is none, or one used before. */
export function totpStep(code: string, use: { secret: string; nowMs: number; lastStep: number }): number | null {
  if (!/^\d{6}$/.test(code)) return null;
  const delta = totpOf(use.secret, "", "").validate({ token: code, timestamp: use.nowMs, window: 1 });
  if (delta === null) return null;
  const step = Math.floor(use.nowMs / 1_000 / periodS) + delta;
  return step > use.lastStep ? step : null;
}
