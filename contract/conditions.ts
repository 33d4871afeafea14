/** Condition names, priorities, states and transitions: stable identifiers of the public interface. */

export const conditionFamilies = {
  climate: [
    "temperature-high",
    "temperature-low",
    "humidity-high",
    "humidity-low",
    "temperature-near-limit",
    "humidity-near-limit",
    "temperature-swing",
    "humidity-swing",
    "temperature-forecast",
    "humidity-forecast",
    "condensation-risk",
    "mould-risk",
    "preservation-low",
    "climate-control-failure",
  ],
  "fire-and-water": ["heat-rise", "smoke-prealarm", "smoke-alarm", "fire-suspected", "water-leak"],
  access: [
    "door-held-open",
    "door-forced",
    "door-after-hours",
    "access-unauthorised",
    "access-denied-repeated",
    "record-overdue",
  ],
  devices: [
    "sensor-silent",
    "room-blind",
    "sensor-stuck",
    "sensor-implausible",
    "sensor-disagreement",
    "sensor-clock-fault",
    "battery-low",
    "tamper",
    "calibration-due",
  ],
  security: [
    "login-failures",
    "topic-violation",
    "unknown-device",
    "message-flood",
    "certificate-expiring",
    "ledger-broken",
  ],
  "archive-systems": ["archive-system-unreachable", "archive-system-slow", "archive-backup-overdue"],
  "this-system": [
    "history-unreachable",
    "notification-failing",
    "nobody-reached",
    "disk-low",
    "intake-backlog",
    "server-clock-fault",
    "backup-overdue",
  ],
} as const;

export type ConditionFamily = keyof typeof conditionFamilies;
export type ConditionName = (typeof conditionFamilies)[ConditionFamily][number];
export const conditionNames = Object.values(conditionFamilies).flat() as ConditionName[];

export const priorities = ["critical", "high", "medium", "low"] as const;
export type Priority = (typeof priorities)[number];

/** True when `a` is at least as urgent as `b`. */
export function atLeast(a: Priority, b: Priority): boolean {
  return priorities.indexOf(a) <= priorities.indexOf(b);
}

/** ISA-18.2 / IEC 62682. */
export const alarmStates = [
  "normal",
  "unacknowledged",
  "acknowledged",
  "returned-unacknowledged",
  "latched",
  "shelved",
  "suppressed",
  "out-of-service",
] as const;
export type AlarmState = (typeof alarmStates)[number];

export const transitions = [
  "raised",
  "priority-changed",
  "acknowledged",
  "returned",
  "reset",
  "commented",
  "shelved",
  "unshelved",
  "suppressed",
  "unsuppressed",
  "out-of-service",
  "in-service",
] as const;
export type Transition = (typeof transitions)[number];

/** What an exercise pretends. */
export const drillScenarios = ["smoke", "leak", "temperature", "humidity"] as const;
export type DrillScenario = (typeof drillScenarios)[number];

export const languages = ["zh-CN", "en"] as const;
export type Language = (typeof languages)[number];
