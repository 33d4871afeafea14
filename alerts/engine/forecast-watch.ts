import { outdoorRoom } from "./condition.ts";
import { forecastOf, foretoldLimits } from "./conditions/forecast.ts";
import type { Context } from "./context.ts";
import type { TimelySample } from "./events.ts";
import { type Side, sides } from "./forecast/certainty.ts";
import { slotOf } from "./forecast/course.ts";
import { crossingOf } from "./forecast/crossing.ts";
import { forecastEvidence } from "./forecast/evidence.ts";
import { type ExpectedAir, keepExpected } from "./forecast/expected-air.ts";
import type { ForecastQuantity, Surroundings } from "./forecast/features.ts";
import { LocalHours } from "./forecast/local-hours.ts";
import { type PresentForecast, presentForecast } from "./forecast/present.ts";
import { type Forecast, freshQuantity, QuantityForecast } from "./forecast/quantity-forecast.ts";
import { forecastQuantities, forgetAfter, freshRoomForecast, RoomCourses } from "./forecast/room-forecast.ts";
import { stepWarning } from "./forecast/warning-rule.ts";
import type { Settled } from "./reordering.ts";
import { reorderBoundMs } from "./run.ts";
import type { Evidence } from "./state.ts";

/** A quantity of a room that is forecast, and the limits it is warned of. */
interface Foretold {
  quantity: ForecastQuantity;
  model: QuantityForecast;
  limits: Record<Side, number | null>;
  keys: Record<Side, string>;
  surroundings: Surroundings;
}

interface ForecastRoom {
  id: string;
  courses: RoomCourses;
  foretold: readonly Foretold[];
}

/** Learns the rooms' climate from its course and warns of limits that are about to be crossed. */
export class ForecastWatch {
  readonly changed = new Set<string>();
  readonly #context: Context;
  readonly #hours: LocalHours;
  readonly #rooms = new Map<string, ForecastRoom | null>();
  /** Rooms of devices that never move. */
  readonly #fixed = new Map<string, ForecastRoom | null>();
  readonly #anywhere: boolean;

  constructor(context: Context, wanted: boolean) {
    this.#context = context;
    this.#hours = new LocalHours(context.site);
    const rooms = wanted ? [...context.site.rooms.keys()] : [];
    this.#anywhere = rooms.some((room) => forecastQuantities.some((each) => foretoldLimits(context.site, room, each)));
  }

  /** Samples in the order of their own time. */
  judge({ device, samples, newestMs }: Settled): void {
    if (!this.#anywhere) return;
    const newestSlot = slotOf(newestMs);
    for (const sample of samples) {
      const { temperature_c: temperatureC, relative_humidity_pct: humidityPct } = sample.values;
      if (temperatureC === undefined && humidityPct === undefined) continue;
      const room = this.#roomOf(device.id, sample.atMs);
      if (!room) continue;
      // Earlier samples of one message are overtaken by its newest, but not those that only waited for one another.
      const newest = slotOf(sample.atMs) === newestSlot || sample.atMs >= newestMs - reorderBoundMs;
      this.#hear(room, device.id, sample, newest);
    }
  }

  /** Somebody says what outdoor air is going to be: in place of what was said before. */
  expect(points: readonly ExpectedAir[]): void {
    const { site, state } = this.#context;
    if (!this.#anywhere || !site.rooms.has(outdoorRoom)) return;
    // Makes it at hand where it was never heard of.
    this.#room(outdoorRoom);
    const outdoor = state.forecasts.get(outdoorRoom);
    if (!outdoor) return;
    outdoor.expected = keepExpected(points) ?? undefined;
    this.changed.add(outdoorRoom);
  }

  /** What is expected of a room by now, newest only. */
  present(id: string): PresentForecast[] {
    const room = this.#context.state.forecasts.has(id) ? this.#room(id) : null;
    return (room?.foretold ?? []).flatMap(({ quantity, model, limits, surroundings }) => {
      const slot = surroundings.own.newest;
      const forecast = slot === null ? null : model.madeAt(slot, surroundings);
      if (slot === null || !forecast) return [];
      const known = sides.flatMap((side) => {
        const limit = limits[side];
        if (limit === null) return [];
        const probability = Math.round(model.probability(side, limit, forecast) * 100) / 100;
        return { side, limit, probability, warned: model.state.warnings[side].sinceSlot !== null };
      });
      return presentForecast(quantity, slot, forecast, known);
    });
  }

  /** Limits are others from now on: what was made of them is made anew, what was learnt stays. */
  forgetLimits(): void {
    this.#rooms.clear();
    this.#fixed.clear();
  }

  /** Our clock was set back: nothing that was written is from the future. */
  forgetFuture(): void {
    const { state } = this.#context;
    for (const [room, forecast] of state.forecasts) {
      forgetAfter(forecast, slotOf(state.nowMs));
      this.changed.add(room);
    }
    this.forgetLimits();
  }

  #hear(room: ForecastRoom, device: string, sample: TimelySample, newest: boolean): void {
    const { courses, foretold } = room;
    const { values, atMs } = sample;
    const slot = slotOf(atMs);
    const pages = newest && this.#pages(sample);
    for (const each of foretold) this.#crossed(room, each, values[each.quantity], { atMs, pages });
    const { temperature_c: temperature, relative_humidity_pct: humidity } = courses;
    // Nearly every sample of a sensor that speaks often.
    if (slot <= (temperature.newest ?? slot - 1) && slot <= (humidity.newest ?? slot - 1)) return;
    const before = { temperature_c: temperature.newest, relative_humidity_pct: humidity.newest };
    const took = { temperature_c: false, relative_humidity_pct: false };
    for (const quantity of forecastQuantities) {
      const value = values[quantity];
      if (value !== undefined) took[quantity] = courses[quantity].take(slot, value, device);
    }
    if (!took.temperature_c && !took.relative_humidity_pct) return;
    this.changed.add(room.id);
    if (courses.water) courses.takeWater(slot, device);
    for (const each of foretold) {
      if (!took[each.quantity]) continue;
      each.model.skipTo(slot, before[each.quantity] ?? slot);
      const forecast = each.model.step(slot, each.surroundings);
      if (forecast && pages) this.#look(room, each, forecast, { slot, atMs });
    }
  }

  #pages(sample: TimelySample): boolean {
    return !sample.imported && sample.receivedAtMs - sample.atMs <= this.#context.site.config.limits.page_within;
  }

  /** A warning has done its work when the limit is crossed, at whichever sensor of the room: not at the next quarter. */
  #crossed(
    room: ForecastRoom,
    { quantity, model, limits, keys }: Foretold,
    value: number | undefined,
    { atMs, pages }: { atMs: number; pages: boolean },
  ): void {
    const slot = slotOf(atMs);
    if (value === undefined || isInside(value, limits) || slot < (room.courses[quantity].newest ?? slot)) return;
    for (const side of sides) {
      const warning = model.state.warnings[side];
      if (warning.withinSlot === null && warning.sinceSlot === null) continue;
      this.changed.add(room.id);
      // What pages nobody ends nothing either, but the room has been beyond.
      warning.withinSlot = null;
      if (!pages || isInside(value, { ...limits, [other(side)]: null })) continue;
      const step = stepWarning(warning, { slot, probability: 1, inside: false });
      if (step !== null) this.#context.book.return(keys[side], atMs, value, step);
    }
  }

  #look(
    room: ForecastRoom,
    foretold: Foretold,
    forecast: Forecast,
    { slot, atMs }: { slot: number; atMs: number },
  ): void {
    const { book } = this.#context;
    const { quantity, model, limits, keys } = foretold;
    const inside = isInside(forecast.now, limits);
    for (const side of sides) {
      const limit = limits[side];
      if (limit === null) continue;
      const warning = model.state.warnings[side];
      // Ended by somebody else: the condition was switched off for a while.
      if (warning.sinceSlot !== null && !book.isActive(keys[side])) warning.sinceSlot = null;
      const probability = model.probability(side, limit, forecast);
      const step = stepWarning(warning, { slot, probability, inside });
      if (step === null) continue;
      if (step !== "raise") {
        book.return(keys[side], atMs, forecast.now, step === "crossed" ? "left-on-the-other-side" : step);
        continue;
      }
      const condition = forecastOf[quantity];
      const { step: deciding, ...expectation } = crossingOf(side, limit, slot, forecast);
      const evidence: Evidence[] = forecastEvidence(condition.unit ?? "", model.reasons(deciding), deciding);
      book.raise({
        key: keys[side],
        condition: condition.name,
        device: null,
        subject: null,
        room: room.id,
        sinceMs: atMs,
        atMs,
        value: forecast.now,
        limit,
        unit: condition.unit,
        detail: null,
        lateMs: null,
        expectation: { ...expectation, probability: Math.round(probability * 100) / 100 },
        evidence,
      });
    }
  }

  #roomOf(device: string, atMs: number): ForecastRoom | null {
    const fixed = this.#fixed.get(device);
    if (fixed !== undefined) return fixed;
    const { site } = this.#context;
    const id = site.roomOf(device, atMs);
    const room = id === null ? null : this.#room(id);
    if (site.devices.get(device)?.assignments.length === 0) this.#fixed.set(device, room);
    return room;
  }

  #room(id: string): ForecastRoom | null {
    const known = this.#rooms.get(id);
    if (known !== undefined) return known;
    const room = this.#atHand(id);
    this.#rooms.set(id, room);
    return room;
  }

  #atHand(id: string): ForecastRoom | null {
    const { site, state } = this.#context;
    const watched = forecastQuantities.flatMap((quantity) => {
      const limits = foretoldLimits(site, id, quantity);
      return limits ? [{ quantity, limits }] : [];
    });
    if (watched.length === 0 && id !== outdoorRoom) return null;
    let forecast = state.forecasts.get(id);
    if (!forecast) {
      forecast = freshRoomForecast(id === outdoorRoom);
      state.forecasts.set(id, forecast);
    }
    const courses = new RoomCourses(forecast);
    const outdoor = id === outdoorRoom || !site.rooms.has(outdoorRoom) ? null : this.#room(outdoorRoom);
    const foretold = watched.map(({ quantity, limits }): Foretold => {
      const learnt = forecast.quantities[quantity] ?? freshQuantity(quantity);
      forecast.quantities[quantity] = learnt;
      const { name } = forecastOf[quantity];
      return {
        quantity,
        model: new QuantityForecast(learnt, quantity, outdoor !== null),
        limits,
        keys: { high: `${name}|${id}|high`, low: `${name}|${id}|low` },
        surroundings: {
          own: courses[quantity],
          other: courses[quantity === "temperature_c" ? "relative_humidity_pct" : "temperature_c"],
          outdoor: outdoor?.courses.water
            ? {
                temperature: outdoor.courses.temperature_c,
                water: outdoor.courses.water,
                expected: () => state.forecasts.get(outdoorRoom)?.expected ?? null,
              }
            : null,
          hours: this.#hours,
        },
      };
    });
    return { id, courses, foretold };
  }
}

const other = (side: Side): Side => (side === "high" ? "low" : "high");

function isInside(value: number, { high, low }: Record<Side, number | null>): boolean {
  return (high === null || value <= high) && (low === null || value >= low);
}
