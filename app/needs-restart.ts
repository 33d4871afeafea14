import type { Site } from "../site/index.ts";

/** What a reload cannot change. */
export function needsRestart(before: Site, after: Site): string[] {
  const lasting = ({ config }: Site) => ({
    sources: config.sources.filter((source) => source.kind !== "probe"),
    stores: config.stores,
  });
  const [old, now] = [lasting(before), lasting(after)];
  const keys = ["sources", "stores"] as const;
  const changed: string[] = keys.filter((key) => JSON.stringify(old[key]) !== JSON.stringify(now[key]));
  if (JSON.stringify(before.config.broker.listeners) !== JSON.stringify(after.config.broker.listeners)) {
    changed.push("broker.listeners");
  }
  return changed.map((key) => `${key}: takes effect at the next start`);
}
