import { expect, test } from "vitest";
import { conditionNames } from "../../contract/index.ts";
import { smsSize, smsText } from "../../notify/index.ts";
import { aSite, startMs } from "./builders.ts";
import { aMessage, aSiteWithShortNames, smoke } from "./channels/builders.ts";

test.each([
  ["", "gsm-7", 0, 1],
  ["a".repeat(160), "gsm-7", 160, 1],
  ["a".repeat(161), "gsm-7", 161, 2],
  ["a".repeat(306), "gsm-7", 306, 2],
  ["a".repeat(307), "gsm-7", 307, 3],
  ["[".repeat(80), "gsm-7", 160, 1],
  ["[".repeat(81), "gsm-7", 162, 2],
  // An escape and its sign are never torn apart: a septet of the first part stays empty.
  [`${"a".repeat(152)}[${"a".repeat(152)}`, "gsm-7", 306, 3],
  ["库".repeat(70), "ucs-2", 70, 1],
  ["库".repeat(71), "ucs-2", 71, 2],
  ["库".repeat(134), "ucs-2", 134, 2],
  ["库".repeat(135), "ucs-2", 135, 3],
  ["€ costs two, ° is not there", "ucs-2", 27, 1],
  // Nor are the halves of a character outside the basic plane.
  [`${"库".repeat(66)}🔥${"库".repeat(66)}`, "ucs-2", 134, 3],
] as const)("%j travels as %s, %d units in %d parts", (text, alphabet, units, parts) => {
  expect(smsSize(text)).toEqual({ alphabet, units, parts });
});

const textOf = (...parts: Parameters<typeof aMessage>) => {
  const message = aMessage(...parts);
  return smsText(message.brief, message.code);
};

test("what, where, since when, value against limit, and how to answer, in one part", () => {
  const zh = textOf();
  expect(zh).toBe("[重要]住院101温度超上限报警,08:00起,26.3°C(限24°C),回复1 4711确认");
  expect(smsSize(zh).parts).toBe(1);
  const en = textOf({ room: "a-102" }, { language: "en" });
  expect(en).toBe(
    "High: Temperature above limit, Film store, since 08:00, 26.3C (limit 24C). Reply 1 4711 to acknowledge.",
  );
  expect(smsSize(en)).toMatchObject({ alphabet: "gsm-7", parts: 1 });
});

test("in a room with gas suppression a fire message begins with the warning", () => {
  const zh = textOf(smoke);
  expect(zh).toBe("气体灭火区域,勿单独进入,[紧急]住院101烟雾报警(疑似火情),08:00起,3.4%/m(限2%/m),回复1 4711确认");
  expect(smsSize(zh).parts).toBe(1);
  expect(textOf(smoke, { language: "en" })).toMatch(
    /^Gas suppression area: do not enter alone\. Critical: Smoke alarm/,
  );
  expect(textOf({ ...smoke, room: "a-102" })).toMatch(/^\[紧急\]胶片库/);
});

test("a return asks for no answer, an exercise says that it is one, and another day is named", () => {
  expect(textOf({ transition: "returned", state: "normal", value: 22 })).toBe(
    "[重要·已恢复]住院101温度超上限报警,08:00发生",
  );
  expect(textOf({ drill: true })).toMatch(/^演练,\[重要\]/);
  expect(textOf({}, { sentAtMs: startMs + 86_400_000 })).toContain("11-22 08:00起");
});

test.each([
  ["住院101", { "zh-CN": 1, en: 3 }],
  ["Records B2", { "zh-CN": 1, en: 2 }],
  ["门诊楼地下二层东侧特藏档案库房甲区第一", { "zh-CN": 2, en: 3 }],
])("room %s: every condition fits into %j parts, code and room uncut", (short_name, parts) => {
  const site = aSite({ rooms: [{ id: "a-101", short_name, suppression: "gas" }], devices: [] });
  for (const condition of conditionNames) {
    for (const language of ["zh-CN", "en"] as const) {
      const text = textOf({ condition, priority: "critical", transition: "priority-changed" }, { site, language });
      expect(text).toContain(short_name);
      expect(text).toContain("1 4711");
      expect(smsSize(text).parts, text).toBeLessThanOrEqual(parts[language]);
    }
  }
});

test("a room without a short name is named by as much of its name as fits", () => {
  const site = aSite({ rooms: [{ id: "a-101", name: { zh: "库".repeat(80), en: "x".repeat(80) } }], devices: [] });
  expect(textOf({}, { site })).toContain(`]${"库".repeat(20)}温度`);
});

test("what might name a visitor stays out: neither sentence, advice nor evidence are in it", () => {
  const text = textOf({
    messages: { "zh-CN": "访客李四进入", en: "visitor Li Si entered" },
    advice: { "zh-CN": "请联系李四", en: "call Li Si" },
    evidence: [{ text: "李四的卡", weight: 1 }],
  });
  expect(text).not.toContain("李四");
});

test("a figure's signs cost the larger alphabet only where the text has it anyway", () => {
  const en = textOf({ room: "a-102", unit: "µg/m³", value: 81.5, limit: 75 }, { language: "en" });
  expect(en).toContain("81.5 ug/m3");
  expect(smsSize(en).alphabet).toBe("gsm-7");
  expect(textOf({}, { language: "en", site: aSiteWithShortNames() })).toContain("26.3 °C");
});
