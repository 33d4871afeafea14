import type { Quantity } from "../contract/index.ts";
import type { DeviceConfig, ProbeCheck, SiteConfig } from "./schema.ts";

/**
 * Probes as devices: they report like any other, and so are stored, charted and judged like any other. They are in no
 * room, because a system of the archive concerns all of it: what is wrong with one is told to those who are told of all
 * rooms, by default the archivists and the information centre.
 */
export function probeDevices(sources: SiteConfig["sources"]): DeviceConfig[] {
  return sources.flatMap((source) =>
    source.kind === "probe"
      ? [
          {
            id: source.name,
            assignments: [],
            quantities: quantitiesOf(source.check),
            interval: source.every,
            calibrations: [],
          },
        ]
      : [],
  );
}

function quantitiesOf(check: ProbeCheck): Quantity[] {
  switch (check.kind) {
    case "tcp":
      return ["response_ms"];
    case "http":
      return check.url.startsWith("https:") ? ["response_ms", "certificate_days"] : ["response_ms"];
    case "tls":
      return ["response_ms", "certificate_days"];
    case "newest-file":
      return ["backup_age_h"];
    case "disk":
      return ["disk_free_pct"];
  }
}
