import type { Brief } from "./brief.ts";

/** SMS texts, and what they cost: 3GPP TS 23.038. */

/** The default alphabet of GSM, one septet a character. */
const basic = new Set(
  "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà",
);
/** Its extension, two septets a character. */
const extended = new Set("\f^{}\\[~]|€");

export interface SmsSize {
  alphabet: "gsm-7" | "ucs-2";
  /** Septets, or UTF-16 units. */
  units: number;
  parts: number;
}

/** How a text travels: alphabet and number of parts, each of which is paid for. */
export function smsSize(text: string): SmsSize {
  const characters = [...text];
  if (!characters.every((each) => basic.has(each) || extended.has(each))) {
    return { alphabet: "ucs-2", units: text.length, parts: partsOf(characters, (each) => each.length, 70, 67) };
  }
  const cost = (each: string) => (extended.has(each) ? 2 : 1);
  const units = characters.reduce((sum, each) => sum + cost(each), 0);
  return { alphabet: "gsm-7", units, parts: partsOf(characters, cost, 160, 153) };
}

/** A character of two units is never torn apart: it begins the next part. */
function partsOf(characters: string[], cost: (character: string) => number, single: number, joined: number): number {
  if (characters.reduce((sum, each) => sum + cost(each), 0) <= single) return 1;
  let parts = 1;
  let used = 0;
  for (const character of characters) {
    if (used + cost(character) > joined) {
      parts++;
      used = 0;
    }
    used += cost(character);
  }
  return parts;
}

/** What one typographic sign would cost: the whole text in UCS-2, with less than half the room. */
const plainer: readonly [RegExp, string][] = [
  [/ ?°C/g, "C"],
  [/µ|μ/g, "u"],
  [/³/g, "3"],
  [/²/g, "2"],
  [/[‘’]/g, "'"],
  [/[“”]/g, '"'],
  [/[–—−]/g, "-"],
  [/…/g, "..."],
  [/[•·]/g, "-"],
  [/→/g, "->"],
  [/\u00A0|\u202F/g, " "],
];

/**
 * The alarm as an SMS: what, where, since when, value against limit, and how to answer, in as few parts as possible.
 * Only the limit and the courtesy of the answer are dropped where that saves a
 * part; the warning, the short name of the room and the code are never cut.
 */
export function smsText(brief: Brief, code: string | null): string {
  const own = brief.own.sms ?? brief.own["sms-returned"];
  if (own !== undefined) {
    const head = [brief.warning, brief.drill].filter((text) => text !== null);
    return brief.language === "en"
      ? plain([...head.map((text) => `${text}.`), own].join(" "))
      : [...head, own].join(",");
  }
  const texts = brief.language === "en" ? english(brief, code) : chinese(brief, code);
  const fewest = Math.min(...texts.map((text) => smsSize(text).parts));
  return texts.find((text) => smsSize(text).parts === fewest)!;
}

/** From the fullest to the barest: the first of those with the fewest parts is sent. */
function chinese(brief: Brief, code: string | null): string[] {
  const head = [brief.warning, brief.drill].filter((text) => text !== null);
  const tag = brief.change === null ? brief.priority : `${brief.priority}·${brief.change}`;
  const figures = brief.returned ? null : against(brief, (value, limit) => `${value}(限${limit})`);
  const since = brief.expected !== null ? brief.expected : brief.returned ? `${brief.since}发生` : `${brief.since}起`;
  const answer = (thanks: string) => (code === null || brief.returned ? null : `回复1 ${code}${thanks}`);
  const join = (...parts: (string | null)[]) =>
    [...head, `[${tag}]${brief.where}${brief.what}`, since, ...parts]
      .filter((part) => part !== null)
      .join(",")
      .replace(/ (?=[°%])/g, "");
  return [join(figures, answer("确认")), join(figures, answer("")), join(brief.value, answer(""))];
}

function english(brief: Brief, code: string | null): string[] {
  const head = [brief.warning, brief.drill].filter((text) => text !== null).map((text) => `${text}.`);
  const tag = brief.change === null ? brief.priority : `${brief.priority}, ${brief.change.toLowerCase()}`;
  const figures = brief.returned ? null : against(brief, (value, limit) => `${value} (limit ${limit})`);
  const answer = (purpose: string) => (code === null || brief.returned ? [] : [`Reply 1 ${code}${purpose}.`]);
  const join = (figure: string | null, end: string[]) => {
    const parts = [brief.what, brief.where, brief.expected ?? `since ${brief.since}`, figure].filter(
      (part) => part !== null,
    );
    return plain([...head, `${tag}: ${parts.join(", ")}.`, ...end].join(" "));
  };
  return [join(figures, answer(" to acknowledge")), join(figures, answer("")), join(brief.value, answer(""))];
}

function against({ value, limit }: Brief, both: (value: string, limit: string) => string): string | null {
  return value !== null && limit !== null ? both(value, limit) : value;
}

/** Only where it saves the larger alphabet: a text with a Chinese name keeps its signs. */
function plain(text: string): string {
  const simple = plainer.reduce((changed, [sign, instead]) => changed.replace(sign, instead), text);
  return smsSize(simple).alphabet === "gsm-7" ? simple : text;
}
