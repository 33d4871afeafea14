import type { Language, Priority, Transition } from "../contract/index.ts";
import type { AdministratorRole } from "../site/index.ts";

/** What the terminal says of itself while the program runs; alarms bring their own sentences. */
export interface TerminalWords {
  priority: Record<Priority, string>;
  transition: Partial<Record<Transition, string>>;
  counts(rooms: number, devices: number): string;
  allSimulated: string;
  labels: { mqtt: string; page: string; http: string; data: string; mail: string };
  dataHolds(sample: boolean): string;
  mailAsFiles(folder: string): string;
  footer: string;
  timesOf(zone: string): string;
  readings(count: string): string;
  mail(facts: { person: string; what: string }): string;
  portMoved(wanted: number, used: number): string;
  simulatingPast: string;
  pastStored(count: string): string;
  announced: string;
  incidentBegins(room: string, summary: string): string;
  stopping(signal: string): string;
  stopped: string;
  reloaded: string;
  setUp(role: AdministratorRole, url: string, file: string): string;
  pageMissing: string;
  tryAs(person: string, url: string): string;
}

const roles: Record<AdministratorRole, { en: string; zh: string }> = {
  "system-administrator": { en: "system administrator", zh: "系统管理员" },
  "security-administrator": { en: "security administrator", zh: "安全管理员" },
  "audit-administrator": { en: "audit administrator", zh: "审计管理员" },
};

const en: TerminalWords = {
  priority: { critical: "CRITICAL", high: "HIGH", medium: "MEDIUM", low: "LOW" },
  transition: { raised: "raised", returned: "returned to normal", "priority-changed": "priority changed" },
  counts: (rooms, devices) => `${rooms} rooms, ${devices} devices`,
  allSimulated: "the sample hospital: every sensor, person and incident here is simulated",
  labels: { mqtt: "MQTT", page: "Console", http: "HTTP", data: "Data", mail: "Mail" },
  dataHolds: (sample) => `(operator.token${sample ? ", devices.csv with the simulated devices’ passwords" : ""})`,
  mailAsFiles: (folder) => `no SMTP server is configured: mails become .eml files in ${folder}`,
  footer: "not a certified fire alarm system; Ctrl-C stops",
  timesOf: (zone) => `times are those of ${zone}`,
  readings: (count) => (count === "1" ? "1 reading" : `${count} readings`),
  mail: ({ person, what }) => `mail to ${person}: ${what}`,
  portMoved: (wanted, used) => `port ${wanted} is taken, using ${used}`,
  simulatingPast: "simulating the last 30 days",
  pastStored: (count) => `${count} samples of simulated past are stored`,
  announced: "announced: in 20 s a cable begins to smoulder in one of the rooms (simulated, nothing is wrong here)",
  incidentBegins: (room, summary) => `simulated incident in ${room}: ${summary}`,
  stopping: (signal) => `${signal}: stopping …`,
  stopped: "stopped; everything received is on disk",
  reloaded: "the changed site file is in force",
  setUp: (role, url, file) => `set up the account of the ${roles[role].en}, once: ${url} (also in ${file})`,
  pageMissing: "not built: run npm run build, then start again",
  tryAs: (person, url) => `try the console as the archivist ${person}, once: ${url}`,
};

const zh: TerminalWords = {
  priority: { critical: "紧急", high: "重要", medium: "一般", low: "提示" },
  transition: { raised: "发生", returned: "已恢复", "priority-changed": "级别变化" },
  counts: (rooms, devices) => `${rooms} 间库房，${devices} 台设备`,
  allSimulated: "示范医院：这里的传感器、人员和事件全部为模拟",
  labels: { mqtt: "MQTT", page: "控制台", http: "HTTP", data: "数据", mail: "邮件" },
  dataHolds: (sample) => `（operator.token${sample ? "、模拟设备密码 devices.csv" : ""}）`,
  mailAsFiles: (folder) => `未配置 SMTP 服务器：邮件以 .eml 文件存入 ${folder}`,
  footer: "本系统不是经认证的火灾报警系统；按 Ctrl-C 停止",
  timesOf: (zone) => `时间为 ${zone} 时间`,
  readings: (count) => `${count} 条读数`,
  mail: ({ person, what }) => `邮件发给 ${person}：${what}`,
  portMoved: (wanted, used) => `端口 ${wanted} 已被占用，改用 ${used}`,
  simulatingPast: "正在模拟过去 30 天",
  pastStored: (count) => `已存入 ${count} 个模拟的历史样本`,
  announced: "预告：20 秒后某间库房有电缆开始阴燃（模拟，并无实际险情）",
  incidentBegins: (room) => `模拟事件开始：${room} 电缆阴燃`,
  stopping: (signal) => `${signal}：正在停止……`,
  stopped: "已停止；收到的数据均已写入磁盘",
  reloaded: "新的配置文件已生效",
  setUp: (role, url, file) => `设置${roles[role].zh}账号（链接只能用一次）：${url}（亦存于 ${file}）`,
  pageMissing: "尚未构建：请先运行 npm run build，再启动",
  tryAs: (person, url) => `以档案员${person}的身份试用控制台（链接只能用一次）：${url}`,
};

export const terminalWords: Record<Language, TerminalWords> = { en, "zh-CN": zh };
