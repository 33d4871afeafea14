import { expect, test } from "vitest";
import { createSlots } from "../../collector/sources/slots.ts";

const never = new AbortController().signal;

test("so many work at one time; the others come in their order, and one that leaves takes no slot", async () => {
  const slots = createSlots(1);
  const first = await slots.take(never);
  const order: string[] = [];
  const leaving = new AbortController();
  const second = slots.take(leaving.signal).then((release) => order.push(`second ${release}`));
  const third = slots.take(never).then((release) => {
    order.push("third");
    release?.();
  });
  const fourth = slots.take(never).then(() => order.push("fourth"));
  leaving.abort();
  await second;
  expect(order).toEqual(["second null"]);
  first!();
  await Promise.all([third, fourth]);
  expect(order).toEqual(["second null", "third", "fourth"]);
});

test("whoever has left already is given none", async () => {
  expect(await createSlots(1).take(AbortSignal.abort())).toBeNull();
});
