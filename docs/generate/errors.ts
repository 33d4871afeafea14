import { errorCodes } from "../../core/index.ts";
import { code, generated, table } from "./table.ts";

export function errorsPage(): string {
  const rows = Object.entries(errorCodes).map(([name, { http, meaning }]) => [code(name), String(http), meaning]);
  return `${generated("core/errors.ts")}

# Errors

Every fault of the world that the program reports has one of these codes: in the log as \`code\`, over HTTP as \`code\` of
an [RFC 9457](https://www.rfc-editor.org/rfc/rfc9457) problem document, on the command line as the exit code. Codes are
stable; messages may be reworded.

${table(["Code", "HTTP status", "Meaning"], rows)}

On the command line the exit code is 2 for \`usage\`, \`config-invalid\`, \`config-unreadable\` and \`secret-unreadable\`
(nothing was started), and 1 for every other.
`;
}
