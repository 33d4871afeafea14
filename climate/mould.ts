import { type Air, isComputable } from "./air.ts";

interface MouldClass {
  a: number;
  b: number;
  c: number;
  /** Relative humidity below which nothing grows at any temperature, %. */
  lowestPct: number;
  /** Speed of growth relative to pine sapwood: before and after growth is visible under a microscope (index 1). */
  speed: { below1: number; from1: number };
  /** Speed of decline relative to pine sapwood. */
  decline: number;
}

/**
 * Sensitivity classes of T. Ojanen et al., Buildings XI, ASHRAE (2010). `sensitive` stands for paper and board.
 * The model was fitted to building materials, not to archives: show it as an indicator.
 */
export const mouldClasses = {
  very: { a: 1, b: 7, c: 2, lowestPct: 80, speed: { below1: 1, from1: 2 }, decline: 1 },
  sensitive: { a: 0.3, b: 6, c: 1, lowestPct: 80, speed: { below1: 0.578, from1: 0.386 }, decline: 0.5 },
  medium: { a: 0, b: 5, c: 1.5, lowestPct: 85, speed: { below1: 0.072, from1: 0.097 }, decline: 0.25 },
  resistant: { a: 0, b: 3, c: 1, lowestPct: 85, speed: { below1: 0.033, from1: 0.014 }, decline: 0.1 },
} as const satisfies Record<string, MouldClass>;
export type MouldClassName = keyof typeof mouldClasses;

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;

/** Humidity from which mould grows at this temperature, %. A. Hukka, H. Viitanen, Wood Sci. Technol. 33 (1999). */
export function criticalHumidityPct(temperatureC: number, className: MouldClassName): number {
  const { lowestPct } = mouldClasses[className];
  if (temperatureC <= 0) return 100;
  // Above 20 °C the polynomial exceeds the plateau by up to 0.16 %RH, which its authors did not intend.
  if (temperatureC > 20) return lowestPct;
  const t = temperatureC;
  return Math.max(-0.00267 * t ** 3 + 0.16 * t ** 2 - 3.13 * t + 100, lowestPct);
}

function grows(air: Air, className: MouldClassName): boolean {
  return (
    air.temperatureC > 0 &&
    air.temperatureC < 50 &&
    air.relativeHumidityPct >= criticalHumidityPct(air.temperatureC, className)
  );
}

/** Weeks of constant air until mould index 1 on pine sapwood (first growth under a microscope). Above 0 °C. */
export function weeksToGermination(air: Air): number {
  return Math.exp(-0.68 * Math.log(air.temperatureC) - 13.9 * Math.log(air.relativeHumidityPct) + 66.02);
}

/** Weeks of constant air until mould index 3 on pine sapwood (first growth seen by eye). Above 0 °C. */
export function weeksToVisibleGrowth(air: Air): number {
  return Math.exp(-0.74 * Math.log(air.temperatureC) - 12.72 * Math.log(air.relativeHumidityPct) + 61.5);
}

/** The index that growth tends to in this air. */
export function largestMouldIndex(air: Air, className: MouldClassName): number {
  if (!grows(air, className)) return 0;
  const { a, b, c } = mouldClasses[className];
  const critical = criticalHumidityPct(air.temperatureC, className);
  const x = (critical - air.relativeHumidityPct) / (critical - 100);
  return Math.max(a + b * x - c * x ** 2, 0);
}

/** Growth per day at the present index; 0 where mould does not grow. `hukka-viitanen` is the form of 1999, for pine. */
export function mouldGrowthPerDay(
  air: Air,
  index: number,
  className: MouldClassName,
  form: "class" | "hukka-viitanen" = "class",
): number {
  if (!grows(air, className)) return 0;
  const germination = weeksToGermination(air);
  const speed = mouldClasses[className].speed;
  const later = form === "class" ? speed.from1 : 2 / (weeksToVisibleGrowth(air) / germination - 1);
  const earlier = form === "class" ? speed.below1 : 1;
  const slowing = Math.max(1 - Math.exp(2.3 * (index - largestMouldIndex(air, className))), 0);
  return ((index < 1 ? earlier : later) * slowing) / (7 * germination);
}

/** Where a surface stands: its index, and for how long it has been too dry to grow. */
export interface MouldState {
  /** 0 (nothing) … 1 (microscopic) … 3 (visible) … 6 (covered). */
  index: number;
  dryMs: number;
}

export const noMould: Readonly<MouldState> = { index: 0, dryMs: 0 };

/**
 * The VTT (Finnish) mould model, one explicit step of `durationMs` (at most an hour) in this air. Time without data
 * is simply not stepped through: it advances neither growth nor the dry clock. Air that cannot be computed with
 * changes nothing.
 */
export function stepMould(state: MouldState, air: Air, durationMs: number, className: MouldClassName): MouldState {
  if (!isComputable(air.temperatureC, air.relativeHumidityPct)) return state;
  const days = durationMs / dayMs;
  if (grows(air, className)) {
    const index = state.index + mouldGrowthPerDay(air, state.index, className) * days;
    return { index: within(index), dryMs: 0 };
  }
  // The clock counts this step before the rate is chosen: the first dry hour is hour 1.
  const dryMs = state.dryMs + durationMs;
  const perDay = dryMs <= 6 * hourMs ? -0.032 : dryMs <= 24 * hourMs ? 0 : -0.016;
  return { index: within(state.index + perDay * mouldClasses[className].decline * days), dryMs };
}

const within = (index: number) => Math.min(6, Math.max(0, index));

/**
 * The share of the way to germination that this much time in this air covers; add it up over a series. The sum is
 * kept through dry spells: 0.5 is a warning, at 1 germination is expected. Not the Image Permanence Institute's Mould
 * Risk Factor, whose table is theirs.
 */
export function germinationFraction(air: Air, durationMs: number): number {
  if (!isComputable(air.temperatureC, air.relativeHumidityPct) || !grows(air, "very")) return 0;
  return durationMs / (7 * dayMs * weeksToGermination(air));
}

const zengOffsets = { 0: 0.7153, 0.1: 0.73, 0.5: 0.7675, 1: 0.795, 2: 0.825, 3: 0.8502, 4: 0.8701 } as const;
/** Speeds of growth for which an isopleth is known, mm/day. */
export type ZengGrowth = keyof typeof zengOffsets;

/**
 * Lowest humidity at which mould grows by `mmPerDay`, %; above 100 it cannot. Use at 0…40 °C; warn within 5 %RH of
 * the limit for 0. L. Zeng et al., Build. Serv. Eng. Res. Technol. 44 (2023) 63–79.
 */
export function zengLimitPct(temperatureC: number, mmPerDay: ZengGrowth = 0): number {
  return 100 * (0.02633 * Math.cosh(0.10083 * (temperatureC - 30)) + zengOffsets[mmPerDay]);
}
