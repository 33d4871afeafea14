import { expect, test } from "vitest";
import { conditionNames } from "../../contract/index.ts";
import { type AlarmNotice, renderMessage, smsText } from "../../notify/index.ts";
import type { Person, Site } from "../../site/index.ts";
import { aNotice, aPerson, aSite, startMs } from "./builders.ts";

function render(
  changes: Partial<AlarmNotice>,
  options: { site?: Site; language?: "zh-CN" | "en"; merges?: boolean } = {},
) {
  const site = options.site ?? aSite();
  const person: Person = { ...site.people.get("10231")!, language: options.language ?? "zh-CN" };
  const notice = aNotice(changes);
  const row = { alarmId: notice.alarmId, n: notice.n, person: person.id, channel: "email", notice } as const;
  return renderMessage(
    { ...row, merges: options.merges ?? false },
    { site, person, sentAtMs: startMs, instance: "test" },
  );
}

const smoke: Partial<AlarmNotice> = {
  condition: "smoke-alarm",
  priority: "critical",
  value: 3.4,
  limit: 2,
  unit: "%/m",
  evidence: [
    { text: "温度 10 分钟内上升 3 °C", weight: 0.2 },
    { text: "烟雾遮光率 3.4 %/m", weight: 0.7 },
  ],
};

test("in a room with gas suppression the first words say not to enter alone", () => {
  for (const condition of ["smoke-alarm", "smoke-prealarm", "heat-rise", "fire-suspected"] as const) {
    const zh = render({ ...smoke, condition });
    expect(zh.subject.startsWith("气体灭火区域,勿单独进入 | [紧急] ")).toBe(true);
    expect(zh.text.startsWith("气体灭火区域,勿单独进入\n")).toBe(true);
    const en = render({ ...smoke, condition }, { language: "en" });
    expect(en.subject.startsWith("Gas suppression area: do not enter alone | [Critical] ")).toBe(true);
    expect(en.text.startsWith("Gas suppression area: do not enter alone\n")).toBe(true);
    const shown = en.html
      .replace(/<head>[\s\S]*<\/head>|<div style="display:none[^>]*>[^<]*<\/div>|<[^>]*>/g, "")
      .trim();
    expect(shown.startsWith("Gas suppression area: do not enter alone")).toBe(true);
  }
});

test("not where there is no gas, nor for a warm room", () => {
  expect(render({ ...smoke, room: "a-102" }).subject).toBe("[紧急] 烟雾报警(疑似火情) · 胶片库");
  expect(render({}).text).not.toContain("气体灭火");
});

test("smoke and heat say that this is no certified fire alarm system, and whom to call", () => {
  const zh = render(smoke);
  expect(zh.text).toContain("本系统不是经认证的火灾自动报警系统");
  expect(zh.text).toContain("消防控制室: +86 10 5555 0119");
  expect(zh.html).toContain('href="tel:+861055550119"');
  expect(render(smoke, { language: "en" }).html).toContain("not a certified fire alarm system");
  expect(render({}).text).not.toContain("经认证");
});

test("no words of ours call it a fire alarm", () => {
  for (const condition of conditionNames) {
    const { text, subject } = render({ condition });
    expect(`${subject}\n${text}`.replaceAll("火灾自动报警系统", "")).not.toMatch(/火灾报警|火警/);
  }
});

test("text in Chinese says all there is to know", () => {
  expect(
    render(smoke, { site: aSite({ console: { public_url: "https://sentry.example.org/" } }) }).text,
  ).toMatchInlineSnapshot(`
    "气体灭火区域,勿单独进入

    [紧急] 烟雾报警(疑似火情) #4711
    住院病案一库温度 26.3 °C,高于上限 24 °C。

    请先这样做:
    检查空调运行状态。

    位置: 住院部 1层 住院病案一库
    所存档案: 纸质档案
    设备: dev-7
    发生时间: 2026年11月22日周日 08:00:00 GMT+8
    数值: 3.4 %/m(限值 2 %/m)
    消防控制室: +86 10 5555 0119
    钥匙保管人: 王芳 (10231) +86 139 0000 0000

    判断依据:
    - 烟雾遮光率 3.4 %/m
    - 温度 10 分钟内上升 3 °C

    确认报警:
      npx archive-sentry alarms ack k3v9 --by 10231 --comment "收到,前往查看"
    打开监控页面: https://sentry.example.org/#alarm-k3v9

    本系统不是经认证的火灾自动报警系统,不能代替消防设施;请以消防控制室的信号为准。

    -- 
    北院 · 报警编号 k3v9 · 记录 1
    "
  `);
});

test("text in English of a return, late, merged, as an exercise", () => {
  const late = {
    transition: "returned",
    atMs: startMs + 95 * 60_000,
    value: 23.4,
    lateMs: 7_500_000,
    drill: true,
  } as const;
  expect(render(late, { language: "en", merges: true }).text).toMatchInlineSnapshot(`
    "EXERCISE

    [High · Returned] Temperature above limit
    Inpatient records 1 is at 26.3 °C, above 24 °C.

    Where: Inpatients, floor 1, Inpatient records 1
    Holdings: Paper records
    Device: dev-7
    Since: Sun, 22 Nov 2026, 08:00:00 GMT+8
    Returned: Sun, 22 Nov 2026, 09:35:00 GMT+8, after 1 hr, 35 mins
    Value: 23.4 °C (limit 24 °C)

    This is an announced exercise, not a real incident.
    The data came 2 hrs, 5 mins late: this had already happened by then.
    Earlier notices of this alarm could not be delivered in time and are included here.

    -- 
    North · alarm k3v9 · entry 1
    "
  `);
});

test("a link is printed only where the console has a public address", () => {
  expect(render({}).html).not.toContain("http");
  const site = aSite({ console: { public_url: "https://sentry.example.org" } });
  expect(render({}, { site }).html).toContain('href="https://sentry.example.org/#alarm-k3v9"');
});

test("what belongs to no room names the site", () => {
  const { subject, text } = render({ condition: "disk-low", room: null, device: null, unit: "%", value: 3, limit: 5 });
  expect(subject).toBe("[重要] 磁盘空间不足报警 · 北院");
  expect(text).toContain("位置: 北院(全院区)");
});

test("nothing from outside becomes markup", () => {
  const evil = `<img src=x onerror="alert(1)">&'`;
  const site = aSite({ people: [aPerson({ name: evil })] });
  const { html } = render(
    {
      device: evil,
      alarmId: evil,
      messages: { "zh-CN": evil, en: evil },
      advice: { "zh-CN": evil, en: evil },
      evidence: [{ text: evil, weight: 1 }],
      unit: evil,
    },
    { site },
  );
  expect(html).not.toContain("<img");
  expect(html).not.toContain(`onerror="`);
});

test("the key names alarm, transition, recipient and channel, and gives none of them away", () => {
  const one = render({});
  expect(render({}).key).toBe(one.key);
  expect(render({ n: 2 }).key).not.toBe(one.key);
  expect(render({ n: 2 }).threadKey).toBe(one.threadKey);
  expect(render({ alarmId: "other" }).threadKey).not.toBe(one.threadKey);
  expect(one.key).toMatch(/^[0-9a-f]{32}$/);
});

test("who was told hears who took it, in a mail and in an SMS, and is asked for nothing", () => {
  const taken = { transition: "acknowledged", state: "acknowledged", by: "10231", via: "cli", code: "4711" } as const;
  const zh = render({ ...taken, comment: "在去的路上", priority: "critical" });
  expect(zh.subject).toBe("[紧急 · 已有人处理] 温度超上限报警 · 住院病案一库");
  expect(zh.text).toContain("王芳 (10231) 已通过命令行确认:在去的路上。您不必再处理。");
  expect(zh.text).not.toContain("alarms ack");
  expect(zh.urgent).toBe(false);
  const sms = smsText(zh.brief, zh.code);
  expect(sms).toContain("紧急·已有人处理 (10231)");
  expect(sms).not.toContain("4711");
  expect(render(taken, { language: "en" }).text).toContain("王芳 (10231) has acknowledged it (command line).");
});

test("a test says that it is one, in its first words and in an SMS, and names no alarm", () => {
  const sent = render({ test: true, by: "李伟 (20001)", code: null, priority: "low" });
  expect(sent.subject).toBe("[测试] 测试消息 · 北院");
  expect(sent.text).toMatch(/^测试\n/);
  expect(sent.text).toContain("由 李伟 (20001) 发起");
  for (const text of [sent.text, smsText(sent.brief, sent.code)]) expect(text).not.toMatch(/温度|26\.3|alarms ack/);
  expect(smsText(sent.brief, sent.code)).toContain("测试消息");
});
