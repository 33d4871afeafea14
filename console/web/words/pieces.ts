import { wordsOf } from "../language.ts";

export const pieceWords = wordsOf({
  en: {
    loading: "Loading …",
    failed: "This could not be loaded:",
    again: "Try again",
    close: "Close",
    more: (n: number) => `Show more (${n})`,
    invalid: {
      missing: "Please fill this in.",
      unreadable: "This cannot be read: check what was typed.",
      other: "This does not have the form that is expected.",
    },
    priorities: { critical: "Critical", high: "High", medium: "Medium", low: "Low" },
    states: {
      normal: "over",
      unacknowledged: "nobody has answered",
      acknowledged: "somebody sees to it",
      "returned-unacknowledged": "over, nobody has answered",
      latched: "over, waits to be reset",
      shelved: "shelved",
      suppressed: "follows from another alarm",
      "out-of-service": "out of service",
    },
  },
  "zh-CN": {
    loading: "正在载入……",
    failed: "无法载入：",
    again: "再试一次",
    close: "关闭",
    more: (n: number) => `显示更多（${n}）`,
    invalid: { missing: "请填写。", unreadable: "无法识别，请检查所填内容。", other: "格式不符合要求。" },
    priorities: { critical: "紧急", high: "重要", medium: "一般", low: "提示" },
    states: {
      normal: "已结束",
      unacknowledged: "无人应答",
      acknowledged: "已有人处理",
      "returned-unacknowledged": "已恢复，无人应答",
      latched: "已恢复，待复位",
      shelved: "已搁置",
      suppressed: "由其他报警引起",
      "out-of-service": "停用",
    },
  },
});
