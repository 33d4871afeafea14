import { expect, test } from "vitest";
import { createModel } from "../../firmware-sim/index.ts";
import { scenarios } from "../../firmware-sim/scenarios/registry.ts";
import { parseSite } from "../../site/index.ts";

/** Friday. */
const at = (time: string) => Date.parse(`2026-11-20T${time}:00+08:00`);
const { site } = parseSite(
  JSON.stringify({
    site: { id: "north", name: { zh: "北院", en: "North" } },
    rooms: [{ id: "r1" }],
    doors: [{ id: "d1", room: "r1", contact: "door-1", reader: "reader-1" }],
    devices: [
      { id: "door-1", room: "r1", quantities: ["door"] },
      { id: "reader-1", room: "r1", quantities: ["tamper"] },
    ],
    people: [
      { id: "10231", name: "王敏", category: "archivist" },
      { id: "10518", name: "赵海涛", category: "facilities" },
    ],
  }),
  { directory: ".", name: "site.yaml", nowMs: at("00:00") },
);

function run(name: string, startMs: number) {
  const model = createModel({ site, seed: 1, startMs });
  const offline = new Map<string, boolean>();
  const scenario = scenarios.find((one) => one.name === name)!;
  const target = scenario.target(site, {});
  const causes = {
    site,
    nowMs: model.nowMs,
    room: (id: string) => model.causes(id),
    device: (id: string) => ({
      setPower: () => {},
      setNetwork: (up: boolean) => void offline.set(id, !up),
      stepClock: () => {},
      sensors: expect.anything() as never,
    }),
  };
  const { durationMs, end } = scenario.begin(causes, target, {});
  const span = { fromMs: startMs, toMs: startMs + durationMs };
  return { model, span, durationMs, end, offline, badges: model.badges(span), doors: model.doorChanges("r1", span) };
}
/** At this hour nobody comes by himself. */
const night = at("22:00");

test("a forced door opens without a badge", () => {
  const { badges, doors } = run("forced-door", night);
  expect(badges).toEqual([]);
  expect(doors.map(({ open }) => open)).toEqual([true, false, true, false]);
});

test("an unapproved visit is one by somebody without a standing right, an after-hours visit one by an archivist", () => {
  const unapproved = run("unapproved-visit", night);
  const afterHours = run("after-hours-visit", night);
  expect(unapproved.badges.map(({ direction }) => direction)).toEqual(["in", "out"]);
  expect(new Set([...unapproved.badges, ...afterHours.badges].map(({ credential }) => credential)).size).toBe(2);
});

test("an after-hours visit waits for the end of working hours", () => {
  const { badges, model } = run("after-hours-visit", at("17:20"));
  const own = badges.filter(({ atMs }) => atMs >= at("17:30"));
  expect(own[0]).toMatchObject({ direction: "in", atMs: at("17:30") });
  expect(model.causes("r1").visitors).toHaveLength(1);
});

test("while a controller is offline its reader and its contact have no network", () => {
  const { offline, durationMs, end } = run("controller-offline", night);
  expect([...offline]).toEqual([
    ["reader-1", true],
    ["door-1", true],
  ]);
  expect(durationMs).toBe(2 * 3_600_000);
  end();
  expect([...offline.values()]).toEqual([false, false]);
});
