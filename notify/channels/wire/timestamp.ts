import { isoTime } from "../../../core/index.ts";

export type TimestampFormat = "epoch-s" | "epoch-ms" | "yyyyMMddHHmmss" | "iso";

export function timestampText(atMs: number, format: TimestampFormat, timeZone: string): string {
  switch (format) {
    case "epoch-s":
      return String(Math.floor(atMs / 1_000));
    case "epoch-ms":
      return String(Math.floor(atMs));
    case "iso":
      return isoTime(atMs).replace(/\.\d+Z$/, "Z");
    case "yyyyMMddHHmmss":
      return new Intl.DateTimeFormat("sv-SE", { timeZone, dateStyle: "short", timeStyle: "medium" })
        .format(atMs)
        .replace(/\D/g, "");
  }
}
