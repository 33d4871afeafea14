import { accessDetail, conditionFamilies, type Language, type Transition } from "../contract/index.ts";
import type { Site } from "../site/index.ts";
import { type Alarm, conditionNamed, type EngineTransition } from "./engine/index.ts";

/** What people read of a transition: one sentence a language, and what to do first. */
export interface Description {
  messages: Record<Language, string>;
  advice: Record<Language, string>;
}

/** What says anew that the alarm stands, while it does. */
const standing: readonly Transition[] = ["raised", "priority-changed", "unshelved", "unsuppressed", "in-service"];

const happened: Record<Language, Partial<Record<Transition, string>>> = {
  "zh-CN": {
    acknowledged: "已确认",
    returned: "已恢复",
    reset: "已复位",
    commented: "备注",
    shelved: "已搁置",
    unshelved: "搁置期间已恢复",
    suppressed: "已抑制",
    unsuppressed: "抑制期间已恢复",
    "out-of-service": "已停用",
    "in-service": "停用期间已恢复",
  },
  en: {
    acknowledged: "acknowledged",
    returned: "returned to normal",
    reset: "reset",
    commented: "commented",
    shelved: "shelved",
    unshelved: "returned to normal while shelved",
    suppressed: "suppressed",
    unsuppressed: "returned to normal while suppressed",
    "out-of-service": "out of service",
    "in-service": "returned to normal while out of service",
  },
};

export function describe(site: Site, transition: EngineTransition): Description {
  return {
    messages: { "zh-CN": marked(site, transition, "zh-CN"), en: marked(site, transition, "en") },
    advice: {
      "zh-CN": adviceOf(site, transition.alarm, "zh-CN"),
      en: adviceOf(site, transition.alarm, "en"),
    },
  };
}

/** An exercise says so in every sentence, wherever it is shown. */
function marked(site: Site, transition: EngineTransition, language: Language): string {
  const text = sentence(site, transition, language);
  const { drill } = transition.alarm;
  if (drill === undefined) return text;
  const mark =
    drill.purpose === "check" ? { "zh-CN": "【测试】", en: "[TEST] " } : { "zh-CN": "【演练】", en: "[EXERCISE] " };
  return `${mark[language]}${text}`;
}

/** As the site has it for the room or for all; else as the condition brings it. */
export function adviceOf(
  site: Site,
  { condition, room }: Pick<Alarm, "condition" | "room">,
  language: Language,
): string {
  const own = site.conditionSettings(condition, room).advice?.[language === "en" ? "en" : "zh"];
  return own ?? conditionNamed(condition)?.texts[language].advice ?? "";
}

function sentence(
  site: Site,
  { alarm, transition, reason, atMs, lateMs, by, comment }: EngineTransition,
  language: Language,
): string {
  const zh = language === "zh-CN";
  const text = textOf(alarm, language);
  const advice = adviceOf(site, alarm, language);
  const where = placeOf(site, alarm, language);
  const since = timeText(site, alarm.sinceMs, language);
  const value = amount(alarm.value, alarm.unit);
  const limit = amount(alarm.limit, alarm.unit);
  const said = detailText(alarm, language);
  const detail = said === null ? "" : zh ? `（${said}）` : ` (${said})`;
  if (standing.includes(transition) && alarm.active) {
    const late =
      lateMs === null ? "" : zh ? `，数据迟到 ${minutes(lateMs)} 分钟` : `, from data ${minutes(lateMs)} min late`;
    const often =
      reason !== "chattering"
        ? ""
        : zh
          ? "反复报警：稳定恢复后才再通知。"
          : "It keeps coming and going: you hear of it again once it has stayed within. ";
    const again =
      transition === "raised" && alarm.remedial ? remedialAgain[language][alarm.remedial.over ?? "worse"] : "";
    const expected = alarm.expectation ? expectationText(site, alarm, language) : "";
    const measured = isInferred(alarm)
      ? inferredText(alarm, language)
      : value === null
        ? ""
        : zh
          ? `，${value}（限值 ${limit}）`
          : `: ${value} (limit ${limit})`;
    const because = isInferred(alarm) || alarm.expectation ? "" : explained(alarm, language);
    return zh
      ? `${where}：${text?.title}${measured}${detail}${expected}${because}，自 ${since} 起${late}。${again}${often}${advice}`
      : `${where}: ${text?.title}${measured}${detail}${expected}${because}, since ${since}${late}. ${again}${often}${advice}`;
  }
  if (reason === "made-remedial") return remedialSentence(site, alarm, { where, title: text?.title, by, comment }, zh);
  const word = happened[language][transition] ?? transition;
  const who =
    by === null ? "" : zh ? `（${by}${comment ? `：${comment}` : ""}）` : ` (${by}${comment ? `: ${comment}` : ""})`;
  const now =
    transition === "returned" && value !== null && alarm.unit !== null
      ? zh
        ? `，现为 ${value}`
        : `, now ${value}`
      : "";
  const at = timeText(site, atMs, language);
  return zh
    ? `${where}：${text?.title}${word}${who}${now}，${at}（始于 ${since}）。`
    : `${where}: ${text?.title} ${word}${who}${now} at ${at} (since ${since}).`;
}

/** Why an alarm that somebody was seeing to is told in full again. */
const remedialAgain = {
  "zh-CN": { overdue: "整改期限已过。", worse: "整改期间已明显恶化。" },
  en: { overdue: "It was to be put right by now. ", worse: "It has become clearly worse than when it was put off. " },
} as const;

function remedialSentence(
  site: Site,
  { remedial }: Alarm,
  words: { where: string; title: string | undefined; by: string | null; comment: string | null },
  zh: boolean,
): string {
  const { owner, measure, dueMs } = remedial!;
  const due = timeText(site, dueMs, zh ? "zh-CN" : "en");
  const { where, title, by, comment } = words;
  return zh
    ? `${where}：${title}列为待整改，责任人 ${owner}，措施：${measure}，限期 ${due}（${by}${comment ? `：${comment}` : ""}）。`
    : `${where}: ${title} made a remedial item: ${owner} is to ${measure} before ${due} (${by}${comment ? `: ${comment}` : ""}).`;
}

/** What the inference found: its value is a probability, and what it weighed says the rest. */
const isInferred = (alarm: Alarm) => alarm.evidence !== undefined && alarm.unit === null && alarm.value !== null;

/** A leak that nobody felt is not called one. */
function textOf(alarm: Alarm, language: Language) {
  const text = conditionNamed(alarm.condition)?.texts[language];
  if (!text || alarm.condition !== "water-leak" || !isInferred(alarm)) return text;
  return { ...text, title: language === "zh-CN" ? "疑似漏水" : "Water leak suspected" };
}

/** Parts that weigh less are in the evidence, and not worth a line of what somebody reads in a hurry. */
const worthReading = 0.01;

/** " (0.97): smoke 0.9 %/m and rising (0.52), +3.4 °C in 4 min (0.3), door closed (0.03); against it: …" */
function inferredText({ value, evidence = [] }: Alarm, language: Language): string {
  const zh = language === "zh-CN";
  const part = ({ text, weight }: (typeof evidence)[number]) =>
    zh ? `${text[language]}（${weight}）` : `${text[language]} (${weight})`;
  const words = (parts: typeof evidence) => parts.map(part).join(zh ? "、" : ", ");
  const against = evidence.filter(({ weight }) => weight <= -worthReading);
  const but = against.length === 0 ? "" : `${zh ? "；不支持：" : "; against it: "}${words(against)}`;
  return `${zh ? `（${value}）：` : ` (${value}): `}${words(evidence.filter(({ weight }) => weight >= worthReading))}${but}`;
}

/** What was found with it, of alarms that a limit has raised. */
function explained({ evidence = [] }: Alarm, language: Language): string {
  if (evidence.length === 0) return "";
  const words = evidence.map(({ text }) => text[language]);
  return language === "zh-CN" ? `，${words.join("、")}` : `, ${words.join(", ")}`;
}

/** What is expected, when, and how sure that is: "expected to exceed 60 % about 15:40 (14:50–17:10), probability 0.8". */
function expectationText(site: Site, alarm: Alarm, language: Language): string {
  const { expectation, value, unit } = alarm;
  if (!expectation) return "";
  const limit = amount(alarm.limit, unit);
  const above = (alarm.limit ?? 0) >= (value ?? 0);
  const time = (ms: number) => hourText(site, ms, language);
  const { atMs, fromMs, toMs, probability } = expectation;
  return language === "zh-CN"
    ? `，预计约 ${time(atMs)}（${time(fromMs)}–${time(toMs)}）${above ? "高于" : "低于"} ${limit}，概率 ${probability}`
    : `, expected to ${above ? "exceed" : "fall below"} ${limit} about ${time(atMs)} (${time(fromMs)}–${time(toMs)}), probability ${probability}`;
}

/** Building, floor and room, or what else the alarm is about. */
function placeOf(
  site: Site,
  alarm: { room: string | null; device: string | null; subject: string | null },
  language: Language,
): string {
  const key = language === "zh-CN" ? "zh" : "en";
  if (alarm.room === null) {
    const building = site.config.buildings.find(({ id }) => id === alarm.subject);
    return building?.name[key] ?? alarm.device ?? alarm.subject ?? site.config.site.name[key];
  }
  const floor = site.rooms.get(alarm.room)?.floor;
  const building = site.buildingName(alarm.room)?.[key];
  const storey = floor === undefined ? "" : key === "zh" ? `${floor}层` : `floor ${floor}`;
  const room = `${site.roomName(alarm.room)[key]}${alarm.device === null ? "" : key === "zh" ? `（${alarm.device}）` : ` (${alarm.device})`}`;
  return key === "zh"
    ? `${building ?? ""}${storey}${room}`
    : [building, storey, room].filter((part) => part !== undefined && part !== "").join(", ");
}

function amount(value: number | null, unit: string | null): string | null {
  return value === null
    ? null
    : `${Math.round(value * 100) / 100}${unit === null ? "" : unit === "%" ? " %" : ` ${unit}`}`;
}

const minutes = (ms: number) => Math.round(ms / 60_000);

function hourText(site: Site, atMs: number, language: Language): string {
  return timeText(site, atMs, language).slice(-5);
}

const formats = new Map<string, Intl.DateTimeFormat>();

function timeText(site: Site, atMs: number, language: Language): string {
  const key = `${site.timeZone} ${language}`;
  let format = formats.get(key);
  if (!format) {
    format = new Intl.DateTimeFormat(language === "zh-CN" ? "zh-CN" : "en-GB", {
      timeZone: site.timeZone,
      month: "short",
      day: "numeric",
      hour: "2-digit",
      minute: "2-digit",
      hourCycle: "h23",
    });
    formats.set(key, format);
  }
  return format.format(atMs);
}

const ofDoors: readonly string[] = conditionFamilies.access;

/** Of doors in the reader's language; what others say of themselves as they say it. */
function detailText({ condition, detail }: Alarm, language: Language): string | null {
  return detail !== null && ofDoors.includes(condition) ? accessDetail(detail, language) : detail;
}
