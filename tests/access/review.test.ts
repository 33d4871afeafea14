import { expect, test } from "vitest";
import { createReviews, type NewEntry } from "../../access/index.ts";
import { aBadge, aLedger, startMs } from "./builders.ts";

const dayMs = 86_400_000;
const withBody = (entry: NewEntry, changes: object): NewEntry => {
  if (entry.kind !== "access-event") throw new Error("a badge was expected");
  return { ...entry, body: { ...entry.body, ...changes } };
};

test("a review draws by lot, has every exception, records findings, and ends with a signature", () => {
  const house = aLedger();
  const { ledger, clock } = house;
  ledger.append([aBadge("10244"), withBody(aBadge("g-1"), { category: "visitor" })]);
  clock.advance(2 * dayMs);
  const fromMs = clock.nowMs() - dayMs;
  ledger.append(Array.from({ length: 50 }, () => aBadge("10244")));
  ledger.append([
    withBody(aBadge("10244"), { decision: "denied" }),
    withBody(aBadge("10244"), { judged: "outside-hours" }),
    withBody(aBadge("10244"), { judged: "break-glass" }),
    withBody(aBadge("g-1"), { category: "visitor" }),
    withBody(aBadge("g-2"), { category: "visitor" }),
    withBody(aBadge("g-2"), { category: "visitor" }),
    { kind: "security-event", atMs: startMs, body: { what: "record-refused", subject: "core-1", detail: "loan" } },
  ]);
  clock.advance(dayMs);
  const period = { id: "2026-10", fromMs, toMs: clock.nowMs(), sample: 5, by: "10900" };
  const reviews = createReviews({ ledger, clock });
  const drawn = reviews.draw(period);
  expect(drawn.exceptions).toEqual([
    { index: 52, reason: "denied" },
    { index: 53, reason: "not-entitled" },
    { index: 54, reason: "break-glass" },
    { index: 56, reason: "first-visit" },
    { index: 58, reason: "refused-record" },
  ]);
  expect(drawn.sample).toHaveLength(5);
  for (const index of drawn.sample) expect(index).toBeGreaterThanOrEqual(2);
  // Nobody draws again until the lot suits.
  expect(reviews.draw({ ...period, sample: 20 })).toEqual(drawn);
  expect(() => reviews.signOff({ id: "2026-10", comment: "", by: "10900" })).toThrow("comment");
  reviews.finding({ id: "2026-10", index: 53, finding: "加班，已说明", by: "10900" });
  reviews.signOff({ id: "2026-10", comment: "无异常", by: "10900" });
  expect(createReviews({ ledger, clock }).show("2026-10")).toMatchObject({
    findings: [{ index: 53, finding: "加班，已说明" }],
    signedOffAt: expect.stringContaining("Z"),
  });
  expect(() => reviews.finding({ id: "2026-10", index: null, finding: "x", by: "10900" })).toThrow("signed off");
  expect(() => reviews.draw({ ...period, id: "2026-11", toMs: clock.nowMs() + dayMs })).toThrow("is over");
});

test("what was replaced because something arrived late is no exception, what replaced it may be", () => {
  const { ledger, clock } = aLedger();
  const fromMs = clock.nowMs();
  const door = { direction: undefined, decision: undefined, category: undefined, event: "door-opened" };
  const opened = (changes: object) =>
    JSON.parse(JSON.stringify(withBody({ ...aBadge("x"), personal: {} }, { ...door, ...changes })));
  ledger.append([
    opened({ judged: "forced" }),
    opened({ judged: "forced" }),
    opened({ judged: "badge", amends: 0 }),
    withBody(aBadge("10244"), { judged: "standing-right" }),
    withBody(aBadge("10244"), { judged: "second-person-missing", amends: 3 }),
  ]);
  clock.advance(dayMs);
  const period = { id: "2026-11", fromMs, toMs: clock.nowMs(), sample: 5, by: "10900" };
  expect(createReviews({ ledger, clock }).draw(period).exceptions).toEqual([
    { index: 1, reason: "forced" },
    { index: 4, reason: "not-entitled" },
  ]);
});
