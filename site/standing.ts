import type { PersonnelCategory, SiteConfig } from "./schema.ts";
import type { Site } from "./site.ts";

/** Whether a category may be in a room at that moment without asking anybody. */
export type StandingAnswer = "within-hours" | "outside-hours" | "none";

type StandingRights = NonNullable<SiteConfig["access"]["standing"][PersonnelCategory]>;

const unlessNamed: Partial<Record<PersonnelCategory, StandingRights>> = {
  archivist: [{ rooms: "all", hours: "working" }],
};

export function standingRight(
  site: Pick<Site, "config" | "calendar">,
  who: { category: PersonnelCategory; room: string; atMs: number },
): StandingAnswer {
  const rights = site.config.access.standing[who.category] ?? unlessNamed[who.category] ?? [];
  const here = rights.filter(({ rooms }) => rooms === "all" || rooms.includes(who.room));
  if (here.length === 0) return "none";
  return here.some(({ hours }) => isWithinHours(site, hours, who.atMs)) ? "within-hours" : "outside-hours";
}

function isWithinHours({ calendar }: Pick<Site, "calendar">, hours: string, atMs: number): boolean {
  if (hours === "always") return true;
  if (hours === "working") return calendar.isWorkingTime(atMs);
  if (!calendar.isWorkingDay(atMs)) return false;
  const minute = (text: string) => Number(text.slice(0, 2)) * 60 + Number(text.slice(3, 5));
  const now = calendar.local(atMs).minuteOfDay;
  return now >= minute(hours.slice(0, 5)) && now < minute(hours.slice(6));
}
