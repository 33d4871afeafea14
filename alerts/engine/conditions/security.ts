import type { ReportedCondition } from "../condition.ts";

/** Messages under the name of a device that the site file does not know. */
export const unknownDevice: ReportedCondition = {
  kind: "reported",
  name: "unknown-device",
  unit: null,
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
  defaults: { priority: "medium" },
  texts: {
    "zh-CN": { title: "消息洪泛", advice: "检查该客户端固件；读取已自动暂停。" },
    en: { title: "Message flood", advice: "Check that client’s firmware; reading from it is being paused." },
  },
};

/** How long an occurrence must not repeat before its alarm returns. */
export const quietMs = 10 * 60_000;
/** Alarms of one condition about different subjects; further subjects share one, so that invented names cost nothing. */
export const mostSubjects = 200;
