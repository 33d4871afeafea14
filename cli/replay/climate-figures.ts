import { type AirSample, controlTypeOf } from "../../climate/index.ts";
import type { ReplayClimate, Values } from "../../contract/index.ts";
import type { Site } from "../../site/index.ts";

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
const quantities = ["temperature_c", "relative_humidity_pct"] as const;
type ClimateQuantity = (typeof quantities)[number];

/** Min and max of each calendar day. */
type Days = Map<string, { min: number; max: number }>;

/** What a recording's climate was, for reports: nothing of it alarms anybody. Rows come oldest first. */
export function createClimateFigures(site: Site, room: string) {
  const days: Record<ClimateQuantity, Days> = { temperature_c: new Map(), relative_humidity_pct: new Map() };
  /** The type of control asks for a year: its hours are enough of it. */
  const hours = new Map<number, { t: number; rh: number; count: number }>();
  let today = { date: "", fromMs: 0, untilMs: 0 };

  const dayOf = (atMs: number): string => {
    if (atMs < today.fromMs || atMs >= today.untilMs) {
      const { calendar } = site;
      const { date } = calendar.local(atMs);
      today = { date, fromMs: calendar.instantOf(date, 0), untilMs: calendar.instantOf(date, 24 * 60) };
    }
    return today.date;
  };

  const swingsOf = (quantity: ClimateQuantity, most: number | undefined) => {
    let largest: { largest: number; day: string } | null = null;
    let over = 0;
    for (const [day, { min, max }] of days[quantity]) {
      const swing = Math.round((max - min) * 1e6) / 1e6;
      if (largest === null || swing > largest.largest) largest = { largest: swing, day };
      if (most !== undefined && swing > most) over += 1;
    }
    return largest && { ...largest, days: days[quantity].size, daysOver: most === undefined ? null : over };
  };

  return {
    row(atMs: number, values: Values): void {
      for (const quantity of quantities) {
        const value = values[quantity];
        if (value === undefined) continue;
        const date = dayOf(atMs);
        const day = days[quantity].get(date);
        if (!day) days[quantity].set(date, { min: value, max: value });
        else if (value < day.min) day.min = value;
        else if (value > day.max) day.max = value;
      }
      const { temperature_c: t, relative_humidity_pct: rh } = values;
      if (t === undefined || rh === undefined) return;
      const hour = Math.floor(atMs / hourMs);
      const sum = hours.get(hour);
      if (!sum) hours.set(hour, { t, rh, count: 1 });
      else {
        sum.t += t;
        sum.rh += rh;
        sum.count += 1;
      }
    },
    figures(): ReplayClimate | undefined {
      if (days.temperature_c.size + days.relative_humidity_pct.size === 0) return undefined;
      const { swing } = site.limitsOf(room);
      const air = [...hours].map(([hour, { t, rh, count }]): AirSample => {
        return { atMs: hour * hourMs, temperatureC: t / count, relativeHumidityPct: rh / count };
      });
      const found = controlTypeOf(air);
      return {
        timeZone: site.timeZone,
        daySwing: {
          temperature_c: swingsOf("temperature_c", swing?.temperatureC),
          relative_humidity_pct: swingsOf("relative_humidity_pct", swing?.relativeHumidityPct),
        },
        ashrae: found && {
          type: found.type,
          shares: Object.fromEntries(Object.entries(found.shares).map(([type, share]) => [type, rounded(share)])),
          days: Math.round((air.length * hourMs) / dayMs),
          status: "unconfirmed",
        },
      };
    },
  };
}

const rounded = (share: number) => Math.round(share * 1e4) / 1e4;
