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

/** Strings of the world made fit to be kept: what is no character becomes U+FFFD. */
export function wellFormed(value: Json): Json {
  if (typeof value === "string") return value.isWellFormed() ? value : value.toWellFormed();
  if (value === null || typeof value !== "object") return value;
  if (Array.isArray(value)) return value.map(wellFormed);
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [key.toWellFormed(), wellFormed(inner ?? null)]),
  );
}
