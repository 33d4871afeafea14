import { type Found, found, latelyMs, minutesOf, one, share, two, type View } from "./finding.ts";
import { isEmpty } from "./findings-people.ts";
import { contactsOf, heatWithinMs, risen, tracksOf } from "./room-view.ts";
import { riseWithin, strayOf } from "./track.ts";

/** Smoke, heat, and what burns off. */

export function ofSmoke({ room, others }: View): Found[] {
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
  const smoky = others()
    .map((other) => tracksOf(other, "smoke_obscuration_pct_per_m")[0])
    .filter((each) => each);
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

export function ofHeat({ room }: View): Found[] {
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

export function ofGases({ room, nowMs }: View): Found[] {
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
