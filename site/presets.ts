import type { Range } from "./units.ts";

export interface Preset {
  temperatureC: Range;
  relativeHumidityPct: Range;
  /** Largest max − min over 24 h; `null` where the document names none. */
  swing: { temperatureC: number; relativeHumidityPct: number } | null;
  source: string;
  /** Whether the text of the document was seen: anything but `confirmed` is to be checked against your copy. */
  status: "confirmed" | "unconfirmed";
}

const cn = (temperatureC: Range, relativeHumidityPct: Range, source: string): Preset => ({
  temperatureC,
  relativeHumidityPct,
  swing: { temperatureC: 4, relativeHumidityPct: 10 },
  source,
  status: "confirmed",
});
const r = (low: number, high: number): Range => ({ low, high });

/** Holdings presets: published limits with their source. The swing is twice the document's ± figure. */
export const presets = {
  "cn-paper": cn(r(14, 24), r(45, 60), "JGJ 25-2010; DA/T 87-2021 table 1"),
  "cn-special-collections": cn(r(14, 20), r(45, 55), "JGJ 25-2010; DA/T 87-2021 table 1"),
  "cn-magnetic": cn(r(14, 24), r(40, 60), "JGJ 25-2010; DA/T 87-2021 table 1"),
  "cn-film-copy": cn(r(14, 24), r(40, 60), "JGJ 25-2010; DA/T 87-2021 table 1"),
  "cn-film-master": cn(r(13, 15), r(35, 45), "JGJ 25-2010; State Archives rules of 1987, art. 8"),
  "cn-optical-disc": cn(r(15, 20), r(25, 45), "DA/T 87-2021 table 1"),
  "uk-general": {
    temperatureC: r(13, 23),
    relativeHumidityPct: r(35, 60),
    swing: null,
    source: "BS 4971:2017 (check against your copy)",
    status: "unconfirmed",
  },
  "iso11799-paper": {
    temperatureC: r(2, 18),
    relativeHumidityPct: r(30, 45),
    swing: { temperatureC: 2, relativeHumidityPct: 6 },
    source: "ISO 11799:2003 annex B, informative (check against your copy)",
    status: "unconfirmed",
  },
} as const satisfies Record<string, Preset>;

export type PresetName = keyof typeof presets;
export const presetNames = Object.keys(presets) as [PresetName, ...PresetName[]];
