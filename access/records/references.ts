import { createHmac } from "node:crypto";
import { type RecordClass, recordClasses } from "../../contract/index.ts";
import type { Site } from "../../site/index.ts";

/** How a record is named in the ledger: as it is, or, where its class is core, by a keyed hash alone. */
export interface References {
  /** One spelling of what people type and scanners read. */
  tidy(text: string): string;
  /** By the longest series whose prefix it has. */
  classOf(reference: string): RecordClass;
  /** What stands in an entry's body. */
  keyed(reference: string, recordClass: RecordClass): string;
  /** Under whatever name it may stand: its series may have become core since. */
  names(reference: string): string[];
}

const mark = "hmac-sha256:";

export function createReferences(site: () => Site, key: Buffer): References {
  const hashed = (reference: string) => mark + createHmac("sha256", key).update(reference).digest("hex");
  return {
    tidy: (text) => text.trim().normalize("NFC"),
    classOf(reference) {
      const { series, default_class } = site().config.records;
      const fitting = series.filter(({ prefix }) => reference.startsWith(prefix));
      fitting.sort((a, b) => b.prefix.length - a.prefix.length);
      return fitting[0]?.class ?? default_class;
    },
    keyed: (reference, recordClass) => (recordClass === "core" ? hashed(reference) : reference),
    names: (reference) => [reference, hashed(reference)],
  };
}

/** Whether it is the name of a core record. */
export function isKeyed(name: string): boolean {
  return name.startsWith(mark);
}

/** In alarms, which go to many: of a core record as much as tells it from others. */
export function shortName(name: string): string {
  return isKeyed(name) ? `core-${name.slice(mark.length, mark.length + 12)}` : name;
}

/** The stricter of two classes. */
export function stricter(a: RecordClass, b: RecordClass): RecordClass {
  return recordClasses[Math.max(recordClasses.indexOf(a), recordClasses.indexOf(b))]!;
}
