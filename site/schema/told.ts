import { z } from "zod";
import { priorities } from "../../contract/index.ts";
import { name } from "./values.ts";

/** Which alarms somebody, or a group, is told of. */
export const told = (description: string) =>
  z
    .strictObject({
      from_priority: z
        .enum([...priorities, "none"])
        .default("medium")
        .meta({ description: "Alarms at least as urgent as this; `none` for nothing at all" }),
      rooms: z
        .union([z.literal("all"), z.array(name)])
        .default("all")
        .meta({ description: "And of these rooms" }),
    })
    .prefault({})
    .meta({ description });
