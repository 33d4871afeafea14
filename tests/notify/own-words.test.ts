import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { sampleNotice } from "../../app/index.ts";
import { type AlarmNotice, previewOf } from "../../notify/index.ts";
import { createSite, parseSite, type Site } from "../../site/index.ts";
import { aFolder, aNotice, aPerson, aSite, startMs } from "./builders.ts";

const smoke: Partial<AlarmNotice> = {
  condition: "smoke-alarm",
  priority: "critical",
  value: 3.4,
  limit: 2,
  unit: "%/m",
};

/** A site file with templates beside it. */
function load(files: Record<string, string>) {
  const directory = aFolder();
  for (const [name, text] of Object.entries(files)) {
    const path = join(directory, "templates", name);
    mkdirSync(join(path, ".."), { recursive: true });
    writeFileSync(path, text);
  }
  const text = "site: { id: north, name: { zh: 北院, en: North } }\ntelling: { templates: templates }\n";
  return parseSite(text, { directory, name: "site.yaml", nowMs: startMs });
}

const withWords = (files: Record<string, string>): Site => {
  const { config, directory } = aSite();
  return createSite(config, { directory, templates: load(files).site.templates });
};

function said(site: Site, changes: Partial<AlarmNotice>, channel: string, language: "zh-CN" | "en" = "zh-CN") {
  const person = { ...site.people.get("10231")!, language };
  const { previews } = previewOf(aNotice(changes), { site, person, sentAtMs: startMs, readings: null });
  return previews.find(({ channels }) => channels.some((each) => each === channel))!.text;
}

test("a site's own words are sent in place of the program's", () => {
  const site = withWords({
    "zh-CN/sms.txt": "【{site}】{room_short}{condition}[[,{value}]][[,预计{expected}]][[,回复1 {code}]]",
  });
  expect(said(site, {}, "sms-http")).toBe("【北院】住院病案一库温度超上限报警,26.3 °C");
  expect(said(site, { value: null }, "sms-http")).toBe("【北院】住院病案一库温度超上限报警");
  expect(said(site, {}, "sms-http", "en")).toContain("Temperature above limit");
});

test("no wording of a site can lose the first words", () => {
  const site = withWords({
    "zh-CN/sms.txt": "{room}{condition}",
    "zh-CN/voice.txt": "{room}{condition}",
    "zh-CN/chat.txt": "{sentence}",
    "zh-CN/mail-subject.txt": "{room}{condition}",
  });
  for (const channel of ["sms-http", "voice-http", "wecom", "email"]) {
    expect(said(site, { ...smoke, drill: true }, channel)).toMatch(/^气体灭火区域,勿单独进入.{1,3}演练/s);
  }
});

test("who took an alarm is said in the program's words", () => {
  const site = withWords({ "zh-CN/sms.txt": "{room}{condition}" });
  const taken = { transition: "acknowledged", state: "acknowledged", by: "10231", via: "cli" } as const;
  expect(said(site, taken, "sms-http")).toContain("已有人处理");
});

test.each([
  [
    "zh-CN/sms.txt",
    "{room_shrt}{condition}{room}",
    "sms.txt: expected one of {priority} {change} {condition}",
    "found {room_shrt} (line 1)",
  ],
  ["zh-CN/sms.txt", "{room}{condition}\n{key_holder}", "sms.txt: expected one of", "found {key_holder} (line 2)"],
  ["zh-CN/sms.txt", "{condition}", "sms.txt: expected {room_short} or {room} in it", "found none of them"],
  ["zh-CN/sms.txt", "{room}{condition} [[{value}", "sms.txt: expected [[ and ]] in pairs", "line 1"],
  ["zh-CN/sms.txt", "{room}{condition} {value", "sms.txt: expected { and } in pairs", "line 1"],
  ["zh-CN/fax.txt", "{room}", "fax.txt: expected one of sms.txt, sms-returned.txt, voice.txt", "mail-note.txt"],
  ["zh/sms.txt", "{room}{condition}", "zh: expected a folder named zh-CN or en", "templates/zh"],
])("%s with %j is refused with what is known", (file, text, message, found) => {
  expect(() => load({ [file]: text })).toThrow(message);
  expect(() => load({ [file]: text })).toThrow(found);
});

test("what to do first is the site's where it says so, per condition and language", () => {
  const site = aSite({ conditions: { "smoke-alarm": { advice: { zh: "拨打8119。", en: "Dial 8119." } } } });
  const at = { site, room: "a-101", transition: "raised", drill: false, nowMs: startMs } as const;
  const notice = sampleNotice({ ...at, condition: "smoke-alarm" });
  expect(notice.advice).toEqual({ "zh-CN": "拨打8119。", en: "Dial 8119." });
  expect(notice.messages.en.endsWith("Dial 8119.")).toBe(true);
  expect(sampleNotice({ ...at, condition: "water-leak" }).advice.en).toContain("shut the water off");
});

test("a mail says how the value moves and who else is told; a short message names nobody", () => {
  const site = aSite({ people: [aPerson(), aPerson({ id: "10312", name: "李强" })] });
  const points = Array.from({ length: 20 }, (_, at) => ({ atMs: startMs - (20 - at) * 180_000, value: 24 + at * 0.1 }));
  const readings = {
    quantity: "temperature_c" as const,
    unit: "°C",
    fromMs: startMs - 3_600_000,
    toMs: startMs,
    points,
    gapMs: 600_000,
    low: null,
    high: 24,
    raisedAtMs: startMs,
  };
  const person = site.people.get("10231")!;
  const { previews } = previewOf(aNotice(), {
    site,
    person,
    sentAtMs: startMs,
    readings,
    knowing: [{ person: "10312", told: true }],
  });
  const of = (channel: string) =>
    previews.find(({ channels }) => channels.some((each) => each === channel))!.text ?? "";
  expect(of("email")).toContain("变化: 上升:1小时内 +2.3 °C");
  expect(of("email")).toContain("同时通知: 李强 (10312)");
  for (const channel of ["sms-http", "voice-http", "wecom", "webhook"]) expect(of(channel)).not.toContain("李强");
});

test("a forecast says when, also in an SMS", () => {
  const expected = {
    atMs: startMs + 3 * 3_600_000,
    fromMs: startMs + 2 * 3_600_000,
    toMs: startMs + 5 * 3_600_000,
    probability: 0.8,
  };
  const foreseen = { condition: "temperature-forecast", priority: "low", value: 22, expected } as const;
  expect(said(aSite(), foreseen, "sms-http")).toContain("预计约11:00越限");
  expect(said(aSite(), foreseen, "email", "en")).toContain("Expected: about 11:00 (10:00–13:00), 80% sure");
});
