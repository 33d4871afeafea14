import type { ConditionName } from "../../contract/index.ts";
import type { Hypothesis } from "../../site/index.ts";
import { outdoorRoom, type Settings } from "./condition.ts";
import { waterLeak } from "./conditions/device-contacts.ts";
import { climateControlFailure, fireSuspected } from "./conditions/inference.ts";
import { sensorDisagreement } from "./conditions/sensor-disagreement.ts";
import type { Context, WatchedDevice } from "./context.ts";
import { corroborates } from "./inference/corroboration.ts";
import type { Found } from "./inference/finding.ts";
import { findingsOf } from "./inference/findings.ts";
import { climateAlarms, type InferredRoom, InferredRooms, SeenRooms } from "./inference/inferred-room.ts";
import { type Model, modelOf } from "./inference/model.ts";
import { driftOf, type Seen, stirs } from "./inference/room-view.ts";
import { noteBadge } from "./inference/track.ts";
import { evidenceFor, likelyCause, type Weighed, weigh } from "./inference/weigh.ts";
import { freshMemory } from "./memory.ts";
import { devicesOf } from "./neighbours.ts";
import type { Evidence } from "./state.ts";

/** A room is weighed at most this often for each of its devices. */
const lookEveryMs = 10_000;
/** A leak that is only suspected: the room is to be looked at, which is less than what a leak sensor's word asks for. */
const suspectedLeakPriority = "high";

/** Weighs what the sensors of a room, its neighbours and the weather say together. It adds alarms and keeps none back. */
export class InferenceWatch {
  readonly #context: Context;
  readonly #rooms: InferredRooms;
  readonly #seen: SeenRooms;
  readonly #model: Model;
  readonly #outdoors: boolean;

  constructor(context: Context) {
    this.#context = context;
    this.#rooms = new InferredRooms(context.site);
    this.#seen = new SeenRooms(context.site, context.devices);
    this.#model = modelOf(context.site);
    this.#outdoors = context.site.rooms.has(outdoorRoom);
  }

  /** A device has been judged by itself. */
  judge(device: WatchedDevice): void {
    const { memory, newestAtMs: nowMs } = device.state;
    const recent = memory?.recent;
    if (!memory || !recent || memory.room === null) return;
    const stirring = stirs(recent);
    if (!stirring && this.#context.state.alarms.size === 0) return;
    const room = this.#rooms.get(memory.room);
    if (!room || (!stirring && !this.#stands(room))) return;
    const look = Math.floor(nowMs / lookEveryMs);
    if (recent.look === look) return;
    recent.look = look;
    this.#weigh(room, nowMs);
  }

  /** Somebody has badged in or out at that reader. */
  badge(device: WatchedDevice, atMs: number, direction: "in" | "out"): void {
    const room = this.#context.site.roomOf(device.id, atMs);
    if (room === null) return;
    const known = device.state.memory;
    const memory = known?.room === room ? known : { ...freshMemory(room), faults: known?.faults };
    memory.recent = noteBadge(memory.recent, atMs, direction);
    device.state.memory = memory;
  }

  /** Why a limit of the climate is crossed in that room, as far as that can be told; of other alarms nothing. */
  causeOf(condition: ConditionName, room: string | null, nowMs: number): Evidence[] | undefined {
    if (room === null || !climateAlarms.has(condition)) return undefined;
    const inferred = this.#rooms.get(room);
    return inferred ? likelyCause(this.#model, this.#look(inferred, nowMs).weighed) : undefined;
  }

  #weigh(room: InferredRoom, nowMs: number): void {
    const moment = this.#look(room, nowMs);
    if (room.fire) this.#judgeFire(room, room.fire, moment);
    if (room.leak) this.#judgeLeak(room, moment);
    if (room.plant) this.#judgePlant(room, room.plant, moment);
    if (room.sensor) this.#judgeSensor(room, room.sensor, moment);
  }

  #look(room: InferredRoom, nowMs: number): Moment {
    const { book } = this.#context;
    const here = this.#seen.seenIn(room.id, nowMs);
    const seenOf = (ids: readonly string[]) => {
      let seen: (readonly Seen[])[] | undefined;
      return () => {
        seen ??= ids.map((id) => this.#seen.seenIn(id, nowMs).seen);
        return seen;
      };
    };
    const mates = seenOf(room.mates);
    const findings = findingsOf({
      nowMs,
      room: here.seen,
      others: seenOf(room.others),
      mates,
      outdoor: this.#outdoors ? this.#seen.seenIn(outdoorRoom, nowMs).seen : [],
      plantFails: book.isActive(room.keys.plant) || book.isActive(room.keys.wholePlant),
    });
    return { nowMs, weighed: weigh(this.#model, findings), blind: here.blind, mates };
  }

  #judgeFire(room: InferredRoom, settings: Settings, moment: Moment): void {
    const { book, site } = this.#context;
    const { probability, findings } = moment.weighed;
    const limit = settings.limit ?? 1;
    const key = room.keys.fire;
    if (probability.fire < limit || !corroborates(this.#model, findings)) {
      this.#settle(key, probability.fire, moment);
      return;
    }
    const priority = probability.fire >= site.config.inference.critical_from ? "critical" : settings.priority;
    if (!book.isActive(key)) this.#raise(room, "fire", { key, moment, limit, priority });
    else if (priority === "critical") {
      const evidence = evidenceFor(this.#model, "fire", moment.weighed);
      const value = rounded(probability.fire);
      book.raisePriority(key, { priority, value, limit, atMs: moment.nowMs, evidence });
    }
  }

  #judgeLeak(room: InferredRoom, moment: Moment): void {
    const { book, site } = this.#context;
    const { leak } = moment.weighed.probability;
    const limit = site.config.inference.leak_from;
    const { leak: key } = room.keys;
    if (leak < limit) {
      this.#settle(key, leak, moment);
      return;
    }
    const told = devicesOf(site, room.id).some((id) => book.isActive(`${waterLeak.name}|${id}`));
    if (!told && !book.isActive(key)) {
      this.#raise(room, "leak", { key, moment, limit, priority: suspectedLeakPriority });
    }
  }

  /** One room's own trouble, or its whole plant's: then one alarm names the plant, and the rooms' own are part of it. */
  #judgePlant(room: InferredRoom, { limit: from, priority }: Settings, moment: Moment): void {
    const { book } = this.#context;
    const { plant } = moment.weighed.probability;
    const { plant: key, wholePlant } = room.keys;
    const limit = from ?? 1;
    const shared = moment.weighed.findings.some(({ group }) => group === "drift elsewhere");
    if (plant >= limit && !book.isActive(wholePlant)) {
      if (shared) {
        this.#raise(room, "plant", { key: wholePlant, moment, limit, priority, shared });
        for (const id of [room.id, ...room.mates]) {
          const own = this.#rooms.get(id);
          if (own) book.close(own.keys.plant, moment.nowMs, null, "whole-plant");
        }
      } else if (!book.isActive(key)) this.#raise(room, "plant", { key, moment, limit, priority });
    } else if (plant < limit) {
      this.#settle(key, plant, moment);
      if (!book.isActive(wholePlant)) return;
      const still = moment
        .mates()
        .some((mate) =>
          (["temperature_c", "relative_humidity_pct"] as const).some((name) => driftOf(mate, name)?.side),
        );
      if (!still) this.#settle(wholePlant, plant, moment);
    }
  }

  /** A sensor that runs away from the other of its room at once; never while something says fire or water. */
  #judgeSensor(room: InferredRoom, { priority }: Settings, moment: Moment): void {
    const { book, site } = this.#context;
    const { sensor } = moment.weighed.probability;
    const limit = site.config.inference.sensor_from;
    const { sensor: key, fire, leak } = room.keys;
    const device = sensor < limit ? null : strayIn(moment.weighed.findings);
    if (device === null) {
      this.#settle(key, sensor, moment);
      return;
    }
    if (book.isActive(key) || book.isActive(fire) || book.isActive(leak)) return;
    if (!book.isActive(`${sensorDisagreement.name}|${device}`)) {
      this.#raise(room, "sensor", { key, moment, limit, priority, device });
    }
  }

  #raise(room: InferredRoom, hypothesis: Raised, { key, moment, limit, priority, shared, device }: ToRaise): void {
    this.#context.book.raise({
      key,
      condition: conditionOf[hypothesis],
      device: device ?? null,
      subject: shared ? room.plantId : hypothesis === "leak" ? "suspected" : null,
      room: shared ? null : room.id,
      sinceMs: moment.nowMs,
      atMs: moment.nowMs,
      value: rounded(moment.weighed.probability[hypothesis]),
      limit,
      unit: null,
      detail: null,
      lateMs: null,
      priority,
      evidence: evidenceFor(this.#model, hypothesis, moment.weighed),
    });
  }

  /** What cannot be seen has not ended: a sensor that is lost during an alarm keeps the alarm. A door opened once neither. */
  #settle(key: string, probability: number, { nowMs, blind }: Moment): void {
    const { book, site } = this.#context;
    if (probability < site.config.inference.over_below && !blind) book.return(key, nowMs, null, "no-longer-likely");
  }

  /** Asked for nearly every sample while any alarm stands anywhere, so that it is looked up only after one has come or gone. */
  #stands(room: InferredRoom): boolean {
    const { state, book } = this.#context;
    if (room.stands.asOf !== book.passages) {
      const { fire, leak, plant, wholePlant, sensor } = room.keys;
      const any = [fire, leak, plant, wholePlant, sensor].some((key) => state.alarms.has(key));
      room.stands = { asOf: book.passages, any };
    }
    return room.stands.any;
  }
}

type Raised = Extract<Hypothesis, "fire" | "leak" | "plant" | "sensor">;
const conditionOf = {
  fire: fireSuspected.name,
  leak: waterLeak.name,
  plant: climateControlFailure.name,
  sensor: sensorDisagreement.name,
} as const;

interface Moment {
  nowMs: number;
  weighed: Weighed<Found>;
  /** A sensor of the room is overdue. */
  blind: boolean;
  mates(): readonly (readonly Seen[])[];
}

interface ToRaise {
  key: string;
  moment: Moment;
  limit: number;
  priority: Settings["priority"];
  shared?: boolean;
  device?: string;
}

const rounded = (probability: number) => Math.floor(probability * 1_000) / 1_000;

/** The sensor that moved while the other of its kind in the room did not. */
function strayIn(findings: readonly Found[]): string | null {
  const differs = (name: Found["group"]) => findings.some(({ group, holds }) => group === name && holds === "differs");
  const moved = differs("other climate sensor") ? "moisture" : differs("other thermometer") ? "heat" : null;
  return findings.find(({ group }) => group === moved)?.device ?? null;
}
