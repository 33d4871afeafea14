import type { ProbeConfig, Site } from "../../site/index.ts";
import { createProbe, type Probe, type ProbeOptions } from "./probe.ts";
import { createSlots } from "./slots.ts";

/** All probes of a site. A reload ends those that have gone or changed, and begins the new ones. */
export interface Probes {
  start(): void;
  stop(): Promise<void>;
  /** Takes the probes of another site file; those that are the same go on undisturbed. */
  reload(site: Site): void;
}

/** The runtime has four threads for files and names: half of them are left to everything else, such as mail. */
const disksAtOnce = 2;

type Shared = Omit<ProbeOptions, "config" | "site" | "slots" | "diskSlots">;

export function createProbes(options: { site: Site } & Shared): Probes {
  const diskSlots = createSlots(disksAtOnce);
  const slots = createSlots(options.site.config.limits.probes_at_once);
  const running = new Map<string, { config: string; probe: Probe }>();
  /** Set while they run. */
  let started = false;

  const settle = (site: Site) => {
    const wanted = new Map(probesOf(site).map((config) => [config.name, config]));
    for (const [name, { config, probe }] of running) {
      if (JSON.stringify(wanted.get(name)) === config) continue;
      running.delete(name);
      void probe.stop();
    }
    for (const [name, config] of wanted) {
      if (running.has(name)) continue;
      const probe = createProbe({ ...options, site, slots, diskSlots, config });
      running.set(name, { config: JSON.stringify(config), probe });
      probe.start();
    }
  };

  return {
    start() {
      started = true;
      settle(options.site);
    },
    reload(site) {
      if (started) settle(site);
    },
    async stop() {
      started = false;
      const ending = [...running.values()];
      running.clear();
      await Promise.all(ending.map(({ probe }) => probe.stop()));
    },
  };
}

function probesOf(site: Site): ProbeConfig[] {
  return site.config.sources.filter((source) => source.kind === "probe");
}
