/** Times, spans and numbers as a reader of the locale expects them. */

/** Making a format costs more than all the rest of a message. */
function remembered<T>(make: (...key: string[]) => T): (...key: string[]) => T {
  const made = new Map<string, T>();
  return (...key) => {
    const name = key.join(" ");
    const known = made.get(name);
    if (known !== undefined) return known;
    const fresh = make(...key);
    made.set(name, fresh);
    return fresh;
  };
}

const numberFormat = remembered((locale) => new Intl.NumberFormat(locale, { maximumFractionDigits: 2 }));
const durationFormat = remembered((locale) => new Intl.DurationFormat(locale, { style: "short" }));
const briefestFormat = remembered(
  (locale) => new Intl.DurationFormat(locale, { style: "short", secondsDisplay: "always" }),
);
const timeFormat = remembered(
  (locale, timeZone) =>
    new Intl.DateTimeFormat(locale, {
      timeZone,
      year: "numeric",
      month: "short",
      day: "numeric",
      weekday: "short",
      hour: "2-digit",
      minute: "2-digit",
      second: "2-digit",
      hourCycle: "h23",
    }),
);
const zoneFormat = remembered(
  (locale, timeZone) => new Intl.DateTimeFormat(locale, { timeZone, timeZoneName: "short" }),
);

export const numberText = (value: number, locale: string): string => numberFormat(locale).format(value);

/** With the zone behind the time, also where the locale would put it between date and time. */
export function timeText(atMs: number, { locale, timeZone }: { locale: string; timeZone: string }): string {
  const zone = zoneFormat(locale, timeZone)
    .formatToParts(atMs)
    .find((part) => part.type === "timeZoneName");
  return `${timeFormat(locale, timeZone).format(atMs)} ${zone?.value ?? timeZone}`;
}

/** At most two units: nobody acts on the seconds of an hour. */
export function durationText(durationMs: number, locale: string): string {
  const total = Math.max(0, Math.round(durationMs / 1_000));
  const days = Math.floor(total / 86_400);
  const hours = Math.floor(total / 3_600) % 24;
  const minutes = Math.floor(total / 60) % 60;
  if (total < 60) return briefestFormat(locale).format({ seconds: total });
  if (days > 0) return durationFormat(locale).format({ days, hours });
  return durationFormat(locale).format(hours > 0 ? { hours, minutes } : { minutes, seconds: total % 60 });
}

/** By the site's clock, with the day where it is not that of `besideMs`: 15:40, 11-23 02:10. */
export function clockText(atMs: number, besideMs: number, timeZone: string): string {
  const [day, time] = isoStamp(atMs, timeZone);
  return day === isoStamp(besideMs, timeZone)[0] ? time : `${day.slice(5)} ${time}`;
}

// The Swedish form is ISO 8601's: 2026-11-22 02:10.
const isoFormat = remembered(
  (timeZone) => new Intl.DateTimeFormat("sv-SE", { timeZone, dateStyle: "short", timeStyle: "short" }),
);

function isoStamp(atMs: number, timeZone: string): [day: string, time: string] {
  const text = isoFormat(timeZone).format(atMs);
  return [text.slice(0, 10), text.slice(11, 16)];
}

const shareFormat = remembered(
  (locale) => new Intl.NumberFormat(locale, { style: "percent", maximumFractionDigits: 0 }),
);
export const shareText = (share: number, locale: string): string => shareFormat(locale).format(share);
