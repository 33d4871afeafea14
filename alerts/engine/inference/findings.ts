import type { Group, likelihoods } from "../../../site/index.ts";
import { faultsWithinMs } from "../memory.ts";
import {
  contactsOf,
  type Drift,
  driftOf,
  heatWithinMs,
  minuteMs,
  moistureWithinMs,
  risen,
  type Seen,
  tracksOf,
} from "./room-view.ts";
import { riseWithin, strayOf } from "./track.ts";
import type { Finding } from "./weigh.ts";

/** What a room, its neighbours and the weather show at one moment. */
export interface View {
  nowMs: number;
  room: readonly Seen[];
  /** Other rooms of the building. */
  others: readonly (readonly Seen[])[];
  /** Rooms of the same plant. */
  mates: readonly (readonly Seen[])[];
  outdoor: readonly Seen[];
  /** An alarm about the plant of this room stands. */
  plantFails: boolean;
}

/** A finding, and the sensor that it was measured by, where it is one's own word. */
export type Found = Finding & { device?: string };

const heldOpenMs = 2 * minuteMs;
const latelyMs = 30 * minuteMs;
const longestVisitMs = 4 * 60 * minuteMs;
const presenceMs = 10 * minuteMs;
const lastingMs = 30 * minuteMs;
const youngMs = 10 * minuteMs;
/** Rooms that must do the same before it is everywhere. */
const share = 0.5;
/** Difference of outdoor and indoor moisture that counts, g/m³. */
const moisturePart = 0.5;

export function findingsOf(view: View): Found[] {
  return [
    ...ofSmoke(view),
    ...ofHeat(view),
    ...ofGases(view),
    ...ofDoorsAndPeople(view),
    ...ofMoisture(view),
    ...ofDrift(view),
    ...ofSensors(view),
  ];
}

function found<G extends Group>(
  group: G,
  holds: keyof (typeof likelihoods)[G],
  [zh, en]: readonly [zh: string, en: string],
  device?: string,
): Found {
  // One line of the union, whose members differ in the pair of group and what holds only.
  return { group, holds, text: { "zh-CN": zh, en }, ...(device === undefined ? {} : { device }) } as Found;
}

const one = (n: number) => String(Math.round(n * 10) / 10);
const two = (n: number) => String(Math.round(n * 100) / 100);
const signed = (n: number) => `${n < 0 ? "−" : "+"}${one(Math.abs(n))}`;
const minutesOf = (ms: number) => Math.max(1, Math.round(ms / minuteMs));

function ofSmoke({ room, others }: View): Found[] {
  const [first, second] = tracksOf(room, "smoke_obscuration_pct_per_m");
  const list: Found[] = [];
  if (contactsOf(room, "smoke_alarm").some(({ value }) => value !== 0)) {
    const device = room.find(({ recent }) => recent.contacts.smoke_alarm?.value)?.device;
    list.push(found("detector contact", "set", ["探测器自身报警", "a detector's own alarm"], device));
  }
  if (!first) return list;
  const { track, device } = first;
  const above = strayOf(track);
  if (above < risen.smokeFaint) return [...list, found("smoke", "none", ["无烟雾", "no smoke"], device)];
  const growing = track.climb >= 3 && riseWithin(track, latelyMs).by >= risen.smokeFaint;
  const level = above >= risen.smokeThick ? "thick" : above >= risen.smokeClear ? "clear" : "faint";
  const amount = `${two(track.value)} %/m`;
  list.push(found("smoke", level, [`烟雾 ${amount}`, `smoke ${amount}`], device));
  if (growing) list.push(found("smoke course", "growing", ["逐步上升", "and rising"]));
  else if (track.climb <= 1) list.push(found("smoke course", "jumped", ["烟雾一次跳变", "smoke there in one reading"]));
  if (second) {
    const agrees = strayOf(second.track) >= above / 2;
    if (agrees) {
      list.push(
        found("second detector", "agrees", ["另一探测器也有烟雾", "a second detector sees it too"], second.device),
      );
    } else if (strayOf(second.track) < risen.smokeFaint) {
      list.push(found("second detector", "clear", ["另一探测器无烟雾", "a second detector sees none"], second.device));
    }
  }
  const smoky = others.map((other) => tracksOf(other, "smoke_obscuration_pct_per_m")[0]).filter((each) => each);
  if (smoky.length >= 2) {
    const also = smoky.filter((each) => strayOf(each!.track) >= Math.max(risen.smokeFaint, above / 3)).length;
    if (also >= share * smoky.length) {
      list.push(found("smoke elsewhere", "everywhere", ["其他库房同样有烟雾", "other rooms smoky alike"]));
    } else if (also === 0) {
      list.push(found("smoke elsewhere", "nowhere", ["相邻库房无变化", "neighbour rooms unchanged"]));
    }
  }
  return list;
}

function ofHeat({ room }: View): Found[] {
  const rises = tracksOf(room, "temperature_c").map(({ track, device }) => ({
    device,
    ...riseWithin(track, heatWithinMs),
  }));
  const [steepest, second] = rises.sort((a, b) => b.by - a.by);
  if (!steepest) return [];
  const { by, overMs, device } = steepest;
  const level = by >= risen.heatSteepK ? "steep" : by >= risen.heatClearK ? "clear" : "slight";
  if (by < risen.heatSlightK) return [found("heat", "none", ["温度未升", "no rise of temperature"], device)];
  const over = minutesOf(overMs);
  const list = [found("heat", level, [`${over} 分钟内 +${one(by)} °C`, `+${one(by)} °C in ${over} min`], device)];
  if (second && level !== "slight") {
    if (second.by >= by / 2) {
      list.push(
        found("other thermometer", "agrees", ["另一温度计一致", "the other thermometer agrees"], second.device),
      );
    } else if (second.by < by / 5) {
      list.push(found("other thermometer", "differs", ["另一温度计未变", "the other thermometer differs"]));
    }
  }
  return list;
}

function ofGases({ room, nowMs }: View): Found[] {
  const list: Found[] = [];
  const co = tracksOf(room, "co_ppm")[0];
  if (co) {
    const above = strayOf(co.track);
    const amount = `${one(co.track.value)} ppm`;
    if (above < risen.coPpm) list.push(found("carbon monoxide", "none", ["CO 未升", "CO unchanged"], co.device));
    else {
      const level = above >= risen.coHighPpm ? "high" : "risen";
      list.push(found("carbon monoxide", level, [`CO 升至 ${amount}`, `CO up to ${amount}`], co.device));
    }
  }
  const co2 = tracksOf(room, "co2_ppm")[0];
  // People alone drive CO₂ over 1,000 ppm: it counts only where it is known that there are none.
  if (co2 && strayOf(co2.track) >= risen.co2Ppm && isEmpty(room, nowMs)) {
    const amount = `${one(co2.track.value)} ppm`;
    list.push(found("carbon dioxide", "risen", [`无人而 CO₂ 升至 ${amount}`, `CO₂ up to ${amount}`], co2.device));
  }
  const particles = tracksOf(room, "pm2_5_ug_m3")[0];
  if (particles && strayOf(particles.track) >= risen.particles) {
    const amount = `${one(particles.track.value)} µg/m³`;
    list.push(found("particles", "risen", [`细颗粒物 ${amount}`, `fine particles ${amount}`], particles.device));
  }
  return list;
}

/** Nobody has moved, badged in or opened a door for longer than what people breathe out stays. */
function isEmpty(room: readonly Seen[], nowMs: number): boolean {
  const contacts = [...contactsOf(room, "motion"), ...contactsOf(room, "door")];
  if (contacts.length === 0 || isBadgedIn(room, nowMs)) return false;
  return contacts.every(({ onMs }) => onMs === null || nowMs - onMs > latelyMs);
}

/** Who forgot to badge out is not inside for ever. */
const isBadgedIn = (room: readonly Seen[], nowMs: number) =>
  contactsOf(room, "badge").some(({ value, changedMs }) => value > 0 && nowMs - changedMs <= longestVisitMs);

function ofDoorsAndPeople({ room, nowMs }: View): Found[] {
  const list: Found[] = [];
  const doors = contactsOf(room, "door");
  const held = doors.find(({ value, changedMs }) => value !== 0 && nowMs - changedMs >= heldOpenMs);
  if (held) {
    const minutes = minutesOf(nowMs - held.changedMs);
    list.push(found("door", "open", [`门已开 ${minutes} 分钟`, `door open for ${minutes} min`]));
  } else if (doors.some(({ onMs }) => onMs !== null && nowMs - onMs <= latelyMs)) {
    list.push(found("door", "lately", ["半小时内开过门", "door opened within the half hour"]));
  } else if (doors.length > 0) list.push(found("door", "shut", ["门关闭", "door closed"]));
  return [...list, ...ofPeople(room, nowMs)];
}

/** Motion and badges say whether anybody is inside; breath only where neither is looked for. */
function ofPeople(room: readonly Seen[], nowMs: number): Found[] {
  const motion = contactsOf(room, "motion");
  const watched = motion.length > 0 || contactsOf(room, "badge").length > 0;
  if (isBadgedIn(room, nowMs)) return [found("presence", "somebody", ["有人刷卡入内", "somebody badged in"])];
  if (motion.some(({ onMs }) => onMs !== null && nowMs - onMs <= presenceMs)) {
    return [found("presence", "somebody", ["室内有人", "somebody inside"])];
  }
  if (watched) return [found("presence", "nobody", ["室内无人", "nobody inside"])];
  const co2 = tracksOf(room, "co2_ppm")[0];
  if (!co2 || strayOf(co2.track) < risen.co2Ppm || isEmpty(room, nowMs)) return [];
  const amount = `${Math.round(co2.track.value)} ppm`;
  return [found("presence", "somebody", [`有人呼吸（CO₂ ${amount}）`, `somebody breathes there (CO₂ ${amount})`])];
}

function ofMoisture({ room, others, outdoor, nowMs }: View): Found[] {
  const tracks = tracksOf(room, "vapour_g_m3").map((each) => ({
    ...each,
    rise: riseWithin(each.track, moistureWithinMs),
  }));
  const [first, second] = tracks.sort((a, b) => b.rise.by - a.rise.by);
  if (!first) return [];
  const { track, device, rise } = first;
  if (rise.by < risen.moistureStep) {
    return [found("moisture", "none", ["湿度未骤升", "no step of moisture"], device)];
  }
  const over = minutesOf(rise.overMs);
  const level = rise.by >= risen.moistureLeap ? "leap" : "step";
  const amount = `+${one(rise.by)} g/m³`;
  const list = [
    found("moisture", level, [`${over} 分钟内空气含湿量 ${amount}`, `moisture ${amount} in ${over} min`], device),
  ];
  if (strayOf(track) < risen.moistureStep / 2) {
    list.push(found("moisture course", "home", ["只是回到平常值", "back to where it usually is"]));
  }
  if (second) {
    if (second.rise.by >= rise.by / 2) {
      list.push(found("other climate sensor", "agrees", ["另一温湿度计一致", "the other climate sensor agrees"]));
    } else if (second.rise.by < rise.by / 5) {
      list.push(found("other climate sensor", "differs", ["另一温湿度计未变", "the other climate sensor differs"]));
    }
  }
  const elsewhere = others.map((other) => tracksOf(other, "vapour_g_m3")[0]).filter((each) => each);
  if (elsewhere.length > 0) {
    const also = elsewhere.filter((each) => riseWithin(each!.track, moistureWithinMs).by >= rise.by / 2).length;
    if (also >= share * elsewhere.length) {
      list.push(found("moisture elsewhere", "everywhere", ["其他库房同样变湿", "other rooms wetter alike"]));
    } else if (also === 0) {
      list.push(found("moisture elsewhere", "nowhere", ["相邻库房无变化", "neighbour rooms unchanged"]));
    }
  }
  const outside = tracksOf(outdoor, "vapour_g_m3")[0]?.track.value;
  const before = track.value - rise.by;
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

const drifting = (drift: Drift | null): drift is Drift => drift !== null && drift.side !== 0;

function ofDrift({ room, mates, outdoor, nowMs }: View): Found[] {
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
  if (lastedMs >= lastingMs) list.push(found("drift course", "lasting", [`已 ${minutes} 分钟`, `for ${minutes} min`]));
  else if (lastedMs < youngMs) list.push(found("drift course", "young", ["刚刚开始", "only just begun"]));
  const outsideC = tracksOf(outdoor, "temperature_c")[0]?.track.value;
  if (outsideC !== undefined && drifting(temperature)) {
    const towards = Math.sign(outsideC - temperature.track.usual) === temperature.side;
    if (towards) list.push(found("drift and weather", "towards", ["向室外温度靠拢", "towards the outdoor air"]));
    else list.push(found("drift and weather", "away", ["与室外温度背离", "away from the outdoor air"]));
  }
  if (everywhere(mates, temperature, humidity)) {
    list.push(
      found("drift elsewhere", "everywhere", ["同一机组的其他库房同样偏离", "the plant's other rooms drift alike"]),
    );
  }
  return list;
}

/** Whether most rooms of the plant that can be seen, and more than one, have drifted to the same side. */
function everywhere(mates: View["mates"], temperature: Drift | null, humidity: Drift | null): boolean {
  const seen = mates.map((mate) => [driftOf(mate, "temperature_c"), driftOf(mate, "relative_humidity_pct")] as const);
  const known = seen.filter(([theirC, theirPct]) => theirC !== null || theirPct !== null);
  const same = (mine: Drift | null, theirs: Drift | null) => drifting(mine) && theirs?.side === mine.side;
  const also = known.filter(([theirC, theirPct]) => same(temperature, theirC) || same(humidity, theirPct)).length;
  return also >= 1 && also >= share * known.length;
}

function ofSensors({ room, nowMs, plantFails }: View): Found[] {
  const plant = plantFails
    ? [found("plant of the room", "failing", ["恒温恒湿已失控", "climate control is failing"])]
    : [];
  const faulty = room.some(({ memory }) => memory.faults && nowMs - memory.faults.lastAtMs <= faultsWithinMs);
  if (!faulty) return plant;
  return [
    ...plant,
    found("state of the sensor", "faulty", ["传感器近期有异常值", "a sensor has said impossible things"]),
  ];
}
