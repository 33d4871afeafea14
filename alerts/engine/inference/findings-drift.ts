import { type Found, found, minutesOf, share, signed, type View } from "./finding.ts";
import { type Drift, driftOf, minuteMs, tracksOf } from "./room-view.ts";
import { strayOf } from "./track.ts";

/** A climate that leaves what is usual for it. */

const lastingMs = 30 * minuteMs;
const longMs = 6 * 60 * minuteMs;
const youngMs = 10 * minuteMs;
/** A plant that fails takes the air out of its band and on; a sensor that ages hardly leaves it in an hour. */
const creepingMs = 60 * minuteMs;
const creepingBands = 1.25;

const drifting = (drift: Drift | null): drift is Drift => drift !== null && drift.side !== 0;

export function ofDrift({ room, mates, outdoor, nowMs }: View): Found[] {
  const temperature = driftOf(room, "temperature_c");
  const humidity = driftOf(room, "relative_humidity_pct");
  const out = [temperature, humidity].filter(drifting);
  if (out.length === 0) return [found("drift", "none", ["温湿度如常", "climate as usual"])];
  const furthest = out.reduce((a, b) => (b.bands > a.bands ? b : a));
  const words = (drift: Drift): string => `${signed(strayOf(drift.track))} ${drift === temperature ? "°C" : "%RH"}`;
  const amounts = out.map(words).join(" / ");
  const list = [
    found("drift", furthest.bands >= 2 ? "far" : "some", [`偏离平常 ${amounts}`, `${amounts} from its usual`]),
  ];
  if (out.length === 2)
    list.push(found("drift of both", "both", ["温度湿度同时偏离", "temperature and humidity together"]));
  const lastedMs = nowMs - Math.min(...out.map(({ sinceMs }) => sinceMs));
  const minutes = minutesOf(lastedMs);
  const creeping = furthest.bands < creepingBands;
  if (creeping && lastedMs >= creepingMs) {
    list.push(found("drift course", "creeping", [`${minutes} 分钟仅略偏`, `hardly further after ${minutes} min`]));
  } else if (!creeping && lastedMs >= lastingMs) {
    const holds = lastedMs >= longMs ? "long" : "lasting";
    list.push(found("drift course", holds, [`已 ${minutes} 分钟`, `for ${minutes} min`]));
  } else if (lastedMs < youngMs) list.push(found("drift course", "young", ["刚刚开始", "only just begun"]));
  if (furthest.of > 1) {
    if (furthest.out === 1) {
      list.push(found("drift of the sensors", "one", ["另一温湿度计如常", "the other climate sensor is as usual"]));
    } else list.push(found("drift of the sensors", "several", ["两只温湿度计一致", "both climate sensors"]));
  }
  const outsideC = tracksOf(outdoor, "temperature_c")[0]?.track.value;
  if (outsideC !== undefined && drifting(temperature)) {
    const towards = Math.sign(outsideC - temperature.track.usual) === temperature.side;
    if (towards) list.push(found("drift and weather", "towards", ["向室外温度靠拢", "towards the outdoor air"]));
    else list.push(found("drift and weather", "away", ["与室外温度背离", "away from the outdoor air"]));
  }
  if (everywhere(mates(), temperature, humidity)) {
    list.push(
      found("drift elsewhere", "everywhere", ["同一机组的其他库房同样偏离", "the plant's other rooms drift alike"]),
    );
  }
  return list;
}

/** Whether most rooms of the plant that can be seen, and more than one, have drifted to the same side. */
function everywhere(mates: ReturnType<View["mates"]>, temperature: Drift | null, humidity: Drift | null): boolean {
  const seen = mates.map((mate) => [driftOf(mate, "temperature_c"), driftOf(mate, "relative_humidity_pct")] as const);
  const known = seen.filter(([theirC, theirPct]) => theirC !== null || theirPct !== null);
  const same = (mine: Drift | null, theirs: Drift | null) => drifting(mine) && theirs?.side === mine.side;
  const also = known.filter(([theirC, theirPct]) => same(temperature, theirC) || same(humidity, theirPct)).length;
  return also >= 1 && also >= share * known.length;
}
