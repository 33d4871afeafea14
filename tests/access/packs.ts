import { join } from "node:path";
import { exportPack, type NewEntry, type PackRequest, parseCheckpoint } from "../../access/index.ts";
import type { Chance } from "../random.ts";
import { aBadge, aLogIn, aSecurityEvent, startMs, type TestLedger } from "./builders.ts";

const dayMs = 86_400_000;
export const everything: PackRequest = { shows: () => true, opens: () => true };
export const persons = ["10231", "10244", "10900"];

/** Fills a ledger as the years do: entries of some persons, checkpoints, new keys, erasures, tombstones. */
export function live(house: TestLedger, random: Chance, steps: number): void {
  const { ledger, clock } = house;
  // What survives a power cut is not what is tested here.
  ledger.store.database.exec("PRAGMA synchronous = OFF");
  const person = () => persons[random.between(0, persons.length - 1)]!;
  for (let step = 0; step < steps; step++) {
    clock.advance(random.between(0, 40 * dayMs));
    const dice = random.next();
    if (dice < 0.6) {
      const make = [
        () => aBadge(person()),
        () => aSecurityEvent(`s-${step}`),
        () => aLogIn(person()),
        () => anAlarm(random),
      ];
      ledger.append(Array.from({ length: random.between(1, 9) }, (): NewEntry => make[random.between(0, 3)]!()));
    } else if (dice < 0.85) ledger.checkpoint();
    else if (dice < 0.9) ledger.rotateKey();
    else if (dice < 0.95) ledger.erase(person(), { reason: "离职", by: "10900" });
    else
      ledger.applyRetention({ log_ins: 180 * dayMs, security: 200 * dayMs, access: 400 * dayMs, alarms: 400 * dayMs });
  }
}

function anAlarm(random: Chance): NewEntry {
  const value = [24.3, -0.5, 1e-7, 1e21, 0, 100, 1 / 3][random.between(0, 6)]!;
  return {
    kind: "alarm-journal",
    atMs: startMs - 17,
    body: {
      n: 1,
      alarm: "1",
      condition: "temperature-high",
      transition: "raised",
      state: "unacknowledged",
      priority: "high",
      room: "a-101",
      device: null,
      subject: null,
      value,
      limit: 24,
      unit: "°C",
      reason: '温度过高 "\\\u2028\u007f\n😀',
      via: null,
    },
  };
}

/** An export as somebody might ask for it. */
export function aRequest(house: TestLedger, random: Chance): PackRequest {
  const shown = random.next() < 0.3 ? null : house.ledger.subjectOf(persons[random.between(0, 2)]!);
  const about = (entry: { personal?: Record<string, { subject: string }> | undefined }) =>
    shown === null || Object.values(entry.personal ?? {}).some(({ subject }) => subject === shown);
  const spanMs = house.clock.nowMs() - startMs;
  const request: PackRequest = { shows: about, opens: (entry) => about(entry) };
  if (random.next() < 0.3) request.fromMs = startMs + Math.floor(spanMs * random.next());
  if (random.next() < 0.3) request.toMs = startMs + Math.floor(spanMs * random.next());
  return request;
}

export function packOf(house: TestLedger, name: string, request: PackRequest = everything): string {
  const folder = join(house.folder, name);
  house.ledger.checkpoint();
  exportPack(house.ledger, folder, request);
  return folder;
}

export const sizeOf = (checkpoint: string) => parseCheckpoint(checkpoint)!.size;
