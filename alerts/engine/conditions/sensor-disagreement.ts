import type { Quantity } from "../../../contract/index.ts";
import type { Site } from "../../../site/index.ts";
import type { ValueCondition } from "../condition.ts";
import type { Apart, Memory } from "../memory.ts";
import { devicesOf, memoriesIn, othersIn, roomsOfPlant } from "../neighbours.ts";

const hourMs = 3_600_000;
/** A sensor that speaks every second is compared with all others of its room no oftener than this. */
const comparedEveryMs = 60_000;
/** Three days teach what the places of two sensors differ by. */
const learningHours = 72;
/** A room may change by so little a season: what they usually differ by follows within months, a fault is faster. */
const forgettingHours = 90 * 24;
/** What an hour may differ from the usual without counting: about what the sensors may err (accuracy, DA/T 87). */
const slackInRoom = { temperature_c: 0.5, relative_humidity_pct: 2 } as const;
/** Rooms of one plant go less closely together than sensors of one room, and each in its own way. */
const slackOfRooms = { temperature_c: 0.7, relative_humidity_pct: 3 } as const;
const slackSpreads = 3;
/** The sum at which it is told is so many hours of twice the slack beyond it. */
const tellingHours = 12;
/**
 * Against other rooms twice as many, and no hour counts for more than one slack: a plant that fails in this room alone
 * moves it far within hours, and is no sensor's fault.
 */
const longerByRooms = 2;
const comparedWithRoomsEveryMs = 10 * 60_000;
/** One other room proves nothing: which of the two has changed? */
const leastRooms = 2;
type Judged = keyof typeof slackInRoom;

/**
 * A sensor moves away from the others of its room: a cumulative sum (E. S. Page, Biometrika 41 (1954) 100–115) of hourly
 * mean differences beyond a slack, so that a small drift is found as surely as a step, only later. Which of two is right
 * nobody can say: both are told. Of three and more the median outvotes the stray. A sensor alone in its room is compared
 * with the other rooms of its plant, more patiently: nobody can tell its drift from its room's but by an instrument.
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
    watching(site, room, quantity).length > 1 ||
    roomsOfPlant(site, room).filter((other) => watching(site, other, quantity).length > 0).length >= leastRooms,
  classify: (value, limit) => (value >= limit ? "beyond" : value < limit / 2 ? "within" : "between"),
  judge(sample, memory, { quantity, limit, classify, hysteresis }, context) {
    if (quantity !== "temperature_c" && quantity !== "relative_humidity_pct") return null;
    const known = memory.apart?.[quantity];
    // Asked for every sample: nearly always it is too soon.
    const everyMs = known?.spread === undefined ? comparedEveryMs : comparedWithRoomsEveryMs;
    if (known && Math.abs(sample.atMs - known.atMs) < everyMs) return null;
    const { site } = context;
    const alone = memory.room === null || watching(site, memory.room, quantity).length < 2;
    const near = ({ [quantity]: course }: Memory) =>
      course && Math.abs(sample.atMs - course.atMs) <= hourMs ? [course.value] : [];
    const others = alone
      ? roomsOfPlant(site, memory.room ?? "").flatMap((room) => medianOf(memoriesIn(context, room).flatMap(near)) ?? [])
      : othersIn(context, memory).flatMap(near);
    if (others.length < (alone ? leastRooms : 1)) return null;
    const apart = differ(memory, quantity, {
      atMs: sample.atMs,
      difference: sample.values[quantity]! - medianOf(others)!,
      alone,
    });
    const slack = slackOf(apart, quantity, alone);
    const hours = Math.max(apart.up, apart.down) / (2 * slack) / (alone ? longerByRooms : 1);
    const off = apart.up > apart.down ? "+" : "−";
    return {
      place: classify(hours, limit, hysteresis, quantity),
      value: hours,
      limit,
      detail: `${quantity} ${off}`,
    };
  },
  explain(memory) {
    return memory.apart !== undefined && Object.values(memory.apart).some((apart) => apart?.spread !== undefined)
      ? [{ text: againstRooms, weight: 1 }]
      : undefined;
  },
};

const againstRooms = {
  "zh-CN": "与同一机组的其他库房相比长期偏离，可能是传感器漂移，也可能是库房本身变化",
  en: "against the other rooms of its plant: the sensor has drifted, or its room has changed",
};

const watching = (site: Site, room: string, quantity: Quantity) =>
  devicesOf(site, room).filter((id) => site.devices.get(id)?.quantities.includes(quantity));

/** Lets one more difference into its hour, and each full hour into the sums. */
function differ(
  memory: Memory,
  quantity: Judged,
  { atMs, difference, alone }: { atMs: number; difference: number; alone: boolean },
): Apart {
  const hour = Math.floor(atMs / hourMs);
  memory.apart ??= {};
  const known = memory.apart[quantity];
  // Alone or not is another thing to be usual.
  const same = known !== undefined && alone === (known.spread !== undefined);
  const fresh = { hour, atMs, sum: 0, count: 0, usual: 0, hours: 0, up: 0, down: 0, ...(alone ? { spread: 0 } : {}) };
  const apart: Apart = same ? known : fresh;
  memory.apart[quantity] = apart;
  if (hour > apart.hour) {
    if (apart.count > 0) takeHour(apart, apart.sum / apart.count, slackOf(apart, quantity, alone));
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
  const alone = apart.spread !== undefined;
  apart.hours += 1;
  const share = 1 / (apart.hours <= learningHours ? apart.hours : forgettingHours);
  apart.usual += beyond * share;
  if (apart.spread !== undefined) apart.spread += share * (Math.abs(beyond) - apart.spread);
  if (apart.hours <= learningHours) return;
  // Never further than twice what is told: a fault of weeks must not take weeks to be over.
  const most = 4 * tellingHours * slack * (alone ? longerByRooms : 1);
  const counts = alone ? slack : Number.POSITIVE_INFINITY;
  apart.up = Math.min(most, Math.max(0, apart.up + Math.min(counts, beyond - slack)));
  apart.down = Math.min(most, Math.max(0, apart.down + Math.min(counts, -beyond - slack)));
}

function slackOf({ spread = 0 }: Apart, quantity: Judged, alone: boolean): number {
  return alone ? Math.max(slackOfRooms[quantity], slackSpreads * spread) : slackInRoom[quantity];
}

function medianOf(values: number[]): number | undefined {
  const sorted = values.sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1
    ? sorted[middle]
    : sorted.length === 0
      ? undefined
      : (sorted[middle - 1]! + sorted[middle]!) / 2;
}
