import { devicePoint, type InfluxPoint, systemPoint } from "../../collector/index.ts";
import type { DeviceView } from "../../contract/index.ts";
import type { Clock, Timer } from "../../core/index.ts";
import type { Site } from "../../site/index.ts";

const everyMs = 60_000;
const dayMs = 86_400_000;

/** Offers the history stores, once a minute, how the devices and this program itself are. */
export function createStoreFigures(options: {
  site: () => Site;
  devices: () => DeviceView[];
  /** Figures by part. */
  parts: () => Record<string, Record<string, number>>;
  offer: (points: readonly InfluxPoint[]) => void;
  clock: Clock;
}) {
  const { clock } = options;
  let timer: Timer | null = null;
  const offer = () => {
    const site = options.site();
    const atMs = clock.nowMs();
    const ofDevices = options
      .devices()
      .map(({ id, online, sequenceGaps, clockOffsetMs }) =>
        devicePoint(
          { id, atMs, online, missing: sequenceGaps, clockOffsetMs, calibrationDueD: calibrationDueD(site, id, atMs) },
          site,
        ),
      );
    const ofParts = Object.entries(options.parts()).map(([part, values]) => systemPoint({ part, atMs, values }, site));
    options.offer([...ofDevices, ...ofParts]);
  };
  return {
    start() {
      offer();
      timer = clock.every(everyMs, offer);
    },
    stop: () => timer?.cancel(),
  };
}

/** Days until the first calibration falls due; negative when one is overdue. */
function calibrationDueD(site: Site, device: string, nowMs: number): number | null {
  const newest = new Map<string, string>();
  for (const { quantity, on, due } of site.devices.get(device)?.calibrations ?? []) {
    if (due !== undefined && on >= (newest.get(quantity) ?? "")) newest.set(quantity, due);
  }
  const dues = [...newest.values()].map((due) => Date.parse(`${due}T00:00:00Z`));
  return dues.length === 0 ? null : Math.floor((Math.min(...dues) - nowMs) / dayMs);
}
