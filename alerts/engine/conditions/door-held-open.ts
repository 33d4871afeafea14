import type { ValueCondition } from "../condition.ts";

/** A door reported open and not closed again within two minutes. */
export const doorHeldOpen: ValueCondition = {
  kind: "value",
  name: "door-held-open",
  quantities: ["door"],
  unit: null,
  defaults: { priority: "medium", delayMs: 120_000 },
  texts: {
    "zh-CN": { title: "门长时间未关", advice: "前往关门，查明何人何故开门。" },
    en: { title: "Door held open", advice: "Go and shut it; find out who left it open and why." },
  },
  delayEndsBy: "deadline",
  // A door is open or it is not; half way serves as the limit.
  limitIn: () => 0.5,
  classify: (value, limit) => (value > limit ? "beyond" : "within"),
};
