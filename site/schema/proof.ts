import { z } from "zod";
import { duration } from "../units.ts";
import { channelNames } from "./channels.ts";
import { count, name, secretFile } from "./values.ts";

/** What shows that telling works while nothing is wrong: heartbeat, weekly check, exercises, reports. */

const staff = z.string().min(1).max(32).meta({ title: "staff number" });
const clockTime = z
  .string()
  .regex(/^([01]\d|2[0-3]):[0-5]\d$/, { error: "a time such as 07:30" })
  .meta({ title: "time of day" });

const heartbeat = z.strictObject({
  url_file: secretFile.meta({
    title: "file",
    description: "Holds the address that is asked, for whoever knows it can keep the watcher quiet",
  }),
  method: z.enum(["GET", "POST"]).default("GET").meta({ description: "POST sends `{ site, at }` as JSON" }),
  every: duration
    .refine((ms) => ms >= 1_000, { error: "1s or more" })
    .prefault("1m")
    .meta({ description: "How often, while every part is well" }),
  timeout: duration
    .refine((ms) => ms > 0, { error: "longer than nothing" })
    .prefault("10s")
    .meta({ description: "Time for one answer" }),
});
export type HeartbeatConfig = z.output<typeof heartbeat>;

const weekly = z.strictObject({
  at: z
    .string()
    .regex(/^(mon|tue|wed|thu|fri|sat|sun) ([01]\d|2[0-3]):[0-5]\d$/, { error: "a weekday and time such as mon 09:30" })
    .default("mon 09:30")
    .meta({ title: "weekday and time", description: "By the site's wall clock" }),
  tell: z
    .union([z.strictObject({ person: staff }), z.strictObject({ rota: name })], {
      error: "{ person: … } or { rota: … }",
    })
    .optional()
    .meta({ description: "Who gets the marked message; no check without it" }),
  channels: z.array(z.enum(channelNames)).min(1).optional().meta({
    description: "Through these; through all that the site has and that can say that it is a test, unless given",
  }),
  within: duration.prefault("10m").meta({ description: "Time for each channel to take it; then notification-failing" }),
});
export type WeeklyCheckConfig = z.output<typeof weekly>;

export const proof = z.strictObject({
  heartbeat: heartbeat
    .optional()
    .meta({ description: "Tells a dead-man's switch that all is well; its silence is the alarm" }),
  weekly: weekly.prefault({}).meta({ description: "A synthetic sample that must arrive through each channel" }),
  drill_for: duration.prefault("30m").meta({ description: "After this an exercise ends by itself" }),
  drill_longest: duration.prefault("4h").meta({ description: "Longest exercise that can be asked for" }),
});

const reader = z.union([z.strictObject({ person: staff }), z.strictObject({ team: name }), z.literal("leadership")], {
  error: "{ person: … }, { team: … } or leadership",
});
export type ReportReader = z.output<typeof reader>;
const schedule = (when: string) =>
  z
    .strictObject({
      at: clockTime.default("07:30").meta({ title: "time of day", description: `${when}, by the site's wall clock` }),
      tell: z.array(reader).min(1).meta({ description: "Who gets it by mail, each in their own language" }),
    })
    .optional();

export const reports = z.strictObject({
  daily: schedule("On the day after").meta({ description: "A report of each day; none unless given" }),
  weekly: schedule("On the Monday after").meta({ description: "A report of each week; none unless given" }),
  monthly: schedule("On the first of the next month").meta({
    description: "A report of each month; none unless given",
  }),
  mail_latest: count
    .default(7)
    .meta({ description: "After a long downtime so many of a kind are mailed; all of them are made" }),
  gap_from: duration.prefault("15m").meta({
    description: "Shortest gap in a device's data that is listed; never under three of its intervals",
  }),
});
export const reportKinds = ["daily", "weekly", "monthly"] as const;
export type ReportKind = (typeof reportKinds)[number];
