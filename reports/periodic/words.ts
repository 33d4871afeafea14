import type { Language, Priority } from "../../contract/index.ts";
import type { ReportKind } from "../../site/index.ts";

/** What a report says around its figures. */
export interface ReportWords {
  locale: string;
  title: Record<ReportKind, string>;
  priority: Record<Priority, string>;
  period: string;
  made: string;
  figures: {
    alarms: string;
    answered: string;
    returned: string;
    flood: string;
    per10Min: string;
    excursionHours: string;
    complete: string;
    checks: string;
  };
  sections: Record<
    | "alarms"
    | "often"
    | "chattering"
    | "excursions"
    | "standing"
    | "remedial"
    | "drills"
    | "gaps"
    | "devices"
    | "telling",
    { title: string; none: string }
  >;
  columns: Record<
    | "time"
    | "room"
    | "what"
    | "priority"
    | "value"
    | "answer"
    | "over"
    | "count"
    | "share"
    | "times"
    | "from"
    | "to"
    | "hours"
    | "limit"
    | "extreme"
    | "since"
    | "owner"
    | "measure"
    | "due"
    | "status"
    | "scenario"
    | "by"
    | "answeredBy"
    | "after"
    | "through"
    | "device"
    | "received"
    | "complete"
    | "gaps"
    | "battery"
    | "calibration"
    | "clock"
    | "online"
    | "channel"
    | "messages"
    | "delivered"
    | "givenUp"
    | "withdrawn",
    string
  >;
  status: Record<"open" | "worse" | "overdue", string>;
  scenario: Record<"smoke" | "leak" | "temperature" | "humidity", string>;
  site: string;
  nobody: string;
  still: string;
  yes: string;
  no: string;
  more(count: number): string;
  checkpoint: { title: string; advice: string };
  note: string;
}

const zh: ReportWords = {
  locale: "zh-CN",
  title: { daily: "档案库房日报", weekly: "档案库房周报", monthly: "档案库房月报" },
  priority: { critical: "紧急", high: "重要", medium: "一般", low: "提示" },
  period: "统计期间",
  made: "生成时间",
  figures: {
    alarms: "报警次数",
    answered: "确认用时(中位 / 最长)",
    returned: "恢复用时(中位 / 最长)",
    flood: "报警泛滥占时",
    per10Min: "每 10 分钟报警(平均 / 最多)",
    excursionHours: "温湿度超限时长合计",
    complete: "数据完整率(最低的设备)",
    checks: "每周通道测试(到达 / 次数)",
  },
  sections: {
    alarms: { title: "报警", none: "期间没有报警。" },
    often: { title: "最频繁的报警", none: "" },
    chattering: { title: "反复报警(10 分钟内 3 次以上)", none: "" },
    excursions: { title: "温湿度超限", none: "期间温湿度没有超限报警。" },
    standing: { title: "持续超过 24 小时未恢复", none: "没有。" },
    remedial: { title: "待整改", none: "没有待整改事项。" },
    drills: { title: "演练", none: "期间没有演练。" },
    gaps: { title: "数据缺失", none: "各设备数据没有缺失。" },
    devices: { title: "传感器状况", none: "站点文件中没有设备。" },
    telling: { title: "通知", none: "期间没有发出通知。" },
  },
  columns: {
    time: "时间",
    room: "库房",
    what: "事项",
    priority: "级别",
    value: "数值",
    answer: "确认",
    over: "恢复",
    count: "次数",
    share: "占比",
    times: "发生",
    from: "起",
    to: "止",
    hours: "时长",
    limit: "限值",
    extreme: "极值",
    since: "起于",
    owner: "责任人",
    measure: "措施",
    due: "限期",
    status: "状态",
    scenario: "科目",
    by: "发起",
    answeredBy: "应答人",
    after: "应答用时",
    through: "应答渠道",
    device: "设备",
    received: "收到 / 应有",
    complete: "完整率",
    gaps: "缺失时段",
    battery: "电量",
    calibration: "校准到期",
    clock: "时钟偏差",
    online: "在线",
    channel: "渠道",
    messages: "条数",
    delivered: "送达",
    givenUp: "放弃",
    withdrawn: "撤回",
  },
  status: { open: "进行中", worse: "已恶化", overdue: "已逾期" },
  scenario: { smoke: "烟雾", leak: "漏水", temperature: "高温", humidity: "高湿" },
  site: "全馆",
  nobody: "无人确认",
  still: "仍在持续",
  yes: "是",
  no: "否",
  more: (count) => `另有 ${count} 条,见系统记录。`,
  checkpoint: { title: "账本检查点", advice: "请留存：以后可用它证明此前的记录未被改动（audit verify --since）。" },
  note: "报警指标按 EEMUA 191 与 ISA-18.2 统计,演练与测试不计入。本系统不是经认证的火灾自动报警系统。",
};

const en: ReportWords = {
  locale: "en-GB",
  title: {
    daily: "Daily report of the archive rooms",
    weekly: "Weekly report of the archive rooms",
    monthly: "Monthly report of the archive rooms",
  },
  priority: { critical: "Critical", high: "High", medium: "Medium", low: "Low" },
  period: "Period",
  made: "Made at",
  figures: {
    alarms: "Alarms",
    answered: "Answered after (median / longest)",
    returned: "Returned after (median / longest)",
    flood: "Time in alarm floods",
    per10Min: "Alarms in 10 min (mean / peak)",
    excursionHours: "Hours beyond climate limits, all together",
    complete: "Completeness of data (worst device)",
    checks: "Weekly checks of channels (arrived / made)",
  },
  sections: {
    alarms: { title: "Alarms", none: "No alarm in this period." },
    often: { title: "Most frequent alarms", none: "" },
    chattering: { title: "Chattering (3 or more in 10 min)", none: "" },
    excursions: { title: "Temperature and humidity beyond their limits", none: "No climate limit raised an alarm." },
    standing: { title: "Standing for more than 24 h", none: "None." },
    remedial: { title: "Remedial items", none: "There are no remedial items." },
    drills: { title: "Exercises", none: "No exercise in this period." },
    gaps: { title: "Gaps in data", none: "No device has a gap." },
    devices: { title: "Sensors' health", none: "The site file has no devices." },
    telling: { title: "Messages", none: "No message was sent." },
  },
  columns: {
    time: "Time",
    room: "Room",
    what: "What",
    priority: "Priority",
    value: "Value",
    answer: "Answered",
    over: "Returned",
    count: "Alarms",
    share: "Share",
    times: "Times",
    from: "From",
    to: "To",
    hours: "Lasted",
    limit: "Limit",
    extreme: "Extreme",
    since: "Since",
    owner: "Owner",
    measure: "Measure",
    due: "Due",
    status: "Status",
    scenario: "Scenario",
    by: "Begun by",
    answeredBy: "Answered by",
    after: "After",
    through: "Through",
    device: "Device",
    received: "Received / expected",
    complete: "Complete",
    gaps: "Gaps",
    battery: "Battery",
    calibration: "Calibration due",
    clock: "Clock offset",
    online: "Online",
    channel: "Channel",
    messages: "Messages",
    delivered: "Delivered",
    givenUp: "Given up",
    withdrawn: "Withdrawn",
  },
  status: { open: "open", worse: "worse", overdue: "overdue" },
  scenario: { smoke: "smoke", leak: "leak", temperature: "high temperature", humidity: "high humidity" },
  site: "whole site",
  nobody: "nobody",
  still: "still there",
  yes: "yes",
  no: "no",
  more: (count) => `${count} more are in the journal.`,
  checkpoint: {
    title: "Checkpoint of the ledger",
    advice: "Keep it: with it anybody can show later that nothing recorded before was altered (audit verify --since).",
  },
  note: "Figures after EEMUA 191 and ISA-18.2, without exercises and tests. This is not a certified fire alarm system.",
};

export const reportWords: Record<Language, ReportWords> = { "zh-CN": zh, en };
