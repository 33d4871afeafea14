import { z } from "zod";
import { instantText } from "./http-values.ts";
import { quantityNames } from "./quantities.ts";

/** What people edit of the site file: shapes of `/api/v1/settings` and of adding a device. */

export const settingsEdit = z.strictObject({
  path: z
    .array(z.string().min(1).max(100))
    .min(2)
    .max(6)
    .meta({ description: "Keys of the site file; members of lists by their id: `[people, 10231, phone]`" }),
  value: z.unknown().meta({ description: "As in the site file; null takes it away" }),
});
export type SettingsEdit = z.infer<typeof settingsEdit>;

export const settingsChange = z
  .object({
    id: z.string(),
    edits: z.array(settingsEdit.extend({ before: z.unknown() })),
    comment: z.string(),
    by: z.string(),
    at: instantText,
    consent: z.string().meta({ description: "The right that whoever consents must have" }),
  })
  .meta({ id: "SettingsChange", description: "A change that waits for a second person's consent" });
export type SettingsChange = z.infer<typeof settingsChange>;

export const settingsResponse = z.object({
  editable: z.boolean().meta({ description: "False where the program runs without a site file of its own" }),
  settings: z.looseObject({}).meta({ description: "The sections that can be edited, as they stand in the file" }),
  waiting: z.array(settingsChange),
});
export type SettingsResponse = z.infer<typeof settingsResponse>;

const comment = z.string().trim().max(1_000).default("");
const by = z.string().min(1).max(64).optional();
export const settingsBody = z.strictObject({ edits: z.array(settingsEdit).min(1).max(50), comment, by });
export const settingsAnswer = z.strictObject({ comment, by });
export const settingsResult = z.object({
  applied: z.boolean(),
  warnings: z.array(z.string()),
  waiting: settingsChange.nullable().meta({ description: "Where a second person must consent" }),
});
export type SettingsResult = z.infer<typeof settingsResult>;

export const newDeviceBody = z.strictObject({
  id: z.string().min(1).max(63),
  room: z.string().min(1).max(63),
  quantities: z.array(z.enum(quantityNames)).min(1),
  interval: z
    .string()
    .regex(/^[1-9]\d{0,5}(s|m|h)$/, { error: "a length of time such as 60s" })
    .optional(),
  serial: z.string().max(100).optional(),
  by,
});
export const deviceIssued = z
  .object({
    device: z.string(),
    username: z.string(),
    password: z.string().meta({ description: "Shown this once: only its salted hash is kept" }),
    topic: z.string().meta({ description: "Where it publishes what it measures" }),
    listeners: z.array(z.object({ kind: z.string(), port: z.int() })),
    warnings: z.array(z.string()),
  })
  .meta({ id: "DeviceIssued" });
export type DeviceIssued = z.infer<typeof deviceIssued>;
export const rotateBody = z.strictObject({ by });
