import type { OwnClimateNotice } from "../../alerts/index.ts";
import { ownClimateBand, ownClimateLooksBackMs, type Point } from "../../climate/index.ts";
import type { HistoryQueries } from "../../collector/index.ts";
import { type Clock, type Logger, messageOf } from "../../core/index.ts";
import { hasOwnClimate, type Site } from "../../site/index.ts";

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
const quantity = "relative_humidity_pct";

/** A band holds for a day of UTC: what the humidity does within a year needs no finer cut. */
const dayStartOf = (atMs: number) => Math.floor(atMs / dayMs) * dayMs;

/** What a room's hours say on a day: the same for the running program, `replay` and tests. */
function noticeOf(site: Site, room: string, hours: readonly Point[], dayStartMs: number): OwnClimateNotice {
  const leastPct = site.config.climate.own_climate_least_pct;
  const { band, fromMs } = ownClimateBand(hours, { dayStartMs, leastPct });
  return { room, band, fromMs: fromMs ?? dayStartMs };
}

/** Rooms that are held to their own past. */
const roomsOf = (site: Site) => [...site.rooms.values()].filter(hasOwnClimate).map(({ id }) => id);

/** Means of hours from samples as they come. */
class HourMeans {
  readonly #sums = new Map<number, { sum: number; count: number }>();

  add(atMs: number, value: number, count = 1): void {
    const hour = Math.floor(atMs / hourMs) * hourMs;
    const known = this.#sums.get(hour);
    if (!known) this.#sums.set(hour, { sum: value * count, count });
    else {
      known.sum += value * count;
      known.count += count;
    }
  }

  /** Before then, oldest first; what is too old is dropped. */
  before(dayStartMs: number): Point[] {
    const points: Point[] = [];
    for (const [atMs, { sum, count }] of this.#sums) {
      if (atMs < dayStartMs - ownClimateLooksBackMs) this.#sums.delete(atMs);
      else if (atMs < dayStartMs) points.push({ atMs, value: sum / count });
    }
    return points.sort((a, b) => a.atMs - b.atMs);
  }
}

/** Works out, day by day, what the past of a recording says of its rooms. */
export function createPastOwnClimate(site: Site) {
  const rooms = new Map(roomsOf(site).map((room) => [room, new HourMeans()] as const));
  let dayStartMs = Number.NEGATIVE_INFINITY;
  /** Before then a room has no band for certain: nothing that is yet to be heard makes its past any longer. */
  const notBefore = new Map<string, number>();
  return {
    /** Lets in a sample; what a new day has to say comes before it. */
    take({ device, atMs, values }: { device: string; atMs: number; values: { [quantity]?: number } }) {
      if (rooms.size === 0) return [];
      const notices: OwnClimateNotice[] = [];
      if (dayStartOf(atMs) > dayStartMs) {
        dayStartMs = dayStartOf(atMs);
        for (const [room, hours] of rooms) {
          if (dayStartMs < (notBefore.get(room) ?? dayStartMs)) continue;
          const notice = noticeOf(site, room, hours.before(dayStartMs), dayStartMs);
          notBefore.set(room, notice.fromMs);
          notices.push(notice);
        }
      }
      const value = values[quantity];
      const room = value === undefined ? null : site.roomOf(device, atMs);
      if (value !== undefined && room !== null) rooms.get(room)?.add(atMs, value);
      return notices;
    },
  };
}

/** How often it is seen whether a new day has begun, or an import has made a past long enough. */
const everyMs = 10 * 60_000;
/** Between two rooms: each takes some tens of milliseconds that messages would wait for. */
const pauseMs = 200;
const pageSize = 10_000;

/** Enters, once a day, what the history says of each room that is held to its own past. */
export function createOwnClimate(options: {
  site: () => Site;
  buckets: HistoryQueries["buckets"];
  enter: (notice: OwnClimateNotice) => void;
  clock: Clock;
  log: Logger;
}) {
  const { site, clock, log } = options;
  /** What was entered last, and for which day. */
  const entered = new Map<string, { dayStartMs: number; notice: OwnClimateNotice }>();
  let waiting: string[] = [];
  let of: Site | null = null;

  const hoursOf = (room: string, dayStartMs: number): Point[] => {
    const hours = new HourMeans();
    const fromMs = dayStartMs - ownClimateLooksBackMs;
    let cursor: string | null = null;
    do {
      const request = { room, quantity, fromMs, toMs: dayStartMs, everyMs: hourMs, limit: pageSize };
      const page: ReturnType<HistoryQueries["buckets"]> = options.buckets(
        cursor === null ? request : { ...request, cursor },
      );
      for (const { atMs, mean, count } of page.buckets) hours.add(atMs, mean, count);
      cursor = page.next;
    } while (cursor !== null);
    return hours.before(dayStartMs);
  };

  const look = (room: string) => {
    const dayStartMs = dayStartOf(clock.nowMs());
    const known = entered.get(room);
    // A band that was told holds for its day; a past that is too short may have grown by an import.
    if (known?.dayStartMs === dayStartMs && known.notice.band !== null) return;
    const notice = noticeOf(site(), room, hoursOf(room, dayStartMs), dayStartMs);
    entered.set(room, { dayStartMs, notice });
    if (JSON.stringify(notice) !== JSON.stringify(known?.notice)) options.enter(notice);
  };

  const work = () => {
    if (of !== site()) {
      of = site();
      entered.clear();
    }
    const room = waiting.shift();
    try {
      if (room !== undefined) look(room);
      else waiting = roomsOf(site());
    } catch (error) {
      log.warn("app.own-climate.failed", { room, error: messageOf(error) });
    }
    timer = clock.after(waiting.length > 0 ? pauseMs : everyMs, work);
  };
  let timer = clock.after(0, work);
  return {
    /** The site file was read again, or something else calls for a look now. */
    wake() {
      waiting = roomsOf(site());
      timer.cancel();
      timer = clock.after(0, work);
    },
    stop: () => timer.cancel(),
  };
}
