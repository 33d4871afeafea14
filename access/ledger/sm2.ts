import { createPrivateKey, createPublicKey, getCurves, getHashes, hash, sign, verify } from "node:crypto";
import type { Note, Signer } from "./note.ts";
import { signatureLine } from "./note.ts";

/**
 * A further signature line in SM2 with SM3 (GB/T 32918, GB/T 32905), where a hospital is asked for commercial
 * cryptography of China. Signed notes have no number for it: type 0xff with a name of its own, as their
 * specification says.
 */
const type = Buffer.from("\xffarchive-sentry sm2-sm3", "latin1");

export function sm2IsOffered(): boolean {
  return getCurves().includes("SM2") && getHashes().includes("sm3");
}

/** @param privatePem PKCS #8 of a key on the curve SM2 */
export function sm2Signer(name: string, privatePem: string): Signer {
  const key = createPrivateKey(privatePem);
  const der = createPublicKey(key).export({ format: "der", type: "spki" });
  const id = sm2KeyId(name, der);
  return {
    verifierKey: `${name}+${id}+${Buffer.concat([type, der]).toString("base64")}`,
    sign: (text) => signatureLine({ name, id, signature: sign("sm3", Buffer.from(text), key) }),
  };
}

export function isSignedInSm2(note: Note, name: string, publicPem: string): boolean {
  const key = createPublicKey(publicPem);
  const id = sm2KeyId(name, key.export({ format: "der", type: "spki" }));
  const own = note.signatures.filter((line) => line.name === name && line.id === id);
  return own.length > 0 && own.every(({ signature }) => verify("sm3", Buffer.from(note.text), key, signature));
}

function sm2KeyId(name: string, der: Buffer): string {
  return hash("sha256", Buffer.concat([Buffer.from(`${name}\n`), type, der]), "hex").slice(0, 8);
}
