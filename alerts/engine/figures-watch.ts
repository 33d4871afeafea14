import { woodMoisturePct } from "../../climate/index.ts";
import type { Range, RoomLimits } from "../../site/index.ts";
import { outdoorRoom } from "./condition.ts";
import { agedIndexY, followAgeing } from "./conditions/preservation.ts";
import type { Context, WatchedDevice } from "./context.ts";
import type { TimelySample } from "./events.ts";
import { slotOf } from "./forecast/course.ts";
import type { PresentForecast } from "./forecast/present.ts";
import type { Memory } from "./memory.ts";
import { devicesOf } from "./neighbours.ts";
import type { Settled } from "./reordering.ts";
import { gapMs } from "./run.ts";

/** What a room's air means for its holdings, by the names of the history's `room` measurement. */
export interface RoomFigures {
  room: string;
  atMs: number;
  values: { mould_index?: number; twpi_y?: number; emc_pct?: number; minutes_outside?: number };
  forecasts: PresentForecast[];
}

/** Works out the figures of each room, once a quarter of an hour, from what its devices remember. */
export class FiguresWatch {
  readonly #context: Context;
  readonly #forecastsOf: (room: string) => PresentForecast[];
  readonly #limits = new Map<string, RoomLimits>();
  #figures: RoomFigures[] = [];
  #day = { slot: Number.NaN, startMs: 0 };

  constructor(context: Context, forecastsOf: (room: string) => PresentForecast[]) {
    this.#context = context;
    this.#forecastsOf = forecastsOf;
  }

  /** They are others from now on. */
  forgetLimits(room: string): void {
    this.#limits.delete(room);
  }

  take(): RoomFigures[] {
    const figures = this.#figures;
    this.#figures = [];
    return figures;
  }

  /** Samples in the order of their own time, when all else has judged them. */
  judge({ device, samples }: Settled): void {
    const { memory } = device.state;
    if (!memory || memory.room === null || memory.room === outdoorRoom) return;
    const before = memory.outside?.atMs;
    for (const sample of samples) this.#follow(memory, memory.room, sample);
    const { outside } = memory;
    if (!outside || (before !== undefined && slotOf(before) === slotOf(outside.atMs))) return;
    if (this.#speaks(device, memory.room)) this.#tell(memory, memory.room, samples.at(-1)!);
  }

  #follow(memory: Memory, room: string, { atMs, values }: TimelySample): void {
    const { temperature_c: temperatureC, relative_humidity_pct: humidityPct } = values;
    if (temperatureC === undefined && humidityPct === undefined) return;
    const startMs = this.#dayStartMs(atMs);
    const outside = memory.outside ?? { dayMs: startMs, beyondMs: 0, atMs, beyond: false };
    memory.outside = outside;
    if (atMs < outside.atMs) return;
    if (startMs !== outside.dayMs) outside.beyondMs = 0;
    // What was so when it was last heard holds until now, but not over a gap, nor from one day into the next.
    const heldFromMs = Math.max(outside.atMs, startMs);
    if (outside.beyond && atMs - outside.atMs <= gapMs) outside.beyondMs += atMs - heldFromMs;
    outside.dayMs = startMs;
    outside.atMs = atMs;
    const limits = this.#limitsOf(room);
    outside.beyond =
      isBeyond(temperatureC ?? memory.temperature_c?.value, limits.temperatureC) ||
      isBeyond(humidityPct ?? memory.relative_humidity_pct?.value, limits.relativeHumidityPct);
    if (temperatureC !== undefined && humidityPct !== undefined) {
      followAgeing(memory, { atMs, temperatureC, relativeHumidityPct: humidityPct });
    }
  }

  #limitsOf(room: string): RoomLimits {
    const known = this.#limits.get(room);
    if (known) return known;
    const limits = this.#context.site.limitsOf(room);
    this.#limits.set(room, limits);
    return limits;
  }

  /** Of several devices the first that is heard tells when the room's figures are due. */
  #speaks(device: WatchedDevice, room: string): boolean {
    const { site, devices } = this.#context;
    const first = devicesOf(site, room).find((id) => {
      const other = devices.get(id);
      return other === device || (other?.state.memory?.room === room && other.state.memory.outside && !other.silent);
    });
    return first === device.id;
  }

  /** As they stand now; null before anything of the room's air was heard. */
  present(room: string): RoomFigures["values"] | null {
    const { site, devices } = this.#context;
    const heard = devicesOf(site, room).flatMap((id) => {
      const memory = devices.get(id)?.state.memory;
      return memory?.room === room && memory.outside ? [memory] : [];
    });
    const newest = heard.sort((a, b) => b.outside!.atMs - a.outside!.atMs)[0];
    return newest ? this.#values(newest, room) : null;
  }

  #tell(memory: Memory, room: string, { atMs, imported }: TimelySample): void {
    const values = this.#values(memory, room);
    this.#figures.push({ room, atMs, values, forecasts: imported ? [] : this.#forecastsOf(room) });
  }

  /** The worst place of the room counts. */
  #values(memory: Memory, room: string): RoomFigures["values"] {
    const { site, devices } = this.#context;
    const there = devicesOf(site, room).flatMap((id) => {
      const other = devices.get(id)?.state.memory;
      return other?.room === room ? [other] : [];
    });
    const values: RoomFigures["values"] = {};
    const mould = there.flatMap((each) => each.mould?.index ?? []);
    if (mould.length > 0) values.mould_index = rounded(Math.max(...mould), 1e4);
    const ages = there.flatMap((each) => (each.aged && agedIndexY(each.aged)) ?? []);
    if (ages.length > 0) values.twpi_y = rounded(Math.min(...ages), 10);
    const { temperature_c: t, relative_humidity_pct: rh } = memory;
    const moisture = t && rh && woodMoisturePct(t.value, rh.value);
    if (moisture !== undefined) values.emc_pct = rounded(moisture, 100);
    const beyond = there.flatMap(({ outside }) => (outside?.dayMs === memory.outside?.dayMs ? outside!.beyondMs : []));
    values.minutes_outside = rounded(Math.max(...beyond) / 60_000, 10);
    return values;
  }

  #dayStartMs(atMs: number): number {
    const slot = slotOf(atMs);
    if (slot !== this.#day.slot) {
      const { calendar } = this.#context.site;
      this.#day = { slot, startMs: calendar.instantOf(calendar.local(atMs).date, 0) };
    }
    return this.#day.startMs;
  }
}

const rounded = (value: number, unit: number) => Math.round(value * unit) / unit;

function isBeyond(value: number | undefined, { high, low }: Range): boolean {
  return value !== undefined && ((high !== null && value > high) || (low !== null && value < low));
}
