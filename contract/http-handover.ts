import { z } from "zod";
import { drillView } from "./drills.ts";
import { alarmView } from "./http-alarms.ts";
import { instantText } from "./http-values.ts";

/** Handing a shift over (交接班): shapes of `/api/v1/handovers`. */

const person = z.object({ id: z.string(), name: z.string() });
const comment = z.string().trim().max(2_000).default("");

/** What the next shift must know. */
export const handoverState = z.object({
  since: instantText.meta({ description: "Of the last handover; a day ago before the first" }),
  open: z.array(alarmView),
  shelved: z.array(alarmView),
  outOfService: z.array(alarmView),
  remedial: z.array(alarmView),
  raised: z.int().meta({ description: "Alarms raised since" }),
  answered: z.int().meta({ description: "Of these, those somebody has answered" }),
  drills: z.array(drillView),
  inside: z.array(z.object({ room: z.string(), count: z.int(), sure: z.boolean() })),
});
export type HandoverState = z.infer<typeof handoverState>;

export const handoverView = z
  .object({
    id: z.string(),
    outgoing: person,
    handedAt: instantText,
    comment: z.string(),
    incoming: person.nullable().meta({ description: "Null while it waits to be taken" }),
    takenAt: instantText.nullable(),
    takenComment: z.string().nullable(),
    state: handoverState.meta({ description: "As it was when it was handed over" }),
  })
  .meta({ id: "Handover" });
export type HandoverView = z.infer<typeof handoverView>;

export const handoversResponse = z.object({
  now: handoverState,
  waiting: handoverView.nullable(),
  past: z.array(handoverView),
});
export type HandoversResponse = z.infer<typeof handoversResponse>;
export const handoverBody = z.strictObject({ comment });
