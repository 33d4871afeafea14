import type { ReportedCondition } from "../condition.ts";

/** Nothing usable from a device for three reporting intervals, at least two minutes. */
export const sensorSilent: ReportedCondition = {
  kind: "reported",
  name: "sensor-silent",
  unit: "min",
  defaults: { priority: "medium" },
  texts: {
    "zh-CN": { title: "传感器失联", advice: "检查设备供电与网络；恢复前请到现场查看该库房。" },
    en: {
      title: "Sensor silent",
      advice: "Check the device’s power and network; look at the room in person until it is back.",
    },
  },
};

export function silentAfterMs(intervalMs: number): number {
  return Math.max(3 * intervalMs, 120_000);
}

/** The time a device states cannot be believed; its samples are kept under the time of receipt. */
export const sensorClockFault: ReportedCondition = {
  kind: "reported",
  name: "sensor-clock-fault",
  unit: "s",
  defaults: { priority: "low" },
  texts: {
    "zh-CN": { title: "传感器时钟异常", advice: "校准设备时钟或检查其时间服务器；期间按接收时间记录。" },
    en: {
      title: "Sensor clock wrong",
      advice:
        "Set the device’s clock or check its time server; until then its samples are kept under the time of receipt.",
    },
  },
};
