import type { PresetName } from "../site/index.ts";
import { type Text, text } from "./edition.ts";

/** What the holdings are called whose limits a room keeps. */
export const profileWords: Readonly<Record<PresetName, Text>> = {
  "cn-paper": text("Paper", "纸质档案"),
  "cn-special-collections": text("Special collections", "特藏档案"),
  "cn-magnetic": text("Magnetic media", "磁介质"),
  "cn-film-copy": text("Film copies", "胶片（拷贝片）"),
  "cn-film-master": text("Film masters", "胶片（母片）"),
  "cn-optical-disc": text("Optical discs", "光盘"),
  "uk-general": text("General collections (UK)", "一般馆藏（英国）"),
  "iso11799-paper": text("Paper (ISO 11799)", "纸质（ISO 11799）"),
};
