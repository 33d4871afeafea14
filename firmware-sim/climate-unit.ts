import type { RoomConfig, RoomLimits } from "../site/index.ts";

/**
 * The machine that keeps a room's climate: heating, cooling, humidifying, drying. It starts when the air leaves
 * its band, works with a duty that grows with the error, and rests when the set point is reached again.
 */

export interface ClimateUnit {
  readonly setPoint: { temperatureC: number; relativeHumidityPct: number };
  /** What it does now, given the air it feels. */
  control(air: { temperatureC: number; relativeHumidityPct: number }): UnitOutput;
  /** What it does while it has no power; its modes are forgotten. */
  stand(): UnitOutput;
}

export interface UnitOutput {
  heatW: number;
  vapourGPerS: number;
  fan: boolean;
  /** Larger of its two duties, 0…1. */
  duty: number;
}

interface Loop {
  band: number;
  /** Error at which it gives all it has. */
  full: number;
  capacity: number;
}

const resting: UnitOutput = { heatW: 0, vapourGPerS: 0, fan: false, duty: 0 };

/** `undefined` for a room that nothing heats or humidifies. */
export function createClimateUnit(options: {
  control: RoomConfig["climate_control"];
  limits: RoomLimits;
  volumeM3: number;
}): ClimateUnit | undefined {
  if (options.control === "none") return undefined;
  // A split unit and a portable humidifier hold half as closely and have half the power of a proper plant.
  const slack = options.control === "partial" ? 2 : 1;
  const setPoint = {
    temperatureC: middle(options.limits.temperatureC, 20),
    relativeHumidityPct: middle(options.limits.relativeHumidityPct, 50),
  };
  const heat = loop({ band: 0.3 * slack, full: 0.8, capacity: (20 * options.volumeM3) / slack });
  const vapour = loop({ band: 1 * slack, full: 3, capacity: (10 * options.volumeM3) / 3600 / slack });
  return {
    setPoint,
    control(air) {
      const heating = heat.duty(setPoint.temperatureC - air.temperatureC);
      const wetting = vapour.duty(setPoint.relativeHumidityPct - air.relativeHumidityPct);
      return {
        heatW: heating * heat.capacity,
        vapourGPerS: wetting * vapour.capacity,
        fan: true,
        duty: Math.max(Math.abs(heating), Math.abs(wetting)),
      };
    },
    stand() {
      heat.rest();
      vapour.rest();
      return resting;
    },
  };
}

function loop(settings: Loop): { capacity: number; duty(error: number): number; rest(): void } {
  let direction = 0;
  return {
    capacity: settings.capacity,
    duty(error) {
      if (Math.abs(error) > settings.band) direction = Math.sign(error);
      else if (direction !== 0 && Math.sign(error) !== direction) direction = 0;
      return direction === 0 ? 0 : Math.max(-1, Math.min(1, error / settings.full));
    },
    rest() {
      direction = 0;
    },
  };
}

/** The middle of the limits; of a one-sided limit, a point well inside it. */
function middle(limits: { low: number | null; high: number | null }, otherwise: number): number {
  if (limits.low !== null && limits.high !== null) return (limits.low + limits.high) / 2;
  if (limits.low !== null) return Math.max(otherwise, limits.low + 5);
  return limits.high === null ? otherwise : Math.min(otherwise, limits.high - 5);
}
