import { afterEach, describe, expect, it } from "vitest";
import { language } from "../../../console/web/language.ts";
import { withoutWeights } from "../../../console/web/pages/alarms/weights.ts";
import { faultOf, Refusal } from "../../../console/web/refusals.ts";

const refusal = (detail: string, code = "request-invalid") => faultOf(new Refusal(400, code, detail));
afterEach(() => {
  language.value = "en";
});

describe("a refusal", () => {
  it.each([
    ["person: expected one of people, or a guest with name and category, found x9", "person.id"],
    ["minutes: expected at most 10080, found 99999", "minutes"],
    ['measure: expected at least 1 character, found ""', "measure"],
    ["alarm k3v9 due: expected a day to come, found one that is over", "due"],
    ["say why the door is under repair", "comment"],
    ["code: expected the one that the app shows now", "code"],
    ["password: expected at least 10 characters", "password"],
    [
      '/srv/site.yaml is not usable: rooms[0].limits.temperature_c: expected a range such as 14..24, ..24 or 14.., low before high, found "warm" (line 48)',
      "temperature",
    ],
    ["a pen was found where a key was expected", null],
  ])("%s: stands at its field, and in Chinese holds no sentence of the server", (detail, field) => {
    const english = refusal(detail);
    expect(english.field).toBe(field);
    language.value = "zh-CN";
    const chinese = refusal(detail);
    expect(chinese.field).toBe(field);
    expect(chinese.text).toMatch(/\p{Script=Han}/u);
    if (field !== null) expect(chinese.text).not.toMatch(/expected|found/);
    for (const { text } of [english, chinese]) expect(text).not.toContain("/srv");
  });

  it("names the right that is missing as people know it", () => {
    expect(refusal("10231: category archivist has no right to read-access", "not-authorised").text).toContain(
      "Read who was inside",
    );
    expect(refusal("10231: no right to configure or consent", "not-authorised").text).toContain(
      "Change settings and devices / Consent to changed limits",
    );
  });
});

describe("a message of an inference", () => {
  it.each([
    [
      0.98,
      null,
      "Store (1): Fire suspected (0.98): smoke 11 %/m and rising (0.67), door closed (0.02); against it: no rise (-0.04), since 14:09.",
      "Store (1): Fire suspected (98 % likely): smoke 11 %/m and rising, door closed; against it: no rise, since 14:09.",
    ],
    [
      0.996,
      null,
      "一库：疑似火情（0.996）：烟雾上升（0.67）；不支持：温度未升（-0.04），自 14:09 起。",
      "一库：疑似火情（可能性 99 %）：烟雾上升；不支持：温度未升，自 14:09 起。",
    ],
    [1, "%/m", "Store (1): Smoke alarm: 1 %/m (limit 1 %/m).", "Store (1): Smoke alarm: 1 %/m (limit 1 %/m)."],
  ])("%s %s: %s", (value, unit, message, said) => expect(withoutWeights(message, { value, unit })).toBe(said));
});
