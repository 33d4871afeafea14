import type { PresetName } from "./presets.ts";

/** What the holdings are called whose limits a room keeps. */
export const presetWords: Readonly<Record<PresetName, { zh: string; en: string }>> = {
  "cn-paper": { zh: "纸质档案", en: "Paper" },
  "cn-special-collections": { zh: "特藏档案", en: "Special collections" },
  "cn-magnetic": { zh: "磁介质", en: "Magnetic media" },
  "cn-film-copy": { zh: "胶片（拷贝片）", en: "Film copies" },
  "cn-film-master": { zh: "胶片（母片）", en: "Film masters" },
  "cn-optical-disc": { zh: "光盘", en: "Optical discs" },
  "uk-general": { zh: "一般馆藏（英国）", en: "General collections (UK)" },
  "iso11799-paper": { zh: "纸质（ISO 11799）", en: "Paper (ISO 11799)" },
};
