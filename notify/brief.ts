import type { Language } from "../contract/index.ts";
import type { Site } from "../site/index.ts";
import { type AlarmNotice, saysReturned } from "./notice.ts";
import type { OwnWords } from "./own-words.ts";
import { tellingWords } from "./telling-words.ts";
import { clockText, numberText } from "./templates/formats.ts";
import type { Words } from "./templates/words.ts";

/**
 * The least that somebody must know, each piece on its own. It is made of the condition, the room and figures alone,
 * never of sentences or evidence: no name of a visitor can get into an SMS.
 */
export interface Brief {
  language: Language;
  /** 演练, in an exercise; 非演练, of a real alarm beside one. */
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
  /** Of a warning: when what it foresees will be. */
  expected: string | null;
  value: string | null;
  limit: string | null;
  /** What the site says in its own words instead. */
  own: OwnWords;
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
    drill: notice.drill ? words.drill : notice.besideDrill ? tellingWords[language].real.short : null,
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
    since: clockText(notice.raisedAtMs, sentAtMs, site.timeZone),
    expected:
      notice.expected && !returned
        ? words.expectedBriefly(clockText(notice.expected.atMs, sentAtMs, site.timeZone))
        : null,
    value: figure(notice.value),
    limit: figure(notice.limit),
    own: {},
  };
}
