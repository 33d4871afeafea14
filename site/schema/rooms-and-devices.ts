import { z } from "zod";
import { type ConditionName, conditionNames, priorities, quantityNames } from "../../contract/index.ts";
import { presetNames } from "../presets.ts";
import { duration, humidityRange, range } from "../units.ts";
import { date, deviceName, file, localised, name, nameOf } from "./values.ts";

export const conditionSettings = z.strictObject({
  enabled: z.boolean().optional().meta({ description: "Whether it is judged at all" }),
  limit: z.number().optional().meta({ description: "In the unit of the condition's quantity" }),
  delay: duration.optional().meta({ description: "How long it must hold before it is raised" }),
  hysteresis: z.number().min(0).optional().meta({ description: "How far inside the limit a value must be to return" }),
  return_after: duration.optional().meta({ description: "How long it must be within before it returns" }),
  priority: z.enum(priorities).optional().meta({ description: "In place of the condition's own" }),
  advice: localised.optional().meta({ description: "What to do first, in place of the program's own words" }),
  cumulative: z
    .strictObject({
      longest: duration.meta({ description: "Most time beyond the limit, in one piece or in many" }),
      within: duration.prefault("24h").meta({ description: "Within so long, to a 24th of it" }),
    })
    .refine(({ longest, within }) => longest < within, { path: ["longest"], error: "a time shorter than within" })
    .optional()
    .meta({
      description: "Of limits of temperature and humidity (`…-high`, `…-low`) only: bounds the sum of excursions",
    }),
});
const summed: readonly ConditionName[] = ["temperature-high", "temperature-low", "humidity-high", "humidity-low"];
export const conditions = z.partialRecord(z.enum(conditionNames), conditionSettings).superRefine((all, context) => {
  for (const [name, settings] of Object.entries(all)) {
    if (settings?.cumulative === undefined || summed.some((one) => one === name)) continue;
    context.addIssue({ code: "custom", path: [name, "cumulative"], message: `only of ${summed.join(", ")}` });
  }
});

const roomLimits = z.strictObject({
  temperature_c: range.optional().meta({ description: "°C, in place of the preset's" }),
  relative_humidity_pct: humidityRange.optional().meta({
    description:
      "%RH, in place of the preset's. `own-climate`: what the room has lived with for a year, after EN 15757; the preset's until 13 months are known",
  }),
  temperature_swing_c: z.number().positive().optional().meta({ description: "Largest max − min over 24 h, °C" }),
  humidity_swing_pct: z.number().positive().optional().meta({ description: "Largest max − min over 24 h, %RH" }),
});

export const building = z.strictObject({
  id: nameOf("Named by `rooms[].building`"),
  name: localised.meta({ description: "What people call it" }),
  plans: z
    .array(
      z.strictObject({
        floor: z.int().meta({ description: "Storey, as in `rooms[].floor`" }),
        file: file
          .regex(/\.(svg|png|jpe?g|webp)$/i, { error: "a picture: .svg, .png, .jpg or .webp" })
          .meta({ title: "file", description: "A picture of the storey, relative to the site file" }),
      }),
    )
    .default([])
    .meta({
      description: "Floor plans: the console draws rooms that have a `plan` of their own at their places on it",
    }),
});
export const climateControls = ["full", "partial", "none"] as const;
export const suppressions = ["gas", "mist", "sprinkler", "none"] as const;
/** Sensitivity classes of the mould index, by name. */
const mouldMaterials = ["very", "sensitive", "medium", "resistant"] as const;
export const room = z.strictObject({
  id: nameOf("In topics, the API and the journal"),
  building: nameOf("The building it is in").optional(),
  floor: z.int().optional().meta({ description: "Storey; below ground negative" }),
  name: localised.optional().meta({ description: "What people call it" }),
  plan: z
    .strictObject({
      x_pct: z
        .number()
        .min(0)
        .max(100)
        .meta({ description: "From the left edge of the floor plan, in % of its width" }),
      y_pct: z.number().min(0).max(100).meta({ description: "From its upper edge, in % of its height" }),
    })
    .optional()
    .meta({ description: "Where the room is on its floor's plan (`buildings[].plans`)" }),
  short_name: z
    .string()
    .min(1)
    .max(20)
    .optional()
    .meta({ description: "For SMS and the tiles of the wall; never cut" }),
  profile: z.enum(presetNames).default("cn-paper").meta({ description: "Preset of the holdings' limits" }),
  climate_control: z.enum(climateControls).default("full").meta({
    description:
      "How far plant holds the climate: with `partial` its limits are judged patiently and its swing by twice the figure, with `none` by days and no swing; neither is forecast unless asked for",
  }),
  plant: name.optional().meta({
    description:
      "The plant that holds its climate, where it serves more than this room: rooms that name the same one fail together; all rooms of the building unless given",
  }),
  suppression: z
    .enum(suppressions)
    .default("none")
    .meta({ description: "Extinguishing system; gas is named first in messages" }),
  holdings: localised.optional().meta({ description: "What is kept here, in words" }),
  key_holder: z.string().optional().meta({ description: "Staff number" }),
  deciders: z
    .array(z.string())
    .default([])
    .meta({ description: "Staff numbers of those who decide over requests to enter, beside the key holder" }),
  two_persons: z.boolean().default(false).meta({ description: "Whether nobody may be inside alone" }),
  fire_control_room: z.string().optional().meta({ description: "Telephone of the fire control room" }),
  mould_class: z
    .enum(mouldMaterials)
    .default("sensitive")
    .meta({ description: "How readily mould grows on what is kept here: paper and board are `sensitive`" }),
  wall_factor: z.number().min(0).max(1).optional().meta({
    description:
      "Of the difference between indoor and outdoor air, the share that the inner face of the coldest outer wall keeps (0.7 where it insulates poorly). Condensation on it is judged where this is given and there is outdoor air",
  }),
  limits: roomLimits.prefault({}),
  conditions: conditions.default({}).meta({ description: "Settings of conditions in this room" }),
});

export const door = z.strictObject({
  id: nameOf("In the API and the journal"),
  room: nameOf("The room it leads into"),
  name: localised.optional().meta({ description: "What people call it" }),
  contact: deviceName.optional().meta({ description: "Device that reports `door`" }),
  reader: deviceName.optional().meta({ description: "Device that reports badges" }),
  exit_button: deviceName
    .optional()
    .meta({ description: "Device that reports `exit_request`; any of the room's unless given" }),
  free_exit: z.boolean().default(false).meta({
    description: "Opens from inside without a badge or button: an opening while somebody is inside is an exit",
  }),
  unlock_for: duration
    .optional()
    .meta({ description: "In place of `access.unlock_for`: how long after a badge this door may open" }),
});

const moment = (description: string) =>
  z.iso
    .datetime({ offset: true, error: "a time such as 2026-11-22T08:00:00+08:00" })
    .optional()
    .meta({ title: "time", description });
const requiredMoment = (description: string) =>
  z.iso
    .datetime({ offset: true, error: "a time such as 2026-11-22T08:00:00+08:00" })
    .meta({ title: "time", description });
export const serviceWindow = z
  .strictObject({
    room: nameOf("A room, but for its fire and water alarms: nobody goes without those").optional(),
    device: nameOf("Or one device, with all of its alarms: a detector under test").optional(),
    from: requiredMoment("Since when"),
    to: requiredMoment("Until before when: nothing stays out of service because somebody forgot it"),
    reason: z.string().min(1).max(200).meta({ description: "For the journal" }),
  })
  .refine((w) => (w.room === undefined) !== (w.device === undefined), {
    path: ["room"],
    error: "either room or device",
  })
  .refine(({ from, to }) => Date.parse(from) < Date.parse(to), { path: ["from"], error: "from before to" });

const assignment = z
  .strictObject({
    room: nameOf("Where it was"),
    from: moment("Since when; always, unless given"),
    to: moment("Until before when; still, unless given"),
  })
  .refine(({ from, to }) => !from || !to || Date.parse(from) < Date.parse(to), { error: "from before to" });
export const device = z
  .strictObject({
    id: deviceName.meta({ title: "name", description: "In topics, as its user name, and in the journal" }),
    room: name.optional().meta({ description: "Where it is; use `assignments` when it has moved" }),
    assignments: z.array(assignment).default([]).meta({ description: "Where it was when; half-open [from, to)" }),
    quantities: z.array(z.enum(quantityNames)).min(1).meta({ description: "What it reports" }),
    interval: duration.prefault("60s").meta({ description: "How often it reports" }),
    gateway: name
      .optional()
      .meta({ description: "The device that it hangs on: while that is silent, this one's silence is not told" }),
    serial: z.string().optional().meta({ description: "Serial number, for people" }),
    model: z.string().optional().meta({ description: "Make and model, for people" }),
    certificate_name: z
      .string()
      .optional()
      .meta({ description: "Common name of its client certificate; its id unless given" }),
    calibrations: z
      .array(
        z.strictObject({
          quantity: z.enum(quantityNames).meta({ description: "What was calibrated" }),
          on: date.meta({ title: "date", description: "When" }),
          due: date.optional().meta({ description: "When it is due again" }),
          offset: z.number().default(0).meta({ description: "In the unit of the quantity" }),
        }),
      )
      .default([])
      .meta({ description: "For the record: `offset` is not applied to readings" }),
  })
  .refine((d) => d.room !== undefined || d.assignments.length > 0, {
    path: ["room"],
    error: "room or assignments, found neither",
  })
  .refine((d) => !overlap(d.assignments), {
    path: ["assignments"],
    error: "stays one after the other, because a device is in one room at a time",
  });

function overlap(stays: readonly { from?: string | undefined; to?: string | undefined }[]): boolean {
  const spans = stays
    .map(({ from, to }) => ({
      fromMs: from === undefined ? Number.NEGATIVE_INFINITY : Date.parse(from),
      toMs: to === undefined ? Number.POSITIVE_INFINITY : Date.parse(to),
    }))
    .sort((a, b) => a.fromMs - b.fromMs);
  return spans.some((span, at) => at > 0 && span.fromMs < spans[at - 1]!.toMs);
}
