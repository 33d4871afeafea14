/**
 * A table as CSV (RFC 4180) for whatever program people open it with: UTF-8 with a byte order mark, without which Excel
 * takes it for the local encoding; and nothing in it is a formula, for names and comments come from outside
 * (OWASP, CSV injection).
 */
export function csvText(header: readonly string[], rows: Iterable<readonly (string | number | null)[]>): string {
  const lines = [header.map(cell).join(",")];
  for (const row of rows) lines.push(row.map(cell).join(","));
  return `\uFEFF${lines.join("\r\n")}\r\n`;
}

function cell(value: string | number | null): string {
  if (value === null) return "";
  // Of a number the sign is meant.
  if (typeof value === "number") return String(value);
  const harmless = /^\s*[=+\-@＝＋－＠\t\r]/u.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(harmless) ? `"${harmless.replaceAll('"', '""')}"` : harmless;
}
