import { expect, test } from "vitest";
import { createMemory, type Entry } from "../../firmware-sim/memory.ts";

const sample = (seq: number): Entry => ({ channel: "telemetry", payload: { seq } });
const badge = (seq: number): Entry => ({ channel: "badge", payload: { seq } });
const numbers = (batch: Entry[]) => batch.map((entry) => entry.payload.seq);

test("what is full drops its oldest and counts it", () => {
  const memory = createMemory(3);
  for (let seq = 0; seq < 5; seq++) memory.push(sample(seq));
  expect(memory.dropped).toBe(2);
  expect(numbers(memory.take(10))).toEqual([2, 3, 4]);
});

test("an entry leaves only when it is confirmed; a lost connection sends it again", () => {
  const memory = createMemory(10);
  for (let seq = 0; seq < 5; seq++) memory.push(sample(seq));
  const first = memory.take(2);
  const second = memory.take(2);
  expect([numbers(first), numbers(second)]).toEqual([
    [0, 1],
    [2, 3],
  ]);
  memory.confirm(first);
  expect(memory.size).toBe(3);
  memory.release();
  expect(numbers(memory.take(10))).toEqual([2, 3, 4]);
});

test("confirmations may come in any order", () => {
  const memory = createMemory(10);
  for (let seq = 0; seq < 4; seq++) memory.push(sample(seq));
  const first = memory.take(1);
  const second = memory.take(1);
  memory.confirm(second);
  expect(numbers(memory.take(1))).toEqual([2]);
  memory.confirm(first);
  expect(numbers(memory.take(5))).toEqual([3]);
  memory.release();
  expect(numbers(memory.take(5))).toEqual([2, 3]);
});

test("a badge travels alone and keeps its place among the samples", () => {
  const memory = createMemory(10);
  for (const entry of [sample(0), sample(1), badge(2), badge(3), sample(4)]) memory.push(entry);
  const batches = [memory.take(9), memory.take(9), memory.take(9), memory.take(9), memory.take(9)];
  expect(batches.map(numbers)).toEqual([[0, 1], [2], [3], [4], []]);
});
