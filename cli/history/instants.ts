import { SentryError } from "../../core/index.ts";
import { parseDuration } from "../../site/index.ts";

/** An option that names a moment: RFC 3339, a day such as 2026-01-31 (of UTC), or how long ago. */
export function instantOf<T>(
  option: string,
  text: string | undefined,
  as: (atMs: number) => T,
): T | Record<never, never> {
  if (text === undefined) return {};
  const agoMs = parseDuration(text);
  const atMs = agoMs === undefined ? Date.parse(text) : Date.now() - agoMs;
  if (Number.isFinite(atMs)) return as(Math.round(atMs));
  throw new SentryError("usage", `${option}: expected a time such as 2026-01-31T00:00:00Z or 30d, found ${text}`);
}
