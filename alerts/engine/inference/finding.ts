import type { Group, likelihoods } from "../../../site/index.ts";
import { minuteMs, type Seen } from "./room-view.ts";
import type { Finding } from "./weigh.ts";

/** What a room, its neighbours and the weather show at one moment. */
export interface View {
  nowMs: number;
  room: readonly Seen[];
  /** Other rooms of the building: looked into only where something here asks for it. */
  others(): readonly (readonly Seen[])[];
  /** Rooms of the same plant. */
  mates(): readonly (readonly Seen[])[];
  outdoor: readonly Seen[];
  /** An alarm about the plant of this room stands. */
  plantFails: boolean;
}

/** A finding, and the sensor that it was measured by, where it is one's own word. */
export type Found = Finding & { device?: string };

export function found<G extends Group>(
  group: G,
  holds: keyof (typeof likelihoods)[G],
  [zh, en]: readonly [zh: string, en: string],
  device?: string,
): Found {
  // One line of the union, whose members differ in the pair of group and what holds only.
  return { group, holds, text: { "zh-CN": zh, en }, ...(device === undefined ? {} : { device }) } as Found;
}

/** Other rooms that must do the same before it is everywhere. */
export const share = 0.5;
export const latelyMs = 30 * minuteMs;

export const one = (n: number) => String(Math.round(n * 10) / 10);
export const two = (n: number) => String(Math.round(n * 100) / 100);
export const signed = (n: number) => `${n < 0 ? "−" : "+"}${one(Math.abs(n))}`;
export const minutesOf = (ms: number) => Math.max(1, Math.round(ms / minuteMs));
