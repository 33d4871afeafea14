import { batch, type Signal, signal } from "@preact/signals";
import type { AlarmView, HealthResponse, Reading, RoomView } from "../../contract/index.ts";
import { ask } from "./api.ts";
import { every, later, nowMs } from "./clock.ts";

/** What goes on now: rooms and open alarms, kept true by the live stream. */

export const roomIds = signal<readonly string[]>([]);
export interface FloorPlan {
  building: string;
  floor: number;
}
/** Floors that have a picture. */
export const floorPlans = signal<readonly FloorPlan[]>([]);
export const alarms = signal<ReadonlyMap<string, AlarmView>>(new Map());
export const health = signal<HealthResponse | null>(null);
/** `lostSinceMs`: what is shown is from before then. */
export const connection = signal<{ state: "starting" | "live" } | { state: "lost"; sinceMs: number }>({
  state: "starting",
});
/** Nothing may be read without signing in. */
export const closed = signal(false);

const rooms = new Map<string, Signal<RoomView>>();
/** Each room is drawn by itself: a reading of one touches no other. */
export const roomOf = (id: string): Signal<RoomView> | undefined => rooms.get(id);
export const allRooms = (): RoomView[] => roomIds.value.flatMap((id) => rooms.get(id)?.value ?? []);
export const alarmsOf = (room: string): AlarmView[] =>
  [...alarms.value.values()].filter((alarm) => alarm.room === room);

export function takeRooms(views: readonly RoomView[]): void {
  batch(() => {
    for (const view of views) {
      const known = rooms.get(view.id);
      if (known) known.value = view;
      else rooms.set(view.id, signal(view));
    }
    const ids = views.map(({ id }) => id);
    if (ids.join() !== roomIds.peek().join()) roomIds.value = ids;
  });
}

let gathered: Reading[] = [];
/** However many come, the page is drawn once a frame. */
export function takeReadings(readings: readonly Reading[]): void {
  if (gathered.length === 0) requestAnimationFrame(applyReadings);
  gathered.push(...readings);
}

function applyReadings(): void {
  const all = gathered;
  gathered = [];
  const byRoom = Map.groupBy(all, ({ room }) => room);
  batch(() => {
    for (const [id, readings] of byRoom) {
      const room = id === null ? undefined : rooms.get(id);
      if (!room) continue;
      const current = { ...room.peek().current };
      for (const { quantity, value, at, device } of readings) {
        const known = current[quantity];
        if (!known || Date.parse(known.at) <= Date.parse(at)) current[quantity] = { value, at, device };
      }
      room.value = { ...room.peek(), current };
    }
  });
}

const isOpen = ({ state }: AlarmView) => state !== "normal";

export function takeAlarm(alarm: AlarmView): void {
  const next = new Map(alarms.peek());
  if (isOpen(alarm)) next.set(alarm.id, alarm);
  else next.delete(alarm.id);
  alarms.value = next;
  soonLookAgain();
}

let looking = false;
/** A room's state, limits and forecast follow from more than one alarm: they are asked for. */
function soonLookAgain(): void {
  if (looking) return;
  looking = true;
  later(300, () => {
    looking = false;
    void look(true).catch(() => undefined);
  });
}

export async function look(unattended = false): Promise<void> {
  const [{ rooms: views, plans }, page] = await Promise.all([
    ask<{ rooms: RoomView[]; plans: FloorPlan[] }>("/rooms", { unattended }),
    ask<{ alarms: AlarmView[] }>("/alarms", { unattended, query: { limit: 1_000 } }),
  ]);
  closed.value = false;
  takeRooms(views);
  if (JSON.stringify(plans) !== JSON.stringify(floorPlans.peek())) floorPlans.value = plans;
  alarms.value = new Map(page.alarms.map((alarm) => [alarm.id, alarm]));
}

let source: EventSource | null = null;
let stopLooking: (() => void) | null = null;
let watches = 0;
const lookEveryMs = 60_000;

/** Begins to watch, or begins anew as somebody else after signing in or out. */
export async function watch(): Promise<void> {
  const mine = ++watches;
  source?.close();
  stopLooking?.();
  try {
    await look();
  } catch (error) {
    if (mine !== watches) return;
    closed.value = error instanceof Error && "status" in error && error.status === 401;
    if (closed.value) return;
    lost();
  }
  // Somebody signed in or out meanwhile: that watch goes on, not this.
  if (mine !== watches) return;
  stopLooking = every(lookEveryMs, () => void look(true).catch(() => undefined));
  const stream = new EventSource("/api/v1/stream");
  source = stream;
  let wasLost = false;
  stream.onopen = () => {
    connection.value = { state: "live" };
    // The browser says which event it saw last; what is more than that, `gap` says.
    if (wasLost) void look(true).catch(() => undefined);
    wasLost = false;
  };
  stream.onerror = () => {
    wasLost = true;
    lost();
    // A refusal ends it for good; a break does not.
    if (stream.readyState === EventSource.CLOSED) later(5_000, () => source === stream && void watch());
  };
  stream.addEventListener("reading", ({ data }) => takeReadings(JSON.parse(data).readings));
  stream.addEventListener("alarm", ({ data }) => takeAlarm(JSON.parse(data).alarm));
  stream.addEventListener("health", ({ data }) => {
    health.value = JSON.parse(data);
  });
  stream.addEventListener("gap", () => void look(true).catch(() => undefined));
}

function lost(): void {
  if (connection.peek().state !== "lost") connection.value = { state: "lost", sinceMs: nowMs() };
}
