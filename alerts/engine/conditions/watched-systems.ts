import { atLeast } from "../../../contract/index.ts";
import type { ReportedCondition, ValueCondition } from "../condition.ts";

/**
 * The archive's own systems, as probes find them: the archive management system, its backups and its certificates.
 * They are in no room; what is wrong with them is told to those who are told of all rooms.
 */

/** Looks at a system have failed in a row, as often as its probe allows; its probe says so, and when one succeeds. */
export const archiveSystemUnreachable: ReportedCondition = {
  kind: "reported",
  name: "archive-system-unreachable",
  unit: null,
  defaults: { priority: "high" },
  texts: {
    "zh-CN": {
      title: "档案系统无法访问",
      advice: "请信息中心按所列原因检查服务器、网络、服务或备份磁盘；档案系统恢复前借阅改用纸质登记。",
    },
    en: {
      title: "Archive system unreachable",
      advice:
        "Have IT look into the reason given: server, network, service or backup disk; while the archive system is away, register loans on paper.",
    },
  },
};

/** A system answers, and has taken longer than people wait for five minutes. */
export const archiveSystemSlow: ValueCondition = {
  kind: "value",
  name: "archive-system-slow",
  quantities: ["response_ms"],
  unit: "ms",
  defaults: { priority: "medium", limit: 2_000, delayMs: 5 * 60_000, hysteresis: 200 },
  texts: {
    "zh-CN": { title: "档案系统响应缓慢", advice: "请信息中心检查服务器负载、数据库与网络；可能是故障的前兆。" },
    en: {
      title: "Archive system slow",
      advice: "Have IT check the server’s load, its database and the network: it may be about to fail.",
    },
  },
  delayEndsBy: "sample",
  limitIn: (_site, _room, settings) => settings.limit,
  classify: (value, limit, band) => (value > limit ? "beyond" : value <= limit - band ? "within" : "between"),
};

/** The newest backup is older than a day and two hours: a nightly one has been missed. */
export const archiveBackupOverdue: ValueCondition = {
  kind: "value",
  name: "archive-backup-overdue",
  quantities: ["backup_age_h"],
  unit: "h",
  defaults: { priority: "high", limit: 26 },
  texts: {
    "zh-CN": { title: "档案系统备份逾期", advice: "请信息中心查明备份任务为何未完成并立即补做；核实备份可以恢复。" },
    en: {
      title: "Archive backup overdue",
      advice: "Have IT find out why the backup did not finish, make one now, and see that it can be restored.",
    },
  },
  delayEndsBy: "deadline",
  limitIn: (_site, _room, settings) => settings.limit,
  classify: (value, limit, band) => (value > limit ? "beyond" : value <= limit - band ? "within" : "between"),
};

/** From here on nobody who is away for a week will renew it in time. */
const urgentDays = 7;

/** A certificate of a watched system expires, or one of this program's own listeners. */
export const certificateExpiring: ValueCondition = {
  kind: "value",
  name: "certificate-expiring",
  quantities: ["certificate_days"],
  unit: "d",
  defaults: { priority: "medium", limit: 30 },
  texts: {
    "zh-CN": { title: "证书即将到期", advice: "请信息中心更新证书；到期后用户与设备将无法连接。" },
    en: {
      title: "Certificate expiring",
      advice: "Have IT renew it: once it has expired, people and devices can no longer connect.",
    },
  },
  delayEndsBy: "deadline",
  limitIn: (_site, _room, settings) => settings.limit,
  classify: (value, limit, band) => (value < limit ? "beyond" : value >= limit + band ? "within" : "between"),
  judge(sample, _memory, { limit, settings }) {
    const value = sample.values.certificate_days;
    if (value === undefined) return null;
    const place = certificateExpiring.classify(value, limit, settings.hysteresis, "certificate_days");
    const worse = value < urgentDays && !atLeast(settings.priority, "high");
    return worse ? { place, value, limit, priority: "high" } : { place, value, limit };
  },
};
