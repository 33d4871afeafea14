import { describe, expect, test } from "vitest";
import { type AnswerContext, understandAnswer } from "../../../notify/index.ts";
import type { SiteFile } from "../../../site/index.ts";
import { aPerson, aSite } from "../builders.ts";

type Alarm = NonNullable<ReturnType<AnswerContext["alarm"]>>;

const smoke: Alarm = { id: "17", room: "a-101", condition: "smoke-alarm", state: "unacknowledged" };
const heat: Alarm = { id: "18", room: "a-101", condition: "temperature-high", state: "unacknowledged" };

/** Alarm 17 has the code 4711, alarm 18 the code 5210 and was told last. */
function aContext(changes: Partial<AnswerContext> = {}, file: Partial<SiteFile> = {}): AnswerContext {
  const people = file.people ?? [
    aPerson(),
    aPerson({ id: "10312", phone: "13900000312", language: "en" }),
    aPerson({ id: "10405", phone: "+86 139 0000 0405", category: "visitor" }),
  ];
  const alarms = new Map([smoke, heat].map((alarm) => [alarm.id, alarm]));
  const codes = new Map([
    ["4711", "17"],
    ["5210", "18"],
    ["8000", "9"],
  ]);
  return {
    site: aSite({ ...file, people }),
    alarm: (id) => alarms.get(id),
    alarmOfCode: (code) => (codes.has(code) ? { alarmId: codes.get(code)!, open: true } : null),
    codeOf: (id) => [...codes].find(([, alarm]) => alarm === id)?.[0] ?? null,
    newestTold: () => ["18"],
    pinFits: (_person, pin) => pin === "202611",
    wrongPins: () => 0,
    ...changes,
  };
}

const from = (phone: string) => ({ phone, countryCode: "86" });
const wang = from("+8613900000000");
const answer = (text: string, context = aContext(), who = wang) => {
  const decision = understandAnswer(text, who, context);
  if (decision.kind === "take") return { takes: decision.alarm.id, by: decision.person.id, comment: decision.comment };
  return decision.reason;
};

describe("what people write", () => {
  const onMyWay = "收到,前往查看";
  test.each([
    ["1", "18", onMyWay],
    [" 1 ", "18", onMyWay],
    ["１", "18", onMyWay],
    ["1 4711", "17", onMyWay],
    ["１　４７１１", "17", onMyWay],
    ["1,4711", "17", onMyWay],
    ["1，4711。", "17", onMyWay],
    ["14711", "17", onMyWay],
    ["1*4711#", "17", onMyWay],
    ["1 4711 电工已在路上", "17", "电工已在路上"],
    ["1 4711,电工 10 分钟到", "17", "电工 10 分钟到"],
    ["收到", "18", onMyWay],
    ["收到 4711", "17", onMyWay],
    ["收到4711", "17", onMyWay],
    ["收到,马上到", "18", "马上到"],
    ["确认 4711 已断电", "17", "已断电"],
    ["OK 4711", "17", onMyWay],
    ["ack", "18", onMyWay],
    ["1\n4711\r\n", "17", onMyWay],
  ])("%j takes alarm %s", (text, takes, comment) => {
    expect(answer(text)).toEqual({ takes, by: "10231", comment });
  });

  test.each([
    ["", "unclear"],
    ["2", "unclear"],
    ["2 4711", "unclear"],
    ["4711", "unclear"],
    ["未收到", "unclear"],
    ["1小时后到", "unclear"],
    ["10 4711", "unclear"],
    ["I am driving and will call back.", "unclear"],
    ["退订", "unclear"],
    ["1 4712", "wrong-code"],
    ["1 47111", "wrong-code"],
    ["14712", "wrong-code"],
    ["1 8000", "over"],
  ])("%j is refused: %s", (text, reason) => {
    expect(answer(text)).toBe(reason);
  });

  test("a comment is one line of bounded length", () => {
    const long = answer(`1 4711 ${"长".repeat(500)}\u0000\u202E`);
    expect(long).toEqual({ takes: "17", by: "10231", comment: "长".repeat(200) });
  });
});

describe("who writes", () => {
  test.each(["+86 139 0000 0000", "008613900000000", "13900000000", "8613900000000", "139-0000-0000", "０13900000000"])(
    "%s is the number of 10231",
    (phone) => expect(answer("1", aContext(), from(phone))).toMatchObject({ by: "10231" }),
  );

  test.each(["+8613900000001", "10086", "", "Alibaba", "+4913900000000", "900000000", "00000"])(
    "%s is nobody, who is told nothing",
    (phone) => {
      expect(understandAnswer("1 4711", from(phone), aContext())).toEqual({ kind: "ignore", reason: "foreign-number" });
    },
  );

  test("without the right to acknowledge, a person is refused", () => {
    expect(answer("1 4711", aContext(), from("13900000405"))).toBe("no-right");
  });

  test("a number of two people names neither", () => {
    const people = [aPerson(), aPerson({ id: "10999", phone: "13900000000" })];
    expect(answer("1 4711", aContext({}, { people }))).toBe("shared-number");
  });

  test("the default comment is in the person's language", () => {
    expect(answer("1 4711", aContext(), from("13900000312"))).toMatchObject({ comment: "Received, on my way" });
  });
});

describe("how the alarm stands", () => {
  const now = (changes: Partial<Alarm>) => aContext({ alarm: () => ({ ...smoke, ...changes }) });
  test.each([
    [{ state: "acknowledged", acknowledgedBy: "10312" }, "taken-already"],
    [{ state: "latched", acknowledgedBy: "10312" }, "taken-already"],
    [{ state: "shelved" }, "out-of-sight"],
  ] as const)("%j: %s", (changes, reason) => expect(answer("1 4711", now(changes))).toBe(reason));

  test("one that has returned by itself still wants to be seen", () => {
    expect(answer("1 4711", now({ state: "returned-unacknowledged" }))).toMatchObject({ takes: "17" });
  });

  test("1 alone means the newest message, whatever has become of its alarm: never another one", () => {
    expect(answer("1", aContext({ newestTold: () => ["9"] }))).toBe("over");
    expect(answer("1", aContext({ newestTold: () => [] }))).toBe("nothing-told");
  });

  test("after a summary of several alarms a code is needed", () => {
    const context = aContext({ newestTold: () => ["17", "18"] });
    expect(answer("1", context)).toBe("needs-code");
    expect(answer("1 4711", context)).toMatchObject({ takes: "17" });
  });
});

describe("where the site wants a PIN", () => {
  const file: Partial<SiteFile> = { answers: { pin_required: true }, people: [aPerson({ pin_file: "wang.pin" })] };
  test.each([
    ["1 4711 202611", { takes: "17", by: "10231", comment: "收到,前往查看" }],
    ["1 4711 202611 已断电", { takes: "17", by: "10231", comment: "已断电" }],
    ["1*4711*202611#", { takes: "17", by: "10231", comment: "收到,前往查看" }],
    ["1 4711 202612", "wrong-pin"],
    ["1 9999 202612", "wrong-pin"],
    ["1 4711", "no-pin"],
    ["1", "no-pin"],
  ])("%j", (text, result) => expect(answer(text, aContext({}, file))).toEqual(result));

  test("after too many wrong ones not even the right one counts", () => {
    expect(answer("1 4711 202611", aContext({ wrongPins: () => 3 }, file))).toBe("pin-locked");
  });

  test("whoever has none cannot answer by telephone", () => {
    expect(answer("1 4711 202611", aContext({}, { ...file, people: [aPerson()] }))).toBe("no-pin");
  });
});
