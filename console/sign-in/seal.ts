import { createCipheriv, createDecipheriv, randomBytes } from "node:crypto";

/**
 * Secrets that must be read again, encrypted at rest: AES-256-GCM, bound to whose they are, so that nobody can put one
 * account's in place of another's. Whoever copies the database alone learns none of them; who has the key file too, does.
 */
export interface Seal {
  seal(clear: string, owner: string): string;
  /** Null where it was sealed with another key, for another owner, or changed. */
  open(sealed: string, owner: string): string | null;
}

const mark = "sealed1.";
const nonceBytes = 12;
const tagBytes = 16;

/** No secret in clear begins like that: base32 has no dot. */
export const isSealed = (text: string): boolean => text.startsWith(mark);

export function createSeal(key: Buffer): Seal {
  return {
    seal(clear, owner) {
      const nonce = randomBytes(nonceBytes);
      const cipher = createCipheriv("aes-256-gcm", key, nonce).setAAD(Buffer.from(owner));
      const bytes = Buffer.concat([nonce, cipher.update(clear, "utf8"), cipher.final(), cipher.getAuthTag()]);
      return mark + bytes.toString("base64url");
    },
    open(sealed, owner) {
      const bytes = Buffer.from(sealed.slice(mark.length), "base64url");
      if (!isSealed(sealed) || bytes.length < nonceBytes + tagBytes) return null;
      const nonce = bytes.subarray(0, nonceBytes);
      const decipher = createDecipheriv("aes-256-gcm", key, nonce, { authTagLength: tagBytes });
      decipher.setAAD(Buffer.from(owner)).setAuthTag(bytes.subarray(-tagBytes));
      try {
        return decipher.update(bytes.subarray(nonceBytes, -tagBytes), undefined, "utf8") + decipher.final("utf8");
      } catch {
        return null;
      }
    },
  };
}
