/** Encodings that gateways ask for. */
export type TextEncodingName = "utf-8" | "gbk";

let gbkTable: Map<string, number> | undefined;

/** The runtime decodes GBK and does not encode it: its table, read backwards, is the encoder. */
function gbk(): Map<string, number> {
  if (gbkTable) return gbkTable;
  gbkTable = new Map();
  const decoder = new TextDecoder("gbk");
  for (let lead = 0x81; lead <= 0xfe; lead++) {
    for (let trail = 0x40; trail <= 0xfe; trail++) {
      if (trail === 0x7f) continue;
      const character = decoder.decode(Uint8Array.of(lead, trail));
      if (character.length === 1 && character !== "\uFFFD" && !gbkTable.has(character))
        gbkTable.set(character, (lead << 8) | trail);
    }
  }
  return gbkTable;
}

/** What GBK lacks becomes a question mark. */
export function encodeText(text: string, encoding: TextEncodingName): Buffer {
  if (encoding === "utf-8") return Buffer.from(text);
  const bytes: number[] = [];
  for (const character of text) {
    const code = character.charCodeAt(0);
    const pair = code < 0x80 ? undefined : gbk().get(character);
    if (pair !== undefined) bytes.push(pair >> 8, pair & 0xff);
    else bytes.push(code < 0x80 ? code : 0x3f);
  }
  return Buffer.from(bytes);
}

export const decodeText = (bytes: Uint8Array, encoding: TextEncodingName): string =>
  new TextDecoder(encoding).decode(bytes);

/** Percent-encoding of the text's bytes, with nothing but letters, digits and `-._~` as they are (RFC 3986). */
export function percentEncode(text: string, encoding: TextEncodingName): string {
  let encoded = "";
  for (const byte of encodeText(text, encoding)) {
    const character = String.fromCharCode(byte);
    encoded += /[A-Za-z0-9\-._~]/.test(character) ? character : `%${byte.toString(16).toUpperCase().padStart(2, "0")}`;
  }
  return encoded;
}

export const escapeXml = (text: string): string => text.replace(/[&<>"']/g, (sign) => `&#${sign.charCodeAt(0)};`);
