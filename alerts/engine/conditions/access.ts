import type { Language, Priority } from "../../../contract/index.ts";
import type { ConditionText, ReportedCondition } from "../condition.ts";

const reported = (
  name: ReportedCondition["name"],
  priority: Priority,
  texts: Record<Language, ConditionText>,
  more: { occurs?: true; latching?: true } = {},
): ReportedCondition => {
  const { latching, ...rest } = more;
  return {
    kind: "reported",
    name,
    unit: null,
    defaults: { priority, ...(latching ? { latching } : {}) },
    texts,
    ...rest,
  };
};

/** A door opened without a badge that was granted. Stays until a person has been there and says so. */
export const doorForced = reported(
  "door-forced",
  "critical",
  {
    "zh-CN": { title: "门被强行打开报警", advice: "立即派人到场核实，必要时报告保卫部门。" },
    en: { title: "Door forced", advice: "Send somebody now; call security if nobody can explain it." },
  },
  { latching: true },
);

/** A door was opened outside the room's hours. */
export const doorAfterHours = reported(
  "door-after-hours",
  "high",
  {
    "zh-CN": { title: "非工作时间开门", advice: "核实进入人员与事由，并登记。" },
    en: { title: "Door opened after hours", advice: "Find out who is there and why, and put it on record." },
  },
  { occurs: true },
);

/** Somebody was let in who has no right to be there. */
export const accessUnauthorised = reported(
  "access-unauthorised",
  "high",
  {
    "zh-CN": { title: "未授权进入报警", advice: "立即核实人员身份，检查门禁授权。" },
    en: { title: "Unauthorised access", advice: "Find out who it is now; check the controller's grants." },
  },
  { occurs: true },
);

/** The same badge, or the same door, refused again and again. */
export const accessDeniedRepeated = reported(
  "access-denied-repeated",
  "medium",
  {
    "zh-CN": { title: "多次刷卡被拒", advice: "核实持卡人与授权；可能为误用或试探。" },
    en: { title: "Access denied again and again", advice: "Find out who tries: a forgotten grant, or an attempt." },
  },
  { occurs: true },
);

/** A record that was taken out has not come back in time. */
export const recordOverdue = reported("record-overdue", "low", {
  "zh-CN": { title: "档案逾期未还", advice: "联系借阅人归还或办理续借。" },
  en: { title: "Record overdue", advice: "Ask the borrower for it, or extend the loan." },
});
