import { z } from "zod";
import { conditionNames, languages, priorities } from "../../contract/index.ts";
import { duration } from "../units.ts";
import { channelNames } from "./channels.ts";
import { count, date, localised, name, nameOf } from "./values.ts";

const person = z.string().min(1).max(32).meta({ title: "staff number" });
const instant = z.iso.datetime({ offset: true, error: "a time such as 2026-11-22T08:00:00+08:00" });
const weekdays = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"] as const;

/** Wall-clock times of the site; an end before the beginning is on the next day. */
export const hours = z
  .string()
  .regex(/^([01]\d|2[0-3]):[0-5]\d-([01]\d|2[0-4]):[0-5]\d$/, { error: "hours such as 08:00-17:30 or 22:00-06:00" })
  .refine((text) => text.slice(0, 5) !== text.slice(6), { error: "hours that begin and end at different times" })
  .meta({ title: "hours" });

export const quietTime = z.strictObject({
  hours: hours.meta({ title: "hours", description: "Such as `22:00-06:30`, by the site's clock" }),
  days: z
    .array(z.enum(weekdays))
    .min(1)
    .optional()
    .meta({ description: "On which they begin; every day unless given" }),
});
export const leave = z.strictObject({
  from: date.meta({ title: "date", description: "First day" }),
  to: date.meta({ title: "date", description: "Last day, included" }),
});

const team = z.strictObject({
  id: nameOf("Named by steps and rotas"),
  name: localised.optional().meta({ description: "What people call it" }),
  members: z.array(person).min(1).meta({ description: "Staff numbers" }),
});

const rotation = z.strictObject({
  members: z.array(person).min(1).meta({ description: "Staff numbers, in the order of their turns" }),
  hand_over: z
    .string()
    .regex(/^(mon|tue|wed|thu|fri|sat|sun) ([01]\d|2[0-3]):[0-5]\d$/, { error: "a weekday and time such as mon 08:00" })
    .default("mon 08:00")
    .meta({ title: "weekday and time", description: "By the site's wall clock, also across changes of its clocks" }),
  weeks: count.max(52).default(1).meta({ description: "Length of a turn in weeks" }),
  first: date.default("2024-01-01").meta({
    title: "date",
    description: "The turn of the first member begins with the hand-over on this day or the last one before it",
  }),
});

/** When a layer counts. */
export const layerTimes = ["always", "working-hours", "working-days", "days-off"] as const;

const layer = z
  .strictObject({
    when: z
      .enum(layerTimes)
      .default("always")
      .meta({ description: "By the site's calendar: holidays and worked weekends count as what they are" }),
    hours: hours.optional().meta({ title: "hours", description: "And only at these, by the site's wall clock" }),
    person: person.optional().meta({ title: "staff number", description: "One person" }),
    team: nameOf("Everybody of a team").optional(),
    rotation: rotation.optional().meta({ description: "One after the other, week by week" }),
    rota: nameOf("Whoever is on duty by another rota").optional(),
  })
  .refine((one) => [one.person, one.team, one.rotation, one.rota].filter((who) => who !== undefined).length === 1, {
    error: "exactly one of person, team, rotation and rota",
  });

const rota = z.strictObject({
  id: nameOf("Named by steps and by other rotas"),
  name: localised.optional().meta({ description: "What people call it" }),
  layers: z.array(layer).min(1).meta({ description: "The first that names somebody at a moment counts" }),
  overrides: z
    .array(
      z
        .strictObject({
          from: instant.meta({ title: "time", description: "From this time on" }),
          to: instant.meta({ title: "time", description: "Before this time" }),
          person: person.meta({ title: "staff number", description: "Is on duty instead" }),
          reason: z.string().max(200).optional().meta({ description: "Why, for whoever wonders" }),
        })
        .refine(({ from, to }) => Date.parse(from) < Date.parse(to), { error: "a time after from", path: ["to"] }),
    )
    .default([])
    .meta({ description: "Exchanged duties; the last that counts at a moment wins" }),
});

const target = z.union(
  [
    z.strictObject({ person }),
    z.strictObject({ team: name }),
    z.strictObject({ rota: name }),
    z.literal("leadership"),
    z.literal("everyone"),
  ],
  { error: "{ person: … }, { team: … }, { rota: … }, leadership or everyone (by their `told`)" },
);
export type TellTarget = z.output<typeof target>;

const step = z.strictObject({
  after: duration.prefault("0s").meta({ description: "Since the beginning; a step that finds nobody is passed over" }),
  tell: z.array(target).min(1).meta({ description: "Whom to tell, whatever their `told` says" }),
  channels: z
    .array(z.enum(channelNames))
    .min(1)
    .optional()
    .meta({ description: "All of these at once; each person's first unless given" }),
});

const policy = z.strictObject({
  id: nameOf("For whoever reads the file"),
  match: z
    .strictObject({
      priorities: z.array(z.enum(priorities)).min(1).optional().meta({ description: "Any unless given" }),
      rooms: z.array(name).min(1).optional().meta({ description: "Any, and what belongs to none, unless given" }),
      buildings: z.array(name).min(1).optional().meta({ description: "Any unless given" }),
      conditions: z.array(z.enum(conditionNames)).min(1).optional().meta({ description: "Any unless given" }),
    })
    .prefault({})
    .meta({ description: "Of which alarms; the first policy that fits an alarm is its own" }),
  steps: z
    .array(step)
    .min(1)
    .max(20)
    .refine((steps) => steps.every(({ after }, at) => at === 0 || after >= steps[at - 1]!.after), {
      error: "steps in the order of their time",
    })
    .meta({ description: "One after the other until somebody acknowledges" }),
  repeat: duration.optional().meta({ description: "So long after the last step it begins anew; once unless given" }),
  until: z
    .enum(["returned", "acknowledged"])
    .default("returned")
    .meta({ description: "Whether steps go on when the cause has gone and nobody has acknowledged" }),
  return_within: duration
    .optional()
    .meta({ description: "An acknowledged alarm that still stands after this is told again, and again after as long" }),
  tell_who_took_it: z
    .boolean()
    .default(true)
    .meta({ description: "Those who were told hear who acknowledged, through what and with which comment" }),
  hold: z
    .literal("working-hours")
    .optional()
    .meta({ description: "Wait for the site's working hours; for medium and low alone" }),
  gather: duration
    .optional()
    .meta({ description: "Wait so long for more of the same room and condition; for medium and low alone" }),
  answered_inside_only: z.boolean().default(false).meta({
    description:
      "For critical alarms: somebody is always within reach of the console, no other way of answering is needed",
  }),
});

const fireControlRoom = z.strictObject({
  told: z.boolean().default(true).meta({
    description: "Of smoke and heat, before anybody else, where a channel reaches the room's `fire_control_room`",
  }),
  channels: z.array(z.enum(channelNames)).min(1).optional().meta({
    description:
      "Best first; unless given, calls that speak, then SMS, which no number that begins with 0 or is an extension takes",
  }),
  language: z.enum(languages).optional().meta({ description: "The site's unless given" }),
});

export const telling = z.strictObject({
  fire_control_room: fireControlRoom
    .prefault({})
    .meta({ description: "Who sits at the panel hears of suspected fire first" }),
  templates: z.string().min(1).optional().meta({
    title: "folder",
    description: "The site's own wording, relative to the site file: `zh-CN/sms.txt`, `en/mail-note.txt` …",
  }),
  leadership: z
    .array(person)
    .min(1)
    .optional()
    .meta({ description: "Staff numbers of those told last; people of category leader unless given" }),
  teams: z.array(team).default([]).meta({ description: "People who are told together" }),
  rotas: z.array(rota).default([]).meta({ description: "Who is on duty when" }),
  policies: z.array(policy).default([]).meta({
    description: "Who is told when; an alarm that no policy fits is told at once to everyone by their `told`",
  }),
  look_ahead: count.max(52).default(8).meta({ description: "Weeks in which gaps in rotas are looked for" }),
  reach_within: duration
    .prefault("10m")
    .meta({ description: "Time after the last step for a channel to accept a message; then nobody-reached" }),
  other_channel_after: count
    .default(3)
    .meta({ description: "Failed attempts through one channel before a person's next is tried too" }),
  digest_from: count
    .min(2)
    .default(10)
    .meta({ description: "So many alarms waiting for one person go out as one message with the present state" }),
  flood_gather: duration
    .prefault("1m")
    .meta({ description: "In an alarm flood, how long all but critical alarms are gathered into one message" }),
  messages_per_hour: count
    .default(60)
    .meta({ description: "To one person; more wait, critical ones never, and come as one message" }),
  keep_log: duration.prefault("731d").meta({ description: "How long the log of who was told what is kept" }),
});
export type PolicyConfig = z.output<typeof policy>;
export type RotaConfig = z.output<typeof rota>;
export type LayerConfig = z.output<typeof layer>;
export type QuietTime = z.output<typeof quietTime>;
