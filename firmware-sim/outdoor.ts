import type { Calendar } from "../site/index.ts";
import { type Air, relativeHumidityPct, saturationGM3, vapourGM3 } from "./air.ts";
import { gaussian, keyOf } from "./random.ts";

/**
 * Outdoor air of a continental, north-Chinese year: season, day and weather. A pure function of seed and time.
 * The figures resemble Beijing: January mean about -3 °C and dry, July about 27 °C and humid.
 */
export type Outdoor = (atMs: number) => Air;

/** Outdoor air is a room of the site under this id; it has no physics of its own. */
export const outdoorRoom = "outdoor";

const hourMs = 3_600_000;
/** Weather keeps 97 % of itself from hour to hour: it turns in about a day and a half. */
const persistence = 0.97;
/** After so many hours nothing measurable is left of where the weather began (0.97 ^ 1000 = 6e-14). */
const memoryHours = 1_000;

export function createOutdoor(options: { seed: number; calendar: Pick<Calendar, "local"> }): Outdoor {
  const warmth = createWeather(keyOf(options.seed, "weather", "temperature"), 3);
  const moisture = createWeather(keyOf(options.seed, "weather", "dew point"), 2.5);
  const hours = new Map<number, Air>();

  const atHour = (hour: number): Air => {
    const kept = hours.get(hour);
    if (kept) return kept;
    const { date, minuteOfDay } = options.calendar.local(hour * hourMs);
    const yearPart = (Date.parse(date) % (365.25 * 86_400_000)) / (365.25 * 86_400_000);
    // Warmest about 20 July and at three in the afternoon.
    const season = Math.cos(2 * Math.PI * (yearPart - 0.55));
    const day = Math.cos((2 * Math.PI * (minuteOfDay - 15 * 60)) / 1440);
    const temperatureC = 12 + 15 * season + 4.5 * day + warmth(hour);
    // Dew can lie no higher than the air is warm; 0.3 K short of it stands for a wet, not a foggy, night.
    const dew = Math.min(temperatureC - 0.3, 1 + 18 * season + moisture(hour) + 0.4 * warmth(hour));
    const air = { temperatureC, vapourGM3: vapourOfDewPoint(temperatureC, dew) };
    if (hours.size > 48) hours.clear();
    hours.set(hour, air);
    return air;
  };

  return (atMs) => {
    const hour = Math.floor(atMs / hourMs);
    const part = atMs / hourMs - hour;
    const from = atHour(hour);
    const to = atHour(hour + 1);
    const temperatureC = from.temperatureC + part * (to.temperatureC - from.temperatureC);
    const vapour = from.vapourGM3 + part * (to.vapourGM3 - from.vapourGM3);
    return { temperatureC, vapourGM3: Math.min(vapour, saturationGM3(temperatureC)) };
  };
}

/** First-order autoregressive noise on an hourly grid with the given standard deviation. */
function createWeather(key: number, deviation: number): (hour: number) => number {
  const innovation = deviation * Math.sqrt(1 - persistence ** 2);
  let lastHour = Number.NEGATIVE_INFINITY;
  let value = 0;
  return (hour) => {
    if (hour < lastHour || hour - lastHour > memoryHours) {
      lastHour = hour - memoryHours;
      value = 0;
    }
    while (lastHour < hour) value = persistence * value + innovation * gaussian(key, ++lastHour);
    return value;
  };
}

/** Vapour keeps its pressure as air warms from its dew point; its density falls with the absolute temperature. */
function vapourOfDewPoint(temperatureC: number, dewC: number): number {
  return (saturationGM3(dewC) * (dewC + 273.15)) / (temperatureC + 273.15);
}

/**
 * The corridor a room's door opens to: heated in winter, cooled a little in summer, its moisture that of the
 * outdoor air and of people.
 */
export function corridorOf(outdoor: Air): Air {
  const temperatureC = 21 + 0.1 * (outdoor.temperatureC - 12);
  const corridor = { temperatureC, vapourGM3: outdoor.vapourGM3 * 0.9 + 1.5 };
  return relativeHumidityPct(corridor) > 75 ? { temperatureC, vapourGM3: vapourGM3(temperatureC, 75) } : corridor;
}
