import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parentPort, workerData } from "node:worker_threads";
import { z } from "zod";
import { messageOf, SentryError, systemClock } from "../../core/index.ts";
import { loadSite } from "../../site/index.ts";
import { writeRegisterFiles } from "./register-files.ts";

/** Makes one register in a thread of its own: a month of readings and a PDF would hold up alarms. */

const asked = z.object({
  config: z.string(),
  data: z.string(),
  room: z.string(),
  month: z.string(),
  language: z.enum(["zh", "en"]),
  format: z.enum(["pdf", "xlsx"]),
});

const { config, format, ...request } = asked.parse(workerData);
const folder = mkdtempSync(join(tmpdir(), "sentry-register-"));
try {
  const { site } = loadSite(config, { nowMs: systemClock.nowMs() });
  const { files } = await writeRegisterFiles({ ...request, site, folder, clock: systemClock });
  // Without a font there is a page of HTML in the PDF's place.
  const file = files.find((name) => name.endsWith(".xlsx") === (format === "xlsx"))!;
  parentPort?.postMessage({ name: file.slice(folder.length + 1), content: new Uint8Array(readFileSync(file)) });
} catch (error) {
  const code = error instanceof SentryError ? error.code : "internal";
  parentPort?.postMessage({ code, message: messageOf(error) });
} finally {
  rmSync(folder, { recursive: true, force: true });
}
