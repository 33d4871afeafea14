import { type Found, found, minutesOf, one, share, two, type View } from "./finding.ts";
import { contactsOf, driftOf, minuteMs, moistureWithinMs, risen, type Seen, tracksOf } from "./room-view.ts";
import { riseWithin, strayOf, type Track } from "./track.ts";

/** Water in the air, and where it may have come from. */

const creepMs = 30 * minuteMs;
const longCreepMs = 60 * minuteMs;
/** g/m³ above the usual that a sensor can tell, and that its room's own ups and downs do not reach. */
const leastCreep = 0.08;
const creepSpreads = 3;
/** Difference of outdoor and indoor moisture that counts, g/m³. */
const moisturePart = 0.5;

export function ofMoisture({ room, others, outdoor, nowMs }: View): Found[] {
  const tracks = tracksOf(room, "vapour_g_m3").map((each) => ({
    ...each,
    rise: riseWithin(each.track, moistureWithinMs),
  }));
  const [first, second] = tracks.sort((a, b) => b.rise.by - a.rise.by);
  if (!first) return [];
  const { track, device, rise } = first;
  const list: Found[] = [];
  const by = Math.max(rise.by, strayOf(track));
  if (rise.by >= risen.moistureStep) {
    const over = minutesOf(rise.overMs);
    const level = rise.by >= risen.moistureLeap ? "leap" : "step";
    const amount = `+${one(rise.by)} g/m³`;
    list.push(
      found("moisture", level, [`${over} 分钟内空气含湿量 ${amount}`, `moisture ${amount} in ${over} min`], device),
    );
    if (strayOf(track) < risen.moistureStep / 2) {
      list.push(found("moisture course", "home", ["只是回到平常值", "back to where it usually is"]));
    }
  } else {
    const creep = creepOf(room, track);
    if (creep === null) return [found("moisture", "none", ["湿度未骤升", "no step of moisture"], device)];
    const over = minutesOf(creep.lastedMs);
    const words = `+${two(strayOf(track))} g/m³`;
    const holds = creep.lastedMs >= longCreepMs ? "long creep" : "creep";
    list.push(
      found(
        "moisture",
        holds,
        [`含湿量高于平常 ${words} 已 ${over} 分钟`, `moisture ${words} above its usual for ${over} min`],
        device,
      ),
    );
  }
  if (second && rise.by >= risen.moistureStep) {
    if (second.rise.by >= rise.by / 2) {
      list.push(found("other climate sensor", "agrees", ["另一温湿度计一致", "the other climate sensor agrees"]));
    } else if (second.rise.by < rise.by / 5) {
      list.push(found("other climate sensor", "differs", ["另一温湿度计未变", "the other climate sensor differs"]));
    }
  }
  const elsewhere = others()
    .map((other) => tracksOf(other, "vapour_g_m3")[0])
    .filter((each) => each);
  if (elsewhere.length > 0) {
    const also = elsewhere.filter((each) => isWetter(each!.track, by / 2)).length;
    if (also >= share * elsewhere.length) {
      list.push(found("moisture elsewhere", "everywhere", ["其他库房同样变湿", "other rooms wetter alike"]));
    } else if (also === 0) {
      list.push(found("moisture elsewhere", "nowhere", ["相邻库房无变化", "neighbour rooms unchanged"]));
    }
  }
  const outside = tracksOf(outdoor, "vapour_g_m3")[0]?.track.value;
  const before = track.value - by;
  if (outside !== undefined && outside > before + moisturePart) {
    list.push(found("outdoor moisture", "wetter", ["室外更湿", "outdoor air is wetter"]));
  } else if (outside !== undefined && outside < before) {
    list.push(found("outdoor moisture", "drier", ["室外更干", "outdoor air is drier"]));
  }
  const leak = contactsOf(room, "leak").filter(({ atMs }) => atMs <= nowMs);
  if (leak.some(({ value }) => value !== 0))
    list.push(found("leak sensor", "wet", ["漏水传感器有水", "leak sensor wet"]));
  else if (leak.length > 0) list.push(found("leak sensor", "dry", ["漏水传感器干燥", "leak sensor dry"]));
  return list;
}

const isWetter = (track: Track, by: number) =>
  Math.max(riseWithin(track, moistureWithinMs).by, strayOf(track)) >= Math.max(by, leastCreep);

/** Wetter than usual, and for how long: what a plant that dries leaves to be seen of water on a floor. */
function creepOf(room: readonly Seen[], track: Track): { lastedMs: number } | null {
  const humidity = driftOf(room, "relative_humidity_pct");
  if (humidity?.side !== 1 || strayOf(track) < Math.max(leastCreep, creepSpreads * track.spread)) return null;
  const lastedMs = track.atMs - humidity.sinceMs;
  return lastedMs >= creepMs ? { lastedMs } : null;
}
