import { z } from "zod";
import { recordClasses } from "../../contract/index.ts";
import { duration } from "../units.ts";

const clockTime = z
  .string()
  .regex(/^([01]\d|2[0-3]):[0-5]\d$/, { error: "a time of day such as 09:00" })
  .meta({ title: "time of day" });
const emailAddress = z.email({ error: "an e-mail address" }).meta({ title: "e-mail address" });

/** Which records there are, and what is written about them on paper. */
export const records = z.strictObject({
  series: z
    .array(
      z.strictObject({
        prefix: z.string().min(1).max(100).meta({ description: "References that begin so; the longest counts" }),
        class: z.enum(recordClasses).meta({
          description: "`core` (核心) needs two persons, and its references are kept encrypted alone",
        }),
        name: z.string().min(1).max(100).optional().meta({ description: "What people call the series" }),
      }),
    )
    .default([])
    .meta({ description: "Series of records by the beginning of their references" }),
  default_class: z.enum(recordClasses).default("ordinary").meta({ description: "Of references of no series" }),
  loan_longest: duration.prefault("30d").meta({ description: "Furthest date of return of a loan" }),
  scan_within: duration
    .prefault("5m")
    .meta({ description: "How long a barcode that was scanned can be taken for a reference" }),
});

/** Papers for auditors, inspectors and the shelf. */
export const report = z.strictObject({
  letterhead: z
    .array(z.string().min(1).max(120))
    .max(6)
    .default([])
    .meta({ description: "Lines at the head of each paper, before the name of the site: hospital, department" }),
  font: z.string().min(1).optional().meta({
    title: "file",
    description: "A font with Chinese characters, OTF, TTF or TTC; Noto Sans CJK unless given, where it is installed",
  }),
  font_face: z
    .string()
    .min(1)
    .optional()
    .meta({ description: "Name of the face in a collection (TTC), such as NotoSansCJKsc-Regular" }),
  secrecy: z.string().min(1).max(40).default("内部").meta({ description: "密级 of exported packs" }),
  pack_retention: z.string().min(1).max(40).default("10年").meta({ description: "保管期限 of exported packs" }),
  register_times: z
    .tuple([clockTime, clockTime])
    .default(["09:00", "15:00"])
    .meta({ description: "The two times a day of the temperature and humidity register" }),
  register_within: duration
    .prefault("30m")
    .meta({ description: "A reading at most this far from the register's time is entered in it" }),
  auditors: z
    .array(emailAddress)
    .default([])
    .meta({ description: "Whom the newest checkpoint is mailed to once a day; auditors of `people` get it as well" }),
  checkpoint_mail_at: clockTime.default("06:30").meta({ description: "When it is mailed, in the site's time zone" }),
  review_sample: z.int().min(1).max(1_000).default(25).meta({ description: "Entries that a review draws by lot" }),
  review_reminder_every: duration
    .prefault("7d")
    .meta({ description: "How often auditors of `people` are reminded of last month's review until it is signed off" }),
});
