import { z } from "zod";
import { duration } from "../units.ts";
import { personnelCategories } from "./people.ts";
import { count, name } from "./values.ts";

const standingHours = z
  .union([
    z.enum(["working", "always"]),
    z.string().regex(/^([01]\d|2[0-3]):[0-5]\d-([01]\d|2[0-4]):[0-5]\d$/, {
      error: "working, always, or hours of working days such as 08:00-12:00",
    }),
  ])
  .default("working")
  .meta({
    title: "hours",
    description: "`working` hours of the calendar, `always`, or such as `08:00-12:00` on working days",
  });
const standingRight = z.strictObject({
  rooms: z
    .union([z.literal("all"), z.array(name).min(1)])
    .default("all")
    .meta({ description: "Which rooms" }),
  hours: standingHours,
});
const categories = z.array(z.enum(personnelCategories));

/** Who may enter which room when, and when a door's word is doubted. */
export const access = z.strictObject({
  standing: z.partialRecord(z.enum(personnelCategories), z.array(standingRight)).default({}).meta({
    description:
      "Standing rights by category. A category that is not named keeps its own: archivists enter all rooms in working hours, everybody else needs a grant",
  }),
  escorted: categories
    .default(["contractor", "visitor", "health-authority"])
    .meta({ description: "Categories that may be inside only together with an escort, also with a grant" }),
  escorts: categories.default(["archivist", "leader"]).meta({ description: "Categories that may be an escort" }),
  two_persons_for: z
    .array(z.enum(["ordinary", "important", "core"]))
    .default(["core"])
    .meta({ description: "Classes of records for which a visit by a grant needs two persons" }),
  together_within: duration
    .prefault("2m")
    .meta({ description: "Time within which the second person or the escort must have entered too" }),
  unlock_for: duration
    .prefault("15s")
    .meta({ description: "Time after a badge or an exit request in which a door may open; a door's own wins" }),
  clock_slack: duration
    .prefault("3s")
    .meta({ description: "How far the clocks of a door's contact and its reader may be apart" }),
  settle: duration
    .prefault("3s")
    .meta({ description: "How long a door that opened waits for its badge to arrive before it counts as forced" }),
  inside_longest: duration
    .prefault("12h")
    .meta({ description: "After so long without a badge out, somebody counts as gone, unseen" }),
  late_within: duration
    .prefault("48h")
    .meta({ description: "Reports this late still change what is said of those around them; later ones are recorded" }),
  denied_limit: count
    .default(3)
    .meta({ description: "Refusals of one badge, or at one door, that raise access-denied-repeated" }),
  denied_within: duration.prefault("5m").meta({ description: "Time within which they count together" }),
  grant_longest: duration.prefault("31d").meta({ description: "Longest time for which a grant can be given" }),
  break_glass_longest: duration.prefault("4h").meta({ description: "Longest time of an entry by break-glass" }),
  explain_within: duration
    .prefault("24h")
    .meta({ description: "Time in which a break-glass must be explained; then it alarms again" }),
});
