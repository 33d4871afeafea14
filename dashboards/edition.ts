import type { Quantity } from "../contract/index.ts";
import type { PresetName, Site } from "../site/index.ts";

/** Words that people read, in both languages. */
export interface Text {
  zh: string;
  en: string;
}
export const text = (en: string, zh: string): Text => ({ zh, en });

export const editionLanguages = ["en", "zh"] as const;
export type EditionLanguage = (typeof editionLanguages)[number];

/** One site in one language: what a dashboard is made for. */
export interface Edition {
  site: Site;
  language: EditionLanguage;
  say(words: Text): string;
  /** Rooms to be kept within limits, in the order of the site file. */
  rooms: readonly EditionRoom[];
  /** Whether any device of the site reports one of these: a panel that could never show anything is left out. */
  measures(...quantities: Quantity[]): boolean;
  /** Whether there is a reader at any door. */
  readers: boolean;
  outdoors: boolean;
  /** The history holds an alarm's message in the site's language alone. */
  readsMessages: boolean;
  /** Where the console is, for links. */
  consoleUrl: string;
}

export interface EditionRoom {
  id: string;
  name: string;
  /** For a tile: as short messages call it, where these are in the same language. */
  shortName: string;
  profile: PresetName;
  floor: string;
  /** How many devices are meant to be heard from here. */
  devices: number;
}

/** Outdoor air is a room by this id: an input of forecasts, kept within no limits. */
export const outdoorRoom = "outdoor";

export function editionOf(site: Site, language: EditionLanguage): Edition {
  const say = (words: Text) => words[language];
  const readsMessages = site.config.site.language.startsWith(language);
  const rooms = [...site.rooms.values()]
    .filter(({ id }) => id !== outdoorRoom)
    .map(({ id, profile, floor, short_name: short }) => {
      const storey = floor === undefined ? undefined : say(text(`floor ${floor}`, `${floor} 层`));
      const building = site.buildingName(id)?.[language];
      const place = [building, storey].filter((word) => word !== undefined).join(" · ");
      const devices = site.config.devices.filter(
        (device) => (device.room ?? device.assignments.at(-1)?.room) === id,
      ).length;
      const name = site.roomName(id)[language];
      const shortName = (readsMessages ? short : undefined) ?? name;
      return { id, profile, name, shortName, devices, floor: place || say(text("Rooms", "库房")) };
    });
  const { public_url, host, port } = site.config.console;
  return {
    site,
    language,
    say,
    rooms,
    measures: (...wanted) => site.config.devices.some((device) => wanted.some((q) => device.quantities.includes(q))),
    readers: site.config.doors.some(({ reader }) => reader !== undefined),
    outdoors: site.rooms.has(outdoorRoom),
    readsMessages,
    consoleUrl: (public_url ?? `http://${host}:${port}`).replace(/\/$/, ""),
  };
}

/** The longest that a sensor of one of these quantities waits between two readings: a chart asks for nothing finer. */
export function reportingInterval(site: Site, quantities: readonly string[]): string {
  const intervals = site.config.devices
    .filter((device) => device.quantities.some((quantity) => quantities.includes(quantity)))
    .map(({ interval }) => interval);
  const longestS = Math.ceil(Math.max(60_000, ...intervals) / 1_000);
  return longestS % 60 === 0 ? `${longestS / 60}m` : `${longestS}s`;
}
