import { describe, expect, it } from "vitest";
import { type Happening, type LifeState, pass } from "../../alerts/index.ts";

/** state, what happens, latching → state, transition — or why not. */
const table: [LifeState, Happening, "plain" | "latching", string][] = [
  ["normal", "raise", "plain", "unacknowledged raised first-breach"],
  ["normal", "acknowledge", "plain", "no: does not stand"],
  ["unacknowledged", "raise", "plain", "no: stands already"],
  ["unacknowledged", "return", "plain", "returned-unacknowledged returned back-within"],
  ["unacknowledged", "return", "latching", "returned-unacknowledged returned back-within"],
  ["unacknowledged", "acknowledge", "plain", "acknowledged acknowledged by-person"],
  ["acknowledged", "return", "plain", "normal returned back-within"],
  ["acknowledged", "return", "latching", "latched returned back-within"],
  ["acknowledged", "acknowledge", "plain", "no: is acknowledged already"],
  ["returned-unacknowledged", "raise", "plain", "unacknowledged raised raised-again"],
  ["returned-unacknowledged", "acknowledge", "plain", "normal acknowledged by-person-after-return"],
  ["returned-unacknowledged", "acknowledge", "latching", "latched acknowledged by-person-after-return"],
  ["returned-unacknowledged", "reset", "latching", "no: must be acknowledged before it is reset"],
  ["latched", "reset", "latching", "normal reset by-person"],
  ["latched", "raise", "latching", "unacknowledged raised raised-again"],
  ["latched", "return", "latching", "no: does not stand"],
];

describe("the life of an alarm", () => {
  it.each(table)("%s, %s, %s → %s", (state, happening, kind, expected) => {
    const passage = pass(state, happening, { latching: kind === "latching", active: false });
    expect(passage.ok ? `${passage.state} ${passage.transition} ${passage.reason}` : `no: ${passage.reason}`).toBe(
      expected,
    );
  });
  it("cannot be reset while its cause is there", () => {
    expect(pass("unacknowledged", "reset", { latching: true, active: true })).toMatchObject({ ok: false });
  });
});
