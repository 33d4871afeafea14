import { expect, test } from "vitest";
import { conditionNames, priorities } from "../../contract/index.ts";
import { templateText, templateValues, variablesOf } from "../../notify/index.ts";
import { aSite } from "./builders.ts";
import { aMessage, smoke } from "./channels/builders.ts";

test("the texts to submit: Aliyun names the variables, Tencent numbers them, gas comes first", () => {
  expect(templateText("gas", "named")).toBe(
    // biome-ignore lint/suspicious/noTemplateCurlyInString: the cloud's own way to write a variable
    "气体灭火区域,勿单独进入。档案库房${level}报警:${room},${what},${since}起,${value}。收到请回复1 ${code}。",
  );
  expect(templateText("raised", "numbered")).toBe("档案库房{1}报警:{2},{3},{4}起,{5}。收到请回复1 {6}。");
  expect(variablesOf("returned")).toEqual(["room", "what", "since", "code"]);
  // A template that begins or ends with a variable is refused by both.
  for (const kind of ["raised", "gas", "returned", "voice"] as const)
    expect(templateText(kind, "numbered")).toMatch(/^[^{].*[^}]$/);
});

test("each value keeps to its limit, and the short name and the code are never cut", () => {
  const site = aSite({ rooms: [{ id: "a-101", short_name: "地下二层特藏库甲区第一间" }], devices: [] });
  for (const longest of [12, 20]) {
    for (const condition of conditionNames) {
      for (const priority of priorities) {
        const { brief, code } = aMessage({ condition, priority, drill: true }, { site });
        const values = templateValues(brief, { code, longest });
        expect(values).toMatchObject({ room: "地下二层特藏库甲区第一间", code: "4711" });
        for (const [name, value] of Object.entries(values)) {
          expect([...value].length, `${name} ${value}`).toBeLessThanOrEqual(longest);
          expect(value.length, name).toBeGreaterThan(0);
          expect(value).not.toMatch(/[•·→°²³µ【】[\]{}<>#&@]|https?:/);
        }
      }
    }
  }
});

test("an exercise says so, and figures are in words that filters let pass", () => {
  const { brief, code } = aMessage({ drill: true });
  expect(templateValues(brief, { code, longest: 20 })).toEqual({
    level: "演练重要",
    room: "住院101",
    what: "温度超上限报警",
    since: "08:00",
    value: "26.3度限24度",
    code: "4711",
  });
  const fire = aMessage(smoke);
  expect(templateValues(fire.brief, { code: "4711", longest: 12 }).value).toBe("3.4%每米限2%每米");
});

test("links, mobile numbers and marks of a signature do not get into a variable", () => {
  const site = aSite({ rooms: [{ id: "a-101", short_name: "【库】13900000000A→5m²" }], devices: [] });
  const { brief } = aMessage({}, { site });
  expect(templateValues(brief, { code: null, longest: 20 }).room).toBe("库A到5平方米");
});
