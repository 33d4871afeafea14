import { describe, expect, test } from "vitest";
import { manualClock, systemClock } from "../../core/index.ts";

describe("a manual clock", () => {
  test("stands still until it is advanced", () => {
    const clock = manualClock(1_000);
    expect([clock.nowMs(), clock.monotonicMs()]).toEqual([1_000, 0]);
    clock.advance(250);
    expect([clock.nowMs(), clock.monotonicMs()]).toEqual([1_250, 250]);
  });

  test("fires what falls due, in order of time and then of asking, at the time it was due", () => {
    const clock = manualClock();
    const seen: [string, number][] = [];
    const note = (name: string) => () => seen.push([name, clock.nowMs()]);
    clock.after(30, note("late"));
    clock.after(10, note("first"));
    clock.after(10, note("second"));
    clock.after(31, note("never"));
    clock.advance(30);
    expect(seen).toEqual([
      ["first", 10],
      ["second", 10],
      ["late", 30],
    ]);
  });

  test("a period repeats, and ends when it is cancelled by its own callback", () => {
    const clock = manualClock();
    let times = 0;
    const timer = clock.every(10, () => {
      times += 1;
      if (times === 3) timer.cancel();
    });
    clock.advance(100);
    expect(times).toBe(3);
  });

  test("a timer set by a timer fires in the same advance when it falls due in it", () => {
    const clock = manualClock();
    const seen: number[] = [];
    clock.after(10, () => clock.after(10, () => seen.push(clock.nowMs())));
    clock.advance(20);
    expect(seen).toEqual([20]);
  });

  test("stepping moves the wall clock alone and fires nothing", () => {
    const clock = manualClock(0);
    let fired = false;
    clock.after(1_000, () => {
      fired = true;
    });
    clock.step(3_600_000);
    expect([clock.nowMs(), clock.monotonicMs(), fired]).toEqual([3_600_000, 0, false]);
    clock.step(-7_200_000);
    clock.advance(1_000);
    expect([clock.nowMs(), fired]).toEqual([-3_599_000, true]);
  });

  test("sleeping ends when the time has come, or at once when it is called off", async () => {
    const clock = manualClock();
    const ended: string[] = [];
    const abort = new AbortController();
    const sleeps = [
      clock.sleep(100).then(() => ended.push("slept")),
      clock.sleep(1_000, abort.signal).then(() => ended.push("called off")),
      clock.sleep(1_000, AbortSignal.abort()).then(() => ended.push("never began")),
    ];
    await sleeps[2];
    abort.abort();
    await sleeps[1];
    clock.advance(100);
    await sleeps[0];
    expect(ended).toEqual(["never began", "called off", "slept"]);
  });
});

test("the system clock sleeps, repeats and can be cancelled", async () => {
  const began = systemClock.monotonicMs();
  await systemClock.sleep(5);
  expect(systemClock.monotonicMs() - began).toBeGreaterThanOrEqual(4);
  await new Promise<void>((resolve) => {
    let times = 0;
    const timer = systemClock.every(1, () => {
      times += 1;
      if (times < 2) return;
      timer.cancel();
      resolve();
    });
  });
  systemClock.after(0, () => expect.unreachable("a cancelled timer must not fire")).cancel();
  await systemClock.sleep(2);
});
