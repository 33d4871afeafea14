import { z } from "zod";
import { isDeviceName, isName } from "../../contract/index.ts";

/** Kinds of values that keys all over the site file have. */

export const name = z
  .string()
  .refine(isName, { error: "a name of a-z, 0-9 and -, at most 63 characters" })
  .meta({ title: "name" });
export const deviceName = z
  .string()
  .refine(isDeviceName, { error: "a name of a-z, 0-9 and -, at most 63 characters, not alarms or ledger" })
  .meta({ title: "name" });
export const nameOf = (what: string) => name.meta({ title: "name", description: what });
export const localised = z.strictObject({ zh: z.string().min(1), en: z.string().min(1) });
export const file = z.string().min(1).meta({ title: "file", description: "Relative to the site file" });
export const secretFile = file.meta({ title: "file", description: "Holds the secret; not readable by everybody" });
export const port = z.int().min(0).max(65_535).meta({ title: "port" });
export const count = z.int().min(1);
export const date = z.iso.date().meta({ title: "date" });
export const topicFilter = z
  .string()
  .min(1)
  .max(256)
  .refine(isTopicFilter, { error: "an MQTT topic filter: + alone in a level, # alone in the last" })
  .meta({ title: "topic filter" });

function isTopicFilter(text: string): boolean {
  const levels = text.split("/");
  return levels.every(
    (level, at) => level === "+" || (level === "#" && at === levels.length - 1) || !/[+#\0]/.test(level),
  );
}

export const timeZone = z.string().refine(
  (zone) => {
    try {
      new Intl.DateTimeFormat("en", { timeZone: zone });
      return true;
    } catch {
      return false;
    }
  },
  { error: "an IANA time zone such as Asia/Shanghai" },
);

export const httpUrl = z
  .string()
  .regex(/^https?:\/\//, { error: "http:// or https://" })
  .meta({ title: "address", description: "`http://` or `https://`" });
