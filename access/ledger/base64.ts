/** Standard base64 (RFC 4648 §4), read strictly: one text for one value, so that not even a padding bit can be changed. */

export function encodeBase64(data: Uint8Array): string {
  return Buffer.from(data.buffer, data.byteOffset, data.byteLength).toString("base64");
}

/** `null` for what is not exactly what `encodeBase64` writes. */
export function decodeBase64(text: string): Buffer | null {
  const data = Buffer.from(text, "base64");
  return data.toString("base64") === text ? data : null;
}
