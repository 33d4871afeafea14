import type { ValueCondition } from "../condition.ts";
import type { Apart, Memory } from "../memory.ts";
import { devicesOf, othersIn } from "../neighbours.ts";

const hourMs = 3_600_000;
/** A sensor that speaks every second is compared with all others of its room no oftener than this. */
const comparedEveryMs = 60_000;
/** Three days teach what the places of two sensors differ by. */
const learningHours = 72;
/** A room may change by so little a season: what they usually differ by follows within months, a fault is faster. */
const forgettingHours = 90 * 24;
/** What an hour may differ from the usual without counting: about what the sensors may err (accuracy, DA/T 87). */
const slack = { temperature_c: 0.5, relative_humidity_pct: 2 } as const;
/** The sum at which it is told is so many hours of twice the slack beyond it. */
const tellingHours = 12;
type Judged = keyof typeof slack;

/**
 * A sensor moves away from the others of its room: a cumulative sum (E. S. Page, Biometrika 41 (1954) 100–115) of hourly
 * mean differences beyond a slack, so that a small drift is found as surely as a step, only later. Which of two is right
 * nobody can say: both are told. Of three and more the median outvotes the stray.
 */
export const sensorDisagreement: ValueCondition = {
  kind: "value",
  name: "sensor-disagreement",
  quantities: ["temperature_c", "relative_humidity_pct"],
  unit: null,
  defaults: { priority: "low", limit: tellingHours },
  texts: {
    "zh-CN": { title: "同室传感器读数不一致", advice: "用校准过的仪表现场比对，校准或更换偏离的传感器。" },
    en: {
      title: "Sensors of one room disagree",
      advice: "Compare them on site with a calibrated instrument; calibrate or replace the one that is off.",
    },
  },
  delayEndsBy: "deadline",
  byPast: true,
  limitIn: (_site, _room, settings) => settings.limit,
  judges: (site, room, quantity) =>
    devicesOf(site, room).filter((id) => site.devices.get(id)?.quantities.includes(quantity)).length > 1,
  classify: (value, limit) => (value >= limit ? "beyond" : value < limit / 2 ? "within" : "between"),
  judge(sample, memory, { quantity, limit, classify, hysteresis }, context) {
    if (quantity !== "temperature_c" && quantity !== "relative_humidity_pct") return null;
    const known = memory.apart?.[quantity];
    if (known && Math.abs(sample.atMs - known.atMs) < comparedEveryMs) return null;
    const others = othersIn(context, memory).flatMap(({ [quantity]: course }) =>
      course && Math.abs(sample.atMs - course.atMs) <= hourMs ? [course.value] : [],
    );
    if (others.length === 0) return null;
    const apart = differ(memory, quantity, sample.atMs, sample.values[quantity]! - median(others));
    const hours = Math.max(apart.up, apart.down) / (2 * slack[quantity]);
    const off = apart.up > apart.down ? "+" : "−";
    return {
      place: classify(hours, limit, hysteresis, quantity),
      value: hours,
      limit,
      detail: `${quantity} ${off}`,
    };
  },
};

/** Lets one more difference into its hour, and each full hour into the sums. */
function differ(memory: Memory, quantity: Judged, atMs: number, difference: number): Apart {
  const hour = Math.floor(atMs / hourMs);
  memory.apart ??= {};
  memory.apart[quantity] ??= { hour, atMs, sum: 0, count: 0, usual: 0, hours: 0, up: 0, down: 0 };
  const apart = memory.apart[quantity];
  if (hour > apart.hour) {
    if (apart.count > 0) takeHour(apart, apart.sum / apart.count, slack[quantity]);
    apart.hour = hour;
    apart.sum = 0;
    apart.count = 0;
  }
  apart.atMs = atMs;
  apart.sum += difference;
  apart.count += 1;
  return apart;
}

function takeHour(apart: Apart, mean: number, slack: number): void {
  const beyond = mean - apart.usual;
  apart.hours += 1;
  apart.usual += beyond / (apart.hours <= learningHours ? apart.hours : forgettingHours);
  if (apart.hours <= learningHours) return;
  // Never further than twice what is told: a fault of weeks must not take weeks to be over.
  const most = 4 * tellingHours * slack;
  apart.up = Math.min(most, Math.max(0, apart.up + beyond - slack));
  apart.down = Math.min(most, Math.max(0, apart.down - beyond - slack));
}

function median(values: number[]): number {
  const sorted = values.sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}
