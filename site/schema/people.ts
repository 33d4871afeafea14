import { z } from "zod";
import { languages } from "../../contract/index.ts";
import { channelNames } from "./channels.ts";
import { leave, quietTime } from "./telling.ts";
import { told } from "./told.ts";
import { name, secretFile } from "./values.ts";

export const personnelCategories = [
  "archivist",
  "logistics",
  "it",
  "facilities",
  "contractor",
  "visitor",
  "health-authority",
  "leader",
  "auditor",
] as const;
export const actions = [
  "read",
  "comment",
  "acknowledge",
  "shelve",
  "reset",
  "configure",
  "read-access",
  "keep-records",
  "consent",
  "manage-accounts",
  "manage-rights",
  "read-trail",
] as const;
export const roles = [
  "viewer",
  "facilities",
  "on-call",
  "archivist",
  "auditor",
  "leader",
  "system-administrator",
  "security-administrator",
  "audit-administrator",
] as const;
const right = z.strictObject({
  actions: z.array(z.enum(actions)).min(1).meta({ description: "What the person may do" }),
  rooms: z
    .union([z.literal("all"), z.array(name).min(1)])
    .default("all")
    .meta({ description: "And where; what belongs to no room needs `all`" }),
});
export const person = z.strictObject({
  id: z.string().min(1).max(32).meta({ description: "Staff number" }),
  name: z.string().min(1).meta({ description: "As it is written; lists show the family name and the number" }),
  category: z.enum(personnelCategories).meta({ description: "Gives the standing rights" }),
  role: z.enum(roles).optional().meta({ description: "Gives the rights in place of the category's; one a person" }),
  language: z.enum(languages).optional().meta({ description: "Of messages; the site's unless given" }),
  email: z
    .email({ error: "an e-mail address" })
    .optional()
    .meta({ title: "e-mail address", description: "Where mails go" }),
  phone: z
    .string()
    .regex(/^\+?[\d -]{3,20}$/, { error: "a telephone number" })
    .optional()
    .meta({ title: "telephone number", description: "For SMS and calls; also shown where this person holds the key" }),
  channels: z
    .array(z.enum(channelNames))
    .min(1)
    .optional()
    .meta({ description: "Through which this person is told, best first: the next is tried where one fails" }),
  quiet: z
    .array(quietTime)
    .default([])
    .meta({ description: "Times in which this person is told of nothing but critical alarms; the rest waits" }),
  leave: z
    .array(leave)
    .default([])
    .meta({ description: "Days away: the next of a rotation stands in, teams and overrides go without" }),
  token_file: secretFile.optional().meta({ description: "Bearer token for the API and the command line" }),
  pin_file: secretFile.optional().meta({
    title: "file",
    description: "Holds 4 to 12 digits that go with an answer by SMS or key, where `answers.pin_required`",
  }),
  rights: z.array(right).optional().meta({ description: "Replaces the standing rights of the category" }),
  told: told("Which alarms this person is told of, where a channel is known"),
});
