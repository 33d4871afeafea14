import { z } from "zod";
import { file } from "./values.ts";

const hours = z
  .string()
  .regex(/^([01]\d|2[0-3]):[0-5]\d-([01]\d|2[0-4]):[0-5]\d$/, { error: "hours such as 08:00-17:30" })
  .meta({ title: "hours", description: "Such as `08:00-17:30`; a day without hours is a day off" });
export const calendar = z.strictObject({
  weekly: z
    .strictObject({
      mon: hours.optional(),
      tue: hours.optional(),
      wed: hours.optional(),
      thu: hours.optional(),
      fri: hours.optional(),
      sat: hours.optional(),
      sun: hours.optional(),
    })
    .prefault({ mon: "08:00-17:30", tue: "08:00-17:30", wed: "08:00-17:30", thu: "08:00-17:30", fri: "08:00-17:30" }),
  days_file: file
    .optional()
    .meta({ description: "CSV date,kind,name: kind is off (a holiday) or work (a worked weekend day)" }),
});
