import type { Site } from "../../site/index.ts";
import type { DataFolder } from "../data-folder.ts";
import type { Parts } from "../parts.ts";
import type { Watched } from "./system-watch.ts";

/** What this program watches about itself: its disk, its consumers, its stores. */
export function watchedIn(parts: Parts, data: DataFolder, site: () => Site): Watched[] {
  const { disk_free, intake_backlog } = site().config.limits;
  const gib = (bytes: number) => Math.round((bytes / 1024 ** 3) * 100) / 100;
  return [
    {
      condition: "disk-low",
      subject: "data",
      unit: "GiB",
      measure: () => {
        const free = data.freeBytes();
        return { wrong: free < disk_free || parts.gate.full(), value: gib(free), limit: gib(disk_free) };
      },
    },
    ...parts.followers.map((follower, at) => ({
      condition: "intake-backlog" as const,
      subject: at === 0 ? "engine" : "history",
      unit: null,
      measure: () => ({ wrong: follower.lag() > intake_backlog, value: follower.lag(), limit: intake_backlog }),
    })),
    ...parts.stores.watched(),
    ...parts.telling.watched(),
  ];
}
