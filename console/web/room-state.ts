import type { RoomView } from "../../contract/index.ts";
import { minuteMs, named } from "./language.ts";
import { roomIds, roomOf } from "./live.ts";
import type { IconName } from "./parts/icon.tsx";

/** How a room stands, in one sign; and which limit it will cross first. */

export type Standing = Extract<IconName, "critical" | "high" | "medium" | "low" | "soon" | "ok" | "no-data">;

export interface Crossing {
  quantity: string;
  side: "high" | "low";
  limit: number;
  atMs: number;
  fromMs: number;
  toMs: number;
}

export function crossingOf(room: RoomView): Crossing | null {
  const all = Object.entries(room.forecast).flatMap(([quantity, { limits }]) =>
    limits.flatMap(({ side, limit, crossing }) =>
      crossing === null
        ? []
        : [
            {
              quantity,
              side,
              limit,
              atMs: Date.parse(crossing.at),
              fromMs: Date.parse(crossing.from),
              toMs: Date.parse(crossing.to),
            },
          ],
    ),
  );
  return all.filter(({ atMs }) => atMs > minuteMs.value).sort((a, b) => a.atMs - b.atMs)[0] ?? null;
}

export function standingOf(room: RoomView): Standing {
  if (room.state === "alarm" && room.worstPriority !== null) return room.worstPriority;
  if (room.state === "no-data") return "no-data";
  return crossingOf(room) ? "soon" : "ok";
}

/** The most pressing first. */
const order: readonly Standing[] = ["critical", "high", "medium", "no-data", "soon", "low", "ok"];
export const pressing = (standing: Standing): number => order.indexOf(standing);
export const needsSomebody = (standing: Standing): boolean => standing !== "ok" && standing !== "soon";

export function numberOf(room: RoomView, quantity: string): number | null {
  const value = room.current[quantity]?.value;
  return typeof value === "number" ? value : null;
}

/** Its limits for a quantity; nothing is kept outdoors. */
export const limitsIn = (room: RoomView, quantity: string) =>
  room.id === "outdoor" ? null : (room.limits[quantity] ?? null);

/** Whether a value is beyond its limits; false where nothing is known. */
export function isBeyond(room: RoomView, quantity: string): boolean {
  const value = numberOf(room, quantity);
  const limits = limitsIn(room, quantity);
  if (value === null || !limits) return false;
  return (limits.high !== null && value > limits.high) || (limits.low !== null && value < limits.low);
}

/** A room's name as people know it; its id where it is none of theirs. */
export function nameOf(id: string): string {
  // Asked here too, so that it is drawn again once the rooms have come.
  const known = roomIds.value.includes(id) ? roomOf(id) : undefined;
  return named(known?.value.name ?? { zh: id, en: id });
}
