import type { Site } from "../../../site/index.ts";

const hourMs = 3_600_000;
/** Forgotten all at once: a room needs a day of them at a time. */
const most = 4_096;

export interface LocalHour {
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
  readonly #known = new Map<number, LocalHour>();

  constructor(site: Site) {
    this.#site = site;
  }

  at(atMs: number): LocalHour {
    const start = Math.floor(atMs / hourMs) * hourMs;
    const known = this.#known.get(start);
    if (known) return known;
    const { calendar } = this.#site;
    const { minuteOfDay } = calendar.local(start);
    const hour: LocalHour = {
      angle: (2 * Math.PI * minuteOfDay) / 1_440,
      hour: Math.floor(minuteOfDay / 60),
      working: calendar.isWorkingTime(start + hourMs / 2),
      workingDay: calendar.isWorkingDay(start),
    };
    if (this.#known.size >= most) this.#known.clear();
    this.#known.set(start, hour);
    return hour;
  }

  /** Angle of the day at a moment. */
  angle(atMs: number): number {
    return this.at(atMs).angle + (2 * Math.PI * (atMs % hourMs)) / (24 * hourMs);
  }
}
