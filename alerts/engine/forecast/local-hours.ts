import type { Site } from "../../../site/index.ts";

const hourMs = 3_600_000;
/** A room needs a day of them at a time, and rooms are at about the same time. */
const kept = 256;

export interface LocalHour {
  /** Hours since 1970. */
  number: number;
  /** Angle of the day at the start of the hour, in radians. */
  angle: number;
  hour: number;
  /** People are expected at work in the middle of it. */
  working: boolean;
  workingDay: boolean;
}

/** What the site's calendar says of each hour: asked once an hour, since asking costs more than a forecast. */
export class LocalHours {
  readonly #site: Site;
  readonly #known: (LocalHour | undefined)[] = Array(kept).fill(undefined);

  constructor(site: Site) {
    this.#site = site;
  }

  at(atMs: number): LocalHour {
    const number = Math.floor(atMs / hourMs);
    const place = ((number % kept) + kept) % kept;
    const known = this.#known[place];
    if (known?.number === number) return known;
    const hour = this.#ask(number);
    this.#known[place] = hour;
    return hour;
  }

  #ask(number: number): LocalHour {
    const start = number * hourMs;
    const { calendar } = this.#site;
    const { minuteOfDay } = calendar.local(start);
    return {
      number,
      angle: (2 * Math.PI * minuteOfDay) / 1_440,
      hour: Math.floor(minuteOfDay / 60),
      working: calendar.isWorkingTime(start + hourMs / 2),
      workingDay: calendar.isWorkingDay(start),
    };
  }

  /** Angle of the day at a moment. */
  angle(atMs: number): number {
    return this.at(atMs).angle + (2 * Math.PI * (atMs % hourMs)) / (24 * hourMs);
  }
}
