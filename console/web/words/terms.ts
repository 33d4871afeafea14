import { accessWord } from "../../../contract/access-words.ts";
import { language } from "../language.ts";
import { shellWords } from "./shell.ts";

const events: Readonly<Record<string, { en: string; zh: string }>> = {
  badge: { en: "badge", zh: "刷卡" },
  "door-opened": { en: "door opened", zh: "门开" },
  "door-closed": { en: "door closed", zh: "门关" },
  "exit-request": { en: "exit button", zh: "出门按钮" },
  in: { en: "in", zh: "进" },
  out: { en: "out", zh: "出" },
  granted: { en: "granted", zh: "放行" },
  denied: { en: "denied", zh: "拒绝" },
};

/** Identifiers of doors, judgements and categories as people read them. */
export const eventWord = (text: string): string => events[text]?.[language.value === "en" ? "en" : "zh"] ?? text;
export const judgementWord = (text: string): string => accessWord(text, language.value);
export const categoryWord = (text: string): string => shellWords().roles[text] ?? text;
