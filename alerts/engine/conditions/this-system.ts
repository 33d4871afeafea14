import type { Language } from "../../../contract/index.ts";
import type { ConditionText, ReportedCondition } from "../condition.ts";

const reported = (
  name: ReportedCondition["name"],
  priority: "critical" | "high" | "medium",
  unit: string | null,
  texts: Record<Language, ConditionText>,
): ReportedCondition => ({ kind: "reported", name, unit, defaults: { priority }, texts });

/** A history store other than the embedded one does not answer; nothing is lost, charts stand still. */
export const historyUnreachable = reported("history-unreachable", "medium", "min", {
  "zh-CN": { title: "历史数据库无法连接", advice: "检查数据库服务与网络；数据已在本机保存，恢复后自动补写。" },
  en: {
    title: "History store unreachable",
    advice: "Check the database and the network; the data is kept here and written when it is back.",
  },
});

/** A consumer is further behind the head of the log than the bound allows. */
export const intakeBacklog = reported("intake-backlog", "high", null, {
  "zh-CN": { title: "消息处理积压", advice: "检查主机负载与磁盘速度；消息未丢失，但报警可能延迟。" },
  en: {
    title: "Intake backlog",
    advice: "Check this machine’s load and disk; nothing is lost, but alarms may come late.",
  },
});

/** The disk of the data folder is filling; when it is full, messages are no longer acknowledged. */
export const diskLow = reported("disk-low", "critical", "GiB", {
  "zh-CN": { title: "磁盘空间不足", advice: "立即清理或扩容数据盘；写满后将停止接收新消息。" },
  en: {
    title: "Disk space low",
    advice: "Free or add space now; when the disk is full, messages are no longer accepted.",
  },
});

/** Half of the devices contradict our clock, or it was stepped. */
export const serverClockFault = reported("server-clock-fault", "high", "s", {
  "zh-CN": { title: "服务器时钟异常", advice: "检查本机时间与时间同步（NTP）；期间以设备时间为准。" },
  en: {
    title: "Server clock wrong",
    advice: "Check this machine’s time and NTP; until then the devices’ own times are used.",
  },
});

/** A channel gives up, or has been refusing for longer than it may: somebody may not be told. */
export const notificationFailing = reported("notification-failing", "high", null, {
  "zh-CN": { title: "通知发送失败", advice: "检查该通道的服务与配置；期间请留意页面上的报警。" },
  en: {
    title: "Notification failing",
    advice: "Check that channel’s service and settings; until then, watch the alarms on the page.",
  },
});

/** Everybody who was to be told has been told, on every channel, and nobody has answered. */
export const nobodyReached = reported("nobody-reached", "critical", null, {
  "zh-CN": { title: "无人响应报警", advice: "立即电话联系值班人员，并到场查看。" },
  en: { title: "Nobody reached", advice: "Telephone whoever is on duty now, and have somebody go and look." },
});

/** This program's own data has not been backed up for longer than it may. */
export const backupOverdue = reported("backup-overdue", "medium", "h", {
  "zh-CN": { title: "本系统备份逾期", advice: "检查备份任务与目标空间，并手动备份一次。" },
  en: { title: "Backup of this system overdue", advice: "Check the backup job and its target; make one by hand." },
});
