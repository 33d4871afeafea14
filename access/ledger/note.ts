import { createPrivateKey, createPublicKey, hash, type KeyObject, sign, verify } from "node:crypto";
import { decodeBase64, encodeBase64 } from "./base64.ts";

/**
 * Signed notes (c2sp.org/signed-note): a text, a blank line, and a line `— name base64(key id, signature)` for each
 * who signs it. Keys are written as golang.org/x/mod/sumdb/note writes them, `name+id+base64(type, public key)`, so
 * that tools that others have written can check what we sign.
 */

export interface Signer {
  /** The public half, fit to be given to anybody. */
  readonly verifierKey: string;
  /** A signature line, without its end. */
  sign(text: string): string;
}

/** A public key; `null` for text that is none. */
export interface VerifierKey {
  readonly text: string;
  readonly name: string;
  readonly id: string;
  verify(text: string, signature: Uint8Array): boolean;
}

export interface NoteSignature {
  name: string;
  /** First four bytes of the key's hash, in hexadecimal digits. */
  id: string;
  signature: Buffer;
}

export interface Note {
  /** Ends in a newline; what the signatures are of. */
  text: string;
  signatures: NoteSignature[];
}

const ed25519 = 1;
const privatePrefix = "PRIVATE+KEY+";
// DER of RFC 8410 around a raw key, which node:crypto takes and gives in no other form.
const privateDer = Buffer.from("302e020100300506032b657004220420", "hex");
const publicDer = Buffer.from("302a300506032b6570032100", "hex");

/** The key's id: SHA-256 of name, newline, type and public key, its first four bytes. */
export function keyId(name: string, typedKey: Uint8Array): string {
  return hash("sha256", Buffer.concat([Buffer.from(`${name}\n`), typedKey]), "hex").slice(0, 8);
}

/** The text form of a private key from its 32 bytes of chance. */
export function signerText(name: string, seed: Uint8Array): string {
  const id = keyId(name, typedPublic(createPublicKey(privateOf(seed))));
  return `${privatePrefix}${name}+${id}+${encodeBase64(Buffer.concat([Uint8Array.of(ed25519), seed]))}`;
}

/** @throws RangeError when it is no private key of this form; the message does not contain it. */
export function parseSigner(text: string): Signer {
  const [name, id, key] = fieldsOf(text.startsWith(privatePrefix) ? text.slice(privatePrefix.length) : "");
  const raw = decodeBase64(key);
  if (raw === null || raw[0] !== ed25519 || raw.length !== 33) throw new RangeError("expected an Ed25519 signer key");
  const privateKey = privateOf(raw.subarray(1));
  const typed = typedPublic(createPublicKey(privateKey));
  if (keyId(name, typed) !== id) throw new RangeError("the signer key does not have the id it is written with");
  return {
    verifierKey: `${name}+${id}+${encodeBase64(typed)}`,
    sign: (noteText) => signatureLine({ name, id, signature: sign(null, Buffer.from(noteText), privateKey) }),
  };
}

export function parseVerifierKey(text: string): VerifierKey | null {
  const [name, id, key] = fieldsOf(text);
  const typed = decodeBase64(key);
  if (!isKeyName(name) || typed === null || typed[0] !== ed25519 || typed.length !== 33) return null;
  if (keyId(name, typed) !== id) return null;
  const publicKey = createPublicKey({
    key: Buffer.concat([publicDer, typed.subarray(1)]),
    format: "der",
    type: "spki",
  });
  return { text, name, id, verify: (noteText, signature) => verify(null, Buffer.from(noteText), publicKey, signature) };
}

export function signatureLine({ name, id, signature }: NoteSignature): string {
  return `— ${name} ${encodeBase64(Buffer.concat([Buffer.from(id, "hex"), signature]))}`;
}

export function formatNote(text: string, signatureLines: readonly string[]): string {
  return `${text}\n${signatureLines.join("\n")}\n`;
}

/** `null` for anything that does not have the form of a signed note. */
export function parseNote(note: string): Note | null {
  const split = note.lastIndexOf("\n\n");
  if (split < 0 || !note.endsWith("\n") || hasControls(note)) return null;
  const signatures: NoteSignature[] = [];
  for (const line of note.slice(split + 2, -1).split("\n")) {
    const [dash, name, base64, ...more] = line.split(" ");
    const raw = decodeBase64(base64 ?? "");
    if (dash !== "—" || name === undefined || !isKeyName(name) || more.length > 0) return null;
    if (raw === null || raw.length < 5) return null;
    signatures.push({ name, id: raw.toString("hex", 0, 4), signature: raw.subarray(4) });
  }
  return { text: note.slice(0, split + 1), signatures };
}

/** Whether this key has signed the note. A key that is known and whose signature is wrong makes the note worthless. */
export function isSignedBy(note: Note, key: VerifierKey): boolean {
  const own = note.signatures.filter(({ name, id }) => name === key.name && id === key.id);
  return own.length > 0 && own.every(({ signature }) => key.verify(note.text, signature));
}

function hasControls(note: string): boolean {
  for (let at = 0; at < note.length; at++) if (note[at]! < " " && note[at] !== "\n") return true;
  return false;
}

function isKeyName(name: string): boolean {
  return name !== "" && !/[ \n+]/.test(name);
}

/** Base64 may hold a `+` too: only the first two separate. */
function fieldsOf(text: string): [name: string, id: string, key: string] {
  const [name = "", id = "", ...key] = text.split("+");
  return [name, id, key.join("+")];
}

function privateOf(seed: Uint8Array): KeyObject {
  return createPrivateKey({ key: Buffer.concat([privateDer, seed]), format: "der", type: "pkcs8" });
}

function typedPublic(key: KeyObject): Buffer {
  return Buffer.concat([
    Uint8Array.of(ed25519),
    key.export({ format: "der", type: "spki" }).subarray(publicDer.length),
  ]);
}
