import { createCanvas, type Point } from "./canvas.ts";
import { encodePng } from "./png.ts";

/** What was measured in the last hours, as the mail shows it. */
export interface Readings {
  quantity: "temperature_c" | "relative_humidity_pct" | "smoke_obscuration_pct_per_m" | "co_ppm";
  unit: string;
  fromMs: number;
  toMs: number;
  /** Oldest first; a gap in time longer than `gapMs` is a gap in the line. */
  points: readonly { atMs: number; value: number }[];
  gapMs: number;
  /** `null` where nothing limits it on that side. */
  low: number | null;
  high: number | null;
  /** When the alarm was raised. */
  raisedAtMs: number;
}

/** Twice the size at which it is shown, for sharp screens. */
export const chartWidth = 1_100;
export const chartHeight = 280;

const [beyond, limit, raised, line] = [0, 1, 2, 3];
/** Seen on white and on black alike; what is transparent takes the mail's own background. */
const colours = [
  [217, 58, 43, 46],
  [217, 58, 43, 210],
  [128, 136, 146, 220],
  [46, 134, 222, 255],
] as const;

/**
 * The values between which the chart is drawn: the readings and the limits, with some air. A limit that is so far from
 * all readings that they would become a flat line is left out.
 */
export function chartRange({ quantity, points, low, high }: Readings): { bottom: number; top: number } {
  let [least, most] = [Math.min(...points.map(({ value }) => value)), Math.max(...points.map(({ value }) => value))];
  const reach = Math.max((most - least) * 2, Math.abs(most) * 0.02, 0.5);
  const near = [low, high]
    .filter((limit) => limit !== null)
    .filter((limit) => limit > least - reach && limit < most + reach);
  for (const limit of near) {
    least = Math.min(least, limit);
    most = Math.max(most, limit);
  }
  const air = Math.max((most - least) * 0.12, Math.abs(most) * 0.005, 0.1);
  // What cannot be below zero has no room there.
  const bottom = least >= 0 && quantity !== "temperature_c" ? Math.max(0, least - air) : least - air;
  return { bottom, top: most + air };
}

/** A line of readings, the bands beyond the limits, and a mark where the alarm was raised. Labels are the mail's. */
export function drawChart(readings: Readings): Buffer {
  const { bottom, top } = chartRange(readings);
  const canvas = createCanvas(chartWidth, chartHeight, colours);
  // The dot of the newest reading has room at the edge.
  const x = (atMs: number) => ((atMs - readings.fromMs) / (readings.toMs - readings.fromMs)) * (chartWidth - 9);
  const y = (value: number) => ((top - value) / (top - bottom)) * (chartHeight - 1);
  const { low, high } = readings;
  if (high !== null) canvas.area(beyond, { left: 0, top: 0, right: chartWidth, bottom: y(high) });
  if (low !== null) canvas.area(beyond, { left: 0, top: y(low), right: chartWidth, bottom: chartHeight });
  for (const value of [low, high]) {
    if (value !== null) canvas.stroke(limit, { x: 0, y: y(value) }, { x: chartWidth, y: y(value) }, 2);
  }
  if (readings.raisedAtMs > readings.fromMs && readings.raisedAtMs < readings.toMs) {
    const at = x(readings.raisedAtMs);
    for (let from = 0; from < chartHeight; from += 18)
      canvas.stroke(raised, { x: at, y: from }, { x: at, y: from + 9 }, 2);
  }
  let before: { atMs: number; point: Point } | null = null;
  for (const { atMs, value } of readings.points) {
    const point = { x: x(atMs), y: y(value) };
    const isGap = before === null || atMs - before.atMs > readings.gapMs;
    canvas.stroke(line, isGap ? point : before!.point, point, 5);
    before = { atMs, point };
  }
  if (before !== null) canvas.stroke(line, before.point, before.point, 13);
  return encodePng(canvas.image());
}
