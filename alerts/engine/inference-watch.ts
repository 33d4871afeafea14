import { outdoorRoom, type Settings, settingsOf } from "./condition.ts";
import { waterLeak } from "./conditions/device-contacts.ts";
import { climateControlFailure, fireSuspected } from "./conditions/inference.ts";
import { silentAfterMs } from "./conditions/sensors.ts";
import type { Context, WatchedDevice } from "./context.ts";
import { type Found, findingsOf } from "./inference/findings.ts";
import type { Hypothesis } from "./inference/likelihoods.ts";
import { driftOf, type Seen, stirs } from "./inference/room-view.ts";
import { evidenceFor, probabilities, supports } from "./inference/weigh.ts";
import { devicesOf } from "./neighbours.ts";

/** A room is weighed at most this often for each of its devices. */
const lookEveryMs = 10_000;
/** An alarm returns when its hypothesis has become this unlikely: a door that opens once must not end it. */
const returnBelow = 0.2;
/** As sure as that, a suspected fire is critical. */
const criticalFrom = 0.99;
/** A leak that is only suspected: the room is to be looked at, which is less than what a leak sensor's word asks for. */
const suspectedLeak = { from: 0.9, priority: "high" } as const;
/** More rooms of a building would change nothing in what they say. */
const mostOthers = 24;

interface InferredRoom {
  id: string;
  others: readonly string[];
  fire: Settings | null;
  leak: Settings | null;
  plant: Settings | null;
  keys: { fire: string; leak: string; plant: string; building: string };
  building: string | null;
}

/** Weighs what the sensors of a room, its neighbours and the weather say together. It adds alarms and keeps none back. */
export class InferenceWatch {
  readonly #context: Context;
  readonly #rooms = new Map<string, InferredRoom | null>();

  constructor(context: Context) {
    this.#context = context;
  }

  /** A device has been judged by itself. */
  judge(device: WatchedDevice): void {
    const { memory, newestAtMs: nowMs } = device.state;
    const recent = memory?.recent;
    if (!memory || !recent || memory.room === null) return;
    const room = this.#room(memory.room);
    if (!room || (!stirs(recent) && !this.#stands(room))) return;
    const look = Math.floor(nowMs / lookEveryMs);
    if (recent.look === look) return;
    recent.look = look;
    this.#weigh(room, nowMs);
  }

  #weigh(room: InferredRoom, nowMs: number): void {
    const { site } = this.#context;
    const here = this.#seen(room.id, nowMs);
    const others = room.others.map((id) => this.#seen(id, nowMs).seen);
    const outdoor = site.rooms.has(outdoorRoom) ? this.#seen(outdoorRoom, nowMs).seen : [];
    const findings = findingsOf({ nowMs, room: here.seen, others, outdoor });
    const moment: Moment = { nowMs, findings, probability: probabilities(findings), blind: here.blind };
    if (room.fire) this.#judgeFire(room, room.fire, moment);
    if (room.leak) this.#judgeLeak(room, moment);
    if (room.plant) this.#judgePlant(room, room.plant, moment, others);
  }

  #judgeFire(room: InferredRoom, settings: Settings, moment: Moment): void {
    const { book } = this.#context;
    const { fire } = moment.probability;
    const limit = settings.limit ?? 1;
    if (fire >= limit && isCorroborated(moment.findings)) {
      const priority = fire >= criticalFrom ? "critical" : settings.priority;
      const key = room.keys.fire;
      if (!book.isActive(key)) this.#raise(room, "fire", { key, moment, limit, priority });
      else if (priority === "critical") {
        const evidence = evidenceFor("fire", moment.findings);
        book.raisePriority(key, { priority, value: rounded(fire), limit, atMs: moment.nowMs, evidence });
      }
    } else this.#settle(room.keys.fire, fire, moment);
  }

  #judgeLeak(room: InferredRoom, moment: Moment): void {
    const { book, site } = this.#context;
    const { leak } = moment.probability;
    const told = devicesOf(site, room.id).some((id) => book.isActive(`${waterLeak.name}|${id}`));
    if (leak < suspectedLeak.from) this.#settle(room.keys.leak, leak, moment);
    else if (!told && !book.isActive(room.keys.leak)) {
      const { from: limit, priority } = suspectedLeak;
      this.#raise(room, "leak", { key: room.keys.leak, moment, limit, priority });
    }
  }

  /** One room's own trouble, or its whole plant's: then one alarm names the building. */
  #judgePlant(room: InferredRoom, settings: Settings, moment: Moment, others: readonly (readonly Seen[])[]): void {
    const { book } = this.#context;
    const { plant } = moment.probability;
    const { plant: key, building } = room.keys;
    const shared = room.building !== null && moment.findings.some(({ group }) => group === "drift elsewhere");
    const limit = settings.limit ?? 1;
    if (plant >= limit && !book.isActive(key) && !book.isActive(building)) {
      const { priority } = settings;
      this.#raise(room, "plant", { key: shared ? building : key, moment, limit, priority, shared });
    } else if (plant < returnBelow) {
      this.#settle(key, plant, moment);
      const still = others.some((other) =>
        (["temperature_c", "relative_humidity_pct"] as const).some((name) => driftOf(other, name)?.side),
      );
      if (!still) this.#settle(building, plant, moment);
    }
  }

  #raise(room: InferredRoom, hypothesis: Raised, { key, moment, limit, priority, shared = false }: ToRaise): void {
    this.#context.book.raise({
      key,
      condition: conditionOf[hypothesis],
      device: null,
      subject: shared ? room.building : hypothesis === "leak" ? "suspected" : null,
      room: shared ? null : room.id,
      sinceMs: moment.nowMs,
      atMs: moment.nowMs,
      value: rounded(moment.probability[hypothesis]),
      limit,
      unit: null,
      detail: null,
      lateMs: null,
      priority,
      evidence: evidenceFor(hypothesis, moment.findings),
    });
  }

  /** What cannot be seen has not ended: a sensor that is lost during an alarm keeps the alarm. */
  #settle(key: string, probability: number, { nowMs, blind }: Moment): void {
    if (probability < returnBelow && !blind) this.#context.book.return(key, nowMs, null, "no-longer-likely");
  }

  #stands({ keys: { fire, leak, plant, building } }: InferredRoom): boolean {
    const { alarms } = this.#context.state;
    if (alarms.size === 0) return false;
    return alarms.has(fire) || alarms.has(leak) || alarms.has(plant) || alarms.has(building);
  }

  #seen(room: string, nowMs: number): { seen: Seen[]; blind: boolean } {
    const { site, devices } = this.#context;
    const seen: Seen[] = [];
    let blind = false;
    for (const device of devicesOf(site, room)) {
      const state = devices.get(device)?.state;
      const recent = state?.memory?.recent;
      if (!state?.memory || !recent || state.memory.room !== room) continue;
      const config = site.devices.get(device);
      if (!config || nowMs - state.newestAtMs > silentAfterMs(config.interval)) blind = true;
      else seen.push({ device, memory: state.memory, recent });
    }
    return { seen, blind };
  }

  #room(id: string): InferredRoom | null {
    const known = this.#rooms.get(id);
    if (known !== undefined) return known;
    const room = this.#roomFor(id);
    this.#rooms.set(id, room);
    return room;
  }

  #roomFor(id: string): InferredRoom | null {
    const { site } = this.#context;
    const config = site.rooms.get(id);
    if (!config || id === outdoorRoom) return null;
    const enabled = (condition: Parameters<typeof settingsOf>[1]) => {
      const settings = settingsOf(site, condition, id);
      return settings.enabled ? settings : null;
    };
    const building = config.building ?? null;
    const together = [...site.rooms.values()].filter((other) => other.id !== id && other.id !== outdoorRoom);
    const others = together.filter((other) => (other.building ?? null) === building).slice(0, mostOthers);
    const plant = config.climate_control === "none" ? null : enabled(climateControlFailure);
    return {
      id,
      others: others.map((other) => other.id),
      fire: enabled(fireSuspected),
      leak: enabled(waterLeak),
      plant,
      keys: {
        fire: `${fireSuspected.name}|${id}`,
        leak: `${waterLeak.name}|${id}|suspected`,
        plant: `${climateControlFailure.name}|${id}`,
        building: `${climateControlFailure.name}|${building}|plant`,
      },
      building,
    };
  }
}

type Raised = Extract<Hypothesis, "fire" | "leak" | "plant">;
const conditionOf = { fire: fireSuspected.name, leak: waterLeak.name, plant: climateControlFailure.name } as const;

interface Moment {
  nowMs: number;
  findings: readonly Found[];
  probability: Record<Hypothesis, number>;
  /** A sensor of the room is overdue. */
  blind: boolean;
}

interface ToRaise {
  key: string;
  moment: Moment;
  limit: number;
  priority: Settings["priority"];
  shared?: boolean;
}

const rounded = (probability: number) => Math.floor(probability * 1_000) / 1_000;

/**
 * A single faulty sensor makes no fire, whatever it says: another quantity must speak for it too, and of the same device
 * only where it grew as fires do. What one sensor sees alone is told by the fixed limits.
 */
function isCorroborated(findings: readonly Found[]): boolean {
  const measured = findings.filter((finding) => finding.device !== undefined && supports(finding, "fire"));
  if (measured.length < 2) return false;
  const growing = findings.some(({ group, holds }) => group === "smoke course" && holds === "growing");
  return growing || new Set(measured.map(({ device }) => device)).size >= 2;
}
