import type { Language } from "../contract/index.ts";
import type { Site } from "../site/index.ts";
import { type AlarmNotice, saysReturned } from "./notice.ts";
import { numberText } from "./templates/formats.ts";
import type { Words } from "./templates/words.ts";

/**
 * The least that somebody must know, each piece on its own. It is made of the condition, the room and figures alone,
 * never of sentences or evidence: no name of a visitor can get into an SMS.
 */
export interface Brief {
  language: Language;
  /** 演练, in an exercise. */
  drill: string | null;
  /** What must be read before anything else: a room not to be entered alone. */
  warning: string | null;
  priority: string;
  /** What happened to it, where that is not simply that it was raised: 升级, 已恢复. */
  change: string | null;
  returned: boolean;
  what: string;
  /** The room's short name, never cut; else as much of its name as fits. */
  where: string;
  /** By the site's clock, with the day when it is not today's. */
  since: string;
  value: string | null;
  limit: string | null;
}

const longestName = 20;

export function briefOf(
  notice: AlarmNotice,
  options: { site: Site; language: Language; words: Words; warning: string | null; sentAtMs: number },
): Brief {
  const { site, language, words, sentAtMs } = options;
  const key = language === "en" ? "en" : "zh";
  const shortName = notice.room === null ? undefined : site.rooms.get(notice.room)?.short_name;
  const name = notice.room === null ? site.config.site.name[key] : site.roomName(notice.room)[key];
  const returned = saysReturned(notice);
  const figure = (value: number | null) =>
    value === null || notice.unit === null ? null : `${numberText(value, words.locale)} ${notice.unit}`;
  return {
    language,
    drill: notice.drill ? words.drill : null,
    warning: options.warning,
    priority: words.priority[notice.priority],
    change: returned
      ? words.returned
      : notice.transition === "priority-changed"
        ? words.priorityRose
        : notice.transition === "unshelved"
          ? words.shelvingOver
          : null,
    returned,
    what: words.condition[notice.condition],
    where: shortName ?? name.slice(0, longestName),
    since: sinceText(notice.raisedAtMs, { timeZone: site.timeZone, sentAtMs }),
    value: figure(notice.value),
    limit: figure(notice.limit),
  };
}

function sinceText(atMs: number, { timeZone, sentAtMs }: { timeZone: string; sentAtMs: number }): string {
  const [day, time] = stamp(atMs, timeZone);
  const [today] = stamp(sentAtMs, timeZone);
  return day === today ? time : `${day.slice(5)} ${time}`;
}

const formats = new Map<string, Intl.DateTimeFormat>();
function stamp(atMs: number, timeZone: string): [day: string, time: string] {
  let format = formats.get(timeZone);
  if (format === undefined) {
    // The Swedish form is ISO 8601's: 2026-11-22 02:10.
    format = new Intl.DateTimeFormat("sv-SE", { timeZone, dateStyle: "short", timeStyle: "short" });
    formats.set(timeZone, format);
  }
  const text = format.format(atMs);
  return [text.slice(0, 10), text.slice(11, 16)];
}
