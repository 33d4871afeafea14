/** What a text says as JSON; `undefined` when it is none: a proxy's page, a cut-off reply. */
export function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
