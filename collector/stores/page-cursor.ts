import { SentryError } from "../../core/index.ts";

/** Where a page ended, as opaque text: three whole numbers whose meaning only the query that wrote them knows. */
export type PagePosition = [number, number, number];

export function encodeCursor(position: PagePosition): string {
  return Buffer.from(position.join("."), "latin1").toString("base64url");
}

/** @throws SentryError `request-invalid` when it is none of ours. */
export function decodeCursor(text: string): PagePosition {
  const parts = Buffer.from(text, "base64url").toString("latin1").split(".").map(Number);
  if (parts.length === 3 && parts.every(Number.isSafeInteger)) return parts as PagePosition;
  throw new SentryError("request-invalid", "cursor: expected the `next` of an earlier page, found something else");
}
