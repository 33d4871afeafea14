import type { ReportedCondition } from "../condition.ts";

/** What the inference raises by itself; `limit` is the probability from which on. A leak that it suspects is a `water-leak`. */

/** Adds to the fixed limits of smoke and heat and never stands between them and people; critical from 0.99 on. */
export const fireSuspected: ReportedCondition = {
  kind: "reported",
  name: "fire-suspected",
  unit: null,
  defaults: { priority: "high", limit: 0.9, latching: true },
  texts: {
    "zh-CN": { title: "疑似火情", advice: "立即电话联系消防控制室核实，再由两人前往查看；有人在内先撤离。" },
    en: {
      title: "Fire suspected",
      advice:
        "Call the fire control room to verify at once, then go and look, two persons together; get people out first.",
    },
  },
};

/** Hours remain until the holdings feel it: the plant's people can still be reached in their working time. */
export const climateControlFailure: ReportedCondition = {
  kind: "reported",
  name: "climate-control-failure",
  unit: null,
  defaults: { priority: "medium", limit: 0.9 },
  texts: {
    "zh-CN": {
      title: "恒温恒湿失控预警",
      advice: "检查空调与加湿除湿设备是否运行、断电或报错，通知后勤维修；关好门。",
    },
    en: {
      title: "Climate control failing",
      advice: "See whether the plant runs, has power or shows a fault, and call its maintenance; keep the door shut.",
    },
  },
};
