/** An SMS as the program that drives the modem leaves it in its folder. */
export interface ReceivedSms {
  from: string;
  text: string;
}

/**
 * smstools: headers, an empty line, the text; in UTF-16 where `Alphabet` says UCS2, else ISO 8859 or UTF-8.
 * @returns `null` for a delivery report, a picture, and what is no message at all.
 */
export function readSmstoolsFile(content: Buffer): ReceivedSms | null {
  const end = content.indexOf("\n\n");
  if (end < 0) return null;
  const headers = new Map(
    content
      .subarray(0, end)
      .toString("latin1")
      .split("\n")
      .map(
        (line) => [line.slice(0, line.indexOf(":")).toLowerCase(), line.slice(line.indexOf(":") + 1).trim()] as const,
      ),
  );
  const from = headers.get("from");
  const alphabet = headers.get("alphabet")?.toUpperCase() ?? "ISO";
  if (from === undefined || alphabet.startsWith("BINARY") || headers.get("report")?.toLowerCase() === "yes")
    return null;
  const body = content.subarray(end + 2);
  if (alphabet.startsWith("UCS2") || alphabet.startsWith("UNICODE")) return { from, text: utf16(body, "big") };
  return { from, text: alphabet.startsWith("UTF") || isUtf8(body) ? body.toString("utf8") : body.toString("latin1") };
}

/**
 * gammu-smsd: everything but the text is in the name. Of a long message each part is a file; the first says it all.
 * @returns `null` for further parts and what is no message.
 */
export function readGammuFile(name: string, content: Buffer): ReceivedSms | null {
  const [, from, part] = /^IN\d{8}_\d{6}_\d+_(.+)_(\d+)\.txt$/.exec(name) ?? [];
  if (from === undefined || Number(part) !== 0) return null;
  if (content[0] === 0xfe && content[1] === 0xff) return { from, text: utf16(content.subarray(2), "big") };
  if (content[0] === 0xff && content[1] === 0xfe) return { from, text: utf16(content.subarray(2), "little") };
  return { from, text: isUtf8(content) ? content.toString("utf8") : content.toString("latin1") };
}

function utf16(bytes: Buffer, order: "big" | "little"): string {
  const even = bytes.subarray(0, bytes.length - (bytes.length % 2));
  return order === "little" ? even.toString("utf16le") : Buffer.from(even).swap16().toString("utf16le");
}

function isUtf8(bytes: Buffer): boolean {
  try {
    new TextDecoder("utf-8", { fatal: true }).decode(bytes);
    return true;
  } catch {
    return false;
  }
}
