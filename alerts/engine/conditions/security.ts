import type { ReportedCondition } from "../condition.ts";

/** Messages under the name of a device that the site file does not know. */
export const unknownDevice: ReportedCondition = {
  kind: "reported",
  name: "unknown-device",
  unit: null,
  occurs: true,
  defaults: { priority: "medium" },
  texts: {
    "zh-CN": { title: "未登记设备", advice: "核实该设备来源；属实则登记入站点文件，否则断开。" },
    en: {
      title: "Unknown device",
      advice: "Find out whose it is; enter it in the site file, or take it off the network.",
    },
  },
};

/** A client published, subscribed or left a will where it has no right to. */
export const topicViolation: ReportedCondition = {
  kind: "reported",
  name: "topic-violation",
  unit: null,
  occurs: true,
  defaults: { priority: "medium" },
  texts: {
    "zh-CN": { title: "越权的消息主题", advice: "检查该客户端的配置与凭据；可能为误配或入侵。" },
    en: {
      title: "Topic violation",
      advice: "Check that client’s configuration and credentials: it is misconfigured, or an intruder.",
    },
  },
};

/** A client sends more than its rate allows; reading from it pauses. */
export const messageFlood: ReportedCondition = {
  kind: "reported",
  name: "message-flood",
  unit: null,
  occurs: true,
  defaults: { priority: "medium" },
  texts: {
    "zh-CN": { title: "消息洪泛", advice: "检查该客户端固件；读取已自动暂停。" },
    en: { title: "Message flood", advice: "Check that client’s firmware; reading from it is being paused." },
  },
};

/** Somebody tries passwords, at the broker or at the page. */
export const loginFailures: ReportedCondition = {
  kind: "reported",
  name: "login-failures",
  unit: null,
  occurs: true,
  defaults: { priority: "medium", limit: 5 },
  texts: {
    "zh-CN": { title: "多次登录失败报警", advice: "核实来源：设备密码有误，或有人试探密码。" },
    en: { title: "Repeated log-in failures", advice: "Find out who: a device with a wrong password, or a guesser." },
  },
};
/** Failed log-ins of one name or from one address count together for so long. */
export const failuresWithinMs = 10 * 60_000;

/** The record of who was where does not prove itself any more: it was changed, or is damaged. */
export const ledgerBroken: ReportedCondition = {
  kind: "reported",
  name: "ledger-broken",
  unit: null,
  defaults: { priority: "critical", latching: true },
  texts: {
    "zh-CN": { title: "出入账本校验失败", advice: "保护现场：停止修改，保留数据与备份，立即上报。" },
    en: {
      title: "Ledger does not verify",
      advice: "Change nothing: keep the files and backups as they are, and report it at once.",
    },
  },
};

/** How long an occurrence must not repeat before its alarm returns. */
export const quietMs = 10 * 60_000;
/** Alarms of one condition about different subjects; further subjects share one, so that invented names cost nothing. */
export const mostSubjects = 200;
