/** Papers for people: PDF, or HTML where no font is at hand, tables as CSV and XLSX, folders as ZIP; of what, others say. */
export { type Font, findFont } from "./fonts.ts";
export { renderHtml } from "./html.ts";
export type { Block, Column, Paper, PaperLanguage } from "./paper.ts";
export { renderPdf } from "./pdf.ts";
export { reportHtml, reportText } from "./periodic/layout.ts";
export { type Page, pageOf } from "./periodic/page.ts";
export {
  boundsOfPeriod,
  dueMs,
  lastPeriod,
  nameOf,
  type Period,
  parseName,
  parsePeriod,
  periodOf,
  periodsDue,
} from "./periodic/period.ts";
export { createReportSchedule } from "./periodic/schedule.ts";
export { createReportStore, type ReportStore, reportsMigration } from "./periodic/store.ts";
export { renderXlsx, type Sheet } from "./xlsx.ts";
export { zipFolder } from "./zip.ts";
