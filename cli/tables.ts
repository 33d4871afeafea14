import {
  type AlarmView,
  type Bucket,
  type DeviceView,
  type Reading,
  type RoomView,
  unitOf,
} from "../contract/index.ts";
import {
  type Column,
  colours,
  type Language,
  localInstant,
  priorityColour,
  quantityText,
  say,
  sayTable,
  terminalLanguage,
  timeTitle,
} from "./output.ts";
import { priorityWords, roomStateWords, stateWords } from "./words.ts";

/** The tables that people read. */

const language = terminalLanguage();
const yesNo = (yes: boolean | null) =>
  yes === null ? "–" : language === "zh" ? (yes ? "是" : "否") : yes ? "yes" : "no";

export function sayRooms(rooms: readonly RoomView[]): void {
  const current = (room: RoomView, quantity: string) => {
    const reading = room.current[quantity];
    return reading === undefined ? "–" : quantityText(reading.value, unitOf(quantity));
  };
  const columns: Column<RoomView>[] = [
    { title: { zh: "库房", en: "room" }, text: (room) => room.id },
    { title: { zh: "名称", en: "name" }, text: (room) => room.name[language] },
    {
      title: { zh: "状态", en: "state" },
      text: (room) => (language === "zh" ? roomStateWords[room.state] : room.state),
      colour: (room) =>
        room.state === "ok" ? colours.green : room.worstPriority ? priorityColour[room.worstPriority] : colours.yellow,
    },
    { title: { zh: "温度", en: "temperature" }, text: (room) => current(room, "temperature_c"), align: "right" },
    { title: { zh: "湿度", en: "humidity" }, text: (room) => current(room, "relative_humidity_pct"), align: "right" },
    { title: { zh: "报警", en: "alarms" }, text: (room) => String(room.openAlarms), align: "right" },
    {
      title: { zh: "在线设备", en: "devices" },
      text: ({ devices }) => `${devices.alive}/${devices.total}`,
      align: "right",
    },
  ];
  sayTable(rooms, columns, language);
  for (const room of rooms) {
    const line = ownClimateText(room, language);
    if (line !== null) say(line);
  }
}

/** What humidity a room is held to that chooses its own past; `null` of any other. */
export function ownClimateText({ id, ownClimate, limits, profile }: RoomView, words: Language): string | null {
  if (ownClimate === null) return null;
  const { low = null, high = null } = limits.relative_humidity_pct ?? {};
  const range = `${low ?? ""}–${high ?? ""} %`;
  const day = localInstant(ownClimate.from).slice(0, 10);
  if (ownClimate.inForce) {
    return words === "zh"
      ? `${id}：湿度限值 ${range}，依库房自身历史气候（EN 15757），自 ${day} 起`
      : `${id}: humidity ${range}, by the room's own past (EN 15757), since ${day}`;
  }
  if (words === "zh") {
    const then = ownClimate.from === null ? "" : `；自 ${day} 起依自身历史气候（own-climate，EN 15757）`;
    return `${id}：历史不足 13 个月，湿度限值暂依 ${profile}：${range}${then}`;
  }
  const then = ownClimate.from === null ? "" : `; own-climate (EN 15757) from ${day} on`;
  return `${id}: 13 months of its past are not known yet, so humidity ${range} of ${profile}${then}`;
}

export function sayAlarms(alarms: readonly AlarmView[]): void {
  const columns: Column<AlarmView>[] = [
    { title: { zh: "编号", en: "id" }, text: (alarm) => alarm.id },
    { title: timeTitle("起于", "since"), text: (alarm) => localInstant(alarm.at) },
    {
      title: { zh: "级别", en: "priority" },
      text: ({ priority }) => (language === "zh" ? priorityWords[priority] : priority),
      colour: ({ priority }) => priorityColour[priority],
    },
    { title: { zh: "状态", en: "state" }, text: ({ state }) => (language === "zh" ? stateWords[state] : state) },
    { title: { zh: "库房", en: "room" }, text: (alarm) => alarm.room ?? "–" },
    { title: { zh: "设备", en: "device" }, text: (alarm) => alarm.device ?? "–" },
    { title: { zh: "说明", en: "message" }, text: ({ messages }) => messages[language === "zh" ? "zh-CN" : "en"] },
  ];
  sayTable(alarms, columns, language);
}

const itemWords = { open: "整改中", worse: "已恶化", overdue: "已逾期" } as const;

export function sayRemedialItems(alarms: readonly AlarmView[]): void {
  const columns: Column<AlarmView>[] = [
    { title: { zh: "编号", en: "id" }, text: (alarm) => alarm.id },
    { title: { zh: "库房", en: "room" }, text: (alarm) => alarm.room ?? "–" },
    { title: { zh: "报警", en: "condition" }, text: (alarm) => alarm.condition },
    {
      title: { zh: "整改", en: "item" },
      text: ({ remedial }) => (remedial ? (language === "zh" ? itemWords[remedial.status] : remedial.status) : "–"),
      colour: ({ remedial }) => (remedial?.status === "open" ? undefined : colours.red),
    },
    { title: timeTitle("限期", "due"), text: ({ remedial }) => localInstant(remedial?.due ?? null) },
    { title: { zh: "责任人", en: "owner" }, text: ({ remedial }) => remedial?.owner ?? "–" },
    { title: { zh: "措施", en: "measure" }, text: ({ remedial }) => remedial?.measure ?? "–" },
  ];
  sayTable(alarms, columns, language);
}

export function sayDevices(devices: readonly DeviceView[]): void {
  const columns: Column<DeviceView>[] = [
    { title: { zh: "设备", en: "device" }, text: (device) => device.id },
    { title: { zh: "库房", en: "room" }, text: (device) => device.room ?? "–" },
    {
      title: { zh: "在线", en: "online" },
      text: (device) => yesNo(device.online),
      colour: (device) => (device.online === false ? colours.red : undefined),
    },
    { title: timeTitle("最近样本", "last sample"), text: (device) => localInstant(device.lastSampleAt) },
    { title: { zh: "样本", en: "samples" }, text: (device) => String(device.samples), align: "right" },
    { title: { zh: "缺号", en: "gaps" }, text: (device) => String(device.sequenceGaps), align: "right" },
    { title: { zh: "隔离", en: "quarantined" }, text: (device) => String(device.quarantined), align: "right" },
    {
      title: { zh: "时钟偏差", en: "clock" },
      text: ({ clockOffsetMs }) =>
        clockOffsetMs === null ? "–" : `${(Math.round(clockOffsetMs / 100) / 10 || 0).toFixed(1)} s`,
      align: "right",
    },
    { title: { zh: "迟到", en: "late" }, text: (device) => yesNo(device.late) },
    {
      title: { zh: "电量", en: "battery" },
      text: ({ batteryPct }) => (batteryPct === null ? "–" : `${Math.round(batteryPct)} %`),
      align: "right",
    },
    { title: { zh: "测量", en: "quantities" }, text: (device) => device.quantities.join(" ") },
  ];
  sayTable(devices, columns, language);
}

export function sayReadings(readings: readonly Reading[]): void {
  const columns: Column<Reading>[] = [
    { title: timeTitle("时间", "time"), text: (reading) => localInstant(reading.at) },
    { title: { zh: "库房", en: "room" }, text: (reading) => reading.room ?? "–" },
    { title: { zh: "设备", en: "device" }, text: (reading) => reading.device },
    { title: { zh: "测量", en: "quantity" }, text: (reading) => reading.quantity },
    {
      title: { zh: "数值", en: "value" },
      text: ({ value, quantity }) => quantityText(value, unitOf(quantity)),
      align: "right",
    },
    { title: { zh: "标记", en: "flags" }, text: (reading) => reading.flags.join(" ") },
  ];
  sayTable(readings, columns, language);
}

export function sayBuckets(buckets: readonly Bucket[]): void {
  const number = (name: "min" | "mean" | "max") => (bucket: Bucket) =>
    quantityText(bucket[name], unitOf(bucket.quantity));
  const columns: Column<Bucket>[] = [
    { title: timeTitle("时间", "time"), text: (bucket) => localInstant(bucket.at) },
    { title: { zh: "库房", en: "room" }, text: (bucket) => bucket.room ?? "–" },
    { title: { zh: "设备", en: "device" }, text: (bucket) => bucket.device },
    { title: { zh: "测量", en: "quantity" }, text: (bucket) => bucket.quantity },
    { title: { zh: "最低", en: "min" }, text: number("min"), align: "right" },
    { title: { zh: "平均", en: "mean" }, text: number("mean"), align: "right" },
    { title: { zh: "最高", en: "max" }, text: number("max"), align: "right" },
    { title: { zh: "个数", en: "count" }, text: (bucket) => String(bucket.count), align: "right" },
  ];
  sayTable(buckets, columns, language);
}
