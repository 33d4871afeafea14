import { randomBytes, randomInt } from "node:crypto";

/** A random id of `bytes` random bytes in lower-case base 32 without look-alikes; 10 bytes give 16 characters. */
export function randomId(bytes = 10): string {
  const alphabet = "0123456789abcdefghjkmnpqrstvwxyz";
  let bits = 0;
  let value = 0;
  let text = "";
  for (const byte of randomBytes(bytes)) {
    value = (value << 8) | byte;
    bits += 8;
    while (bits >= 5) {
      bits -= 5;
      text += alphabet[(value >>> bits) & 31];
    }
    value &= (1 << bits) - 1;
  }
  return bits > 0 ? text + alphabet[(value << (5 - bits)) & 31] : text;
}

/** A secret with 192 random bits, for devices and tokens. */
export function randomSecret(): string {
  return randomBytes(24).toString("base64url");
}

/** A random number in [0, 1), for jitter. */
export function randomFraction(): number {
  return randomInt(2 ** 32) / 2 ** 32;
}
