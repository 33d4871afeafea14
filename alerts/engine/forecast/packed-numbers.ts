/**
 * Arrays of numbers as text, exactly the same when they are read back: four bytes are five characters of ZeroMQ's Z85
 * (RFC 32), which JSON need not escape. Base64, in which earlier versions wrote, takes a fifteenth more.
 */
const alphabet = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ.-:+=^!/*?&<>()[]{}@%$#";
const codes = Array.from(alphabet, (character) => character.charCodeAt(0));
const values = new Int16Array(128).fill(-1);
for (const [value, code] of codes.entries()) values[code] = value;

export function packNumbers(numbers: ArrayBufferView): string {
  const groups = Math.ceil(numbers.byteLength / 4);
  const bytes = new Uint8Array(groups * 4);
  bytes.set(new Uint8Array(numbers.buffer, numbers.byteOffset, numbers.byteLength));
  const words = new DataView(bytes.buffer);
  const text = Buffer.alloc(groups * 5);
  for (let group = 0; group < groups; group++) {
    let word = words.getUint32(group * 4);
    for (let at = group * 5 + 4; at >= group * 5; at--) {
      text[at] = codes[word % 85]!;
      word = Math.floor(word / 85);
    }
  }
  return text.toString("latin1");
}

/** The bytes of what was packed; `null` where the text does not hold as many. */
export function unpackNumbers(text: string, byteLength: number): ArrayBuffer | null {
  const groups = Math.ceil(byteLength / 4);
  if (text.length !== groups * 5) return fromBase64(text, byteLength);
  const words = new DataView(new ArrayBuffer(groups * 4));
  for (let group = 0; group < groups; group++) {
    let word = 0;
    for (let at = group * 5; at < group * 5 + 5; at++) {
      const value = values[text.charCodeAt(at)] ?? -1;
      if (value < 0) return null;
      word = word * 85 + value;
    }
    if (word > 0xffff_ffff) return null;
    words.setUint32(group * 4, word);
  }
  return words.buffer.slice(0, byteLength);
}

function fromBase64(text: string, byteLength: number): ArrayBuffer | null {
  const bytes = Buffer.from(text, "base64");
  return bytes.length === byteLength ? Uint8Array.from(bytes).buffer : null;
}
