/** What somebody has written or typed; nothing is known yet of who they are. */
export type ReadAnswer =
  | { kind: "take"; code: string | null; pin: string | null; comment: string | null }
  | { kind: "unclear" };

/** Ways in which people say that they have understood, beside the digit. */
const words = "已收到|收到了|收到|已确认|确认|知道了|好的|received|acknowledged|acknowledge|ack|okay|ok";
const said = new RegExp(`^(?:(1)(?=$|[\\s,.:;*#-]|\\d{4}(?!\\d))|(?:${words})(?=$|[\\s,.:;!*#-]|\\d))`, "i");
const separators = /^[\s,.:;!*#-]+/;
const longestComment = 200;

/**
 * Reads `1`, `1 4711`, `1 4711 PIN`, `收到 4711`, each with a comment of its own behind it; digits may be of full width,
 * and keys of a telephone may separate with * and #.
 */
export function readAnswer(text: string, { pinWanted }: { pinWanted: boolean }): ReadAnswer {
  // Full-width digits, letters and signs become plain ones (Unicode NFKC); the Chinese comma and full stop are like ours.
  const plain = text
    .normalize("NFKC")
    .replace(/[、。]/g, ",")
    .replace(/[\p{Cc}\p{Cf}\s]+/gu, " ")
    .trim();
  const begin = said.exec(plain);
  if (begin === null) return { kind: "unclear" };
  let rest = plain.slice(begin[0].length).replace(separators, "");
  const number = () => {
    const digits = /^(\d+)(?=$|[\s,.:;!*#-]|[^\d])/.exec(rest)?.[1];
    if (digits === undefined) return null;
    rest = rest.slice(digits.length).replace(separators, "");
    return digits;
  };
  const code = number();
  const pin = pinWanted && code !== null ? number() : null;
  const comment = rest.replace(/[\s*#]+$/, "").slice(0, longestComment);
  return { kind: "take", code, pin, comment: comment === "" ? null : comment };
}
