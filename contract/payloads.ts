import { z } from "zod";
import { alarmStates, conditionNames, priorities } from "./conditions.ts";

/** Shapes of MQTT payloads. A sample's quantities are judged one by one: see `judgeValue`. */

const seq = z.int().min(0);
const session = z.string().min(1).max(64);

/** RFC 3339 with an offset, or epoch milliseconds. */
export const instant = z.union([z.iso.datetime({ offset: true }), z.int()]);

export const statusPayload = z.object({ state: z.enum(["online", "offline"]), session });
export type StatusPayload = z.infer<typeof statusPayload>;

export const badgePayload = z.object({
  seq: seq.optional(),
  session: session.optional(),
  at: instant.optional(),
  /** Replaced by its keyed hash before the message is written anywhere. */
  credential: z.string().min(1).max(256),
  direction: z.enum(["in", "out"]),
  decision: z.enum(["granted", "denied"]),
});

export const scanPayload = z.object({ at: instant.optional(), code: z.string().min(1).max(512) });

export const commandPayload = z.discriminatedUnion("do", [
  z.object({ id: z.string(), do: z.literal("report-now") }),
  z.object({ id: z.string(), do: z.literal("set-interval"), interval_s: z.number().positive() }),
]);
export type CommandPayload = z.infer<typeof commandPayload>;

export const resultPayload = z.object({ id: z.string(), ok: z.boolean(), error: z.string().optional() });

export const alarmsPayload = z.object({
  at: z.iso.datetime(),
  alarms: z.array(
    z.object({
      id: z.string(),
      condition: z.enum(conditionNames),
      priority: z.enum(priorities),
      state: z.enum(alarmStates),
      since: z.iso.datetime(),
      message: z.string(),
    }),
  ),
});
export type AlarmsPayload = z.infer<typeof alarmsPayload>;
