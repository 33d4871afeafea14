import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Clock } from "../../core/index.ts";
import { findFont, renderHtml, renderPdf } from "../../reports/index.ts";
import type { Site } from "../../site/index.ts";
import { openLedgerIn } from "../ledger/open-ledger.ts";
import { type PackLanguage, packWords } from "../pack/pack-words.ts";
import { registerOf } from "./register.ts";
import { registerPaper, registerWorkbook } from "./register-paper.ts";

/** Writes the register of a room and month beside each other as PDF (HTML where no font is found) and XLSX. */
export async function writeRegisterFiles(request: {
  data: string;
  site: Site;
  room: string;
  month: string;
  folder: string;
  language: PackLanguage;
  clock: Clock;
}): Promise<{ files: string[]; notes: string[] }> {
  const { data, site, room, month, folder, language, clock } = request;
  const ledger = existsSync(join(data, "ledger.db")) ? openLedgerIn(data, clock) : null;
  try {
    const register = registerOf({ data, site, ledger, room, month, language, nowMs: clock.nowMs() });
    const paper = registerPaper(register, site, language);
    const { font: path, font_face: face } = site.config.report;
    const font = findFont(path === undefined ? undefined : { path, ...(face === undefined ? {} : { face }) });
    const name = (ending: string) => join(folder, `register-${room}-${month}.${ending}`);
    mkdirSync(folder, { recursive: true });
    writeFileSync(name("xlsx"), await registerWorkbook(register, site, language));
    if (font) writeFileSync(name("pdf"), await renderPdf(paper, font));
    else writeFileSync(name("html"), renderHtml(paper));
    return {
      files: [name(font ? "pdf" : "html"), name("xlsx")],
      notes: font ? [] : [packWords[language].fontMissing],
    };
  } finally {
    ledger?.close();
  }
}
