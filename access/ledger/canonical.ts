import serialize from "canonicalize";

/** What an entry may hold. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json | undefined };

/**
 * The one text of a value after RFC 8785, of which a hash can be taken. Half characters, which devices and browsers
 * can send inside `\u` escapes and which have no UTF-8, must be mended before: see `wellFormed`.
 */
export function canonical(value: Json): string {
  return serialize(value)!;
}

/**
 * Whether a text is the canonical one of the value that was read from it. Nearly always the engine's own writer answers
 * that: what it writes again word for word, with all keys in order, needs no second look. Escapes and the rest do.
 */
export function isCanonicalText(text: string, value: Json): boolean {
  if (!text.includes("\\u") && hasKeysInOrder(value) && JSON.stringify(value) === text) return true;
  try {
    return canonical(value) === text;
  } catch {
    return false;
  }
}

function hasKeysInOrder(value: Json | undefined): boolean {
  if (value === null || typeof value !== "object") return true;
  if (isList(value)) return value.every(hasKeysInOrder);
  let before = "";
  for (const key of Object.keys(value)) {
    if (key < before || !hasKeysInOrder(value[key])) return false;
    before = key;
  }
  return true;
}

const isList = (value: Json): value is readonly Json[] => Array.isArray(value);

/** Strings of the world made fit to be kept: what is no character becomes U+FFFD. */
export function wellFormed(value: Json): Json {
  if (typeof value === "string") return value.isWellFormed() ? value : value.toWellFormed();
  if (value === null || typeof value !== "object") return value;
  if (Array.isArray(value)) return value.map(wellFormed);
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [key.toWellFormed(), wellFormed(inner ?? null)]),
  );
}
