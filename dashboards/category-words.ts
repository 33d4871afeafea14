import type { Person } from "../site/index.ts";
import { type Edition, type Text, text } from "./edition.ts";

export const categoryWords: Readonly<Record<Person["category"], Text>> = {
  archivist: text("archivists", "档案人员"),
  logistics: text("logistics", "后勤物资"),
  it: text("IT", "信息"),
  facilities: text("facilities", "设施维护"),
  contractor: text("contractors", "外包人员"),
  visitor: text("visitors", "访客"),
  "health-authority": text("health authority", "卫生主管部门"),
  leader: text("leaders", "院领导"),
  auditor: text("auditors", "审计人员"),
};

/** Of lines that are called by the category. */
export const categoryNames = ({ say }: Edition): Record<string, string> =>
  Object.fromEntries(Object.entries(categoryWords).map(([category, words]) => [category, say(words)]));
