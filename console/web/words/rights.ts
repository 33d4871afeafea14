import { wordsOf } from "../language.ts";

/** What each right lets somebody do. */
export const rightWords = wordsOf<Readonly<Record<string, string>>>({
  en: {
    read: "See rooms and alarms",
    comment: "Comment on alarms",
    acknowledge: "Take alarms, hand over",
    shelve: "Shelve alarms, put right later",
    reset: "Reset alarms",
    configure: "Change settings and devices",
    "read-access": "Read who was inside",
    "keep-records": "Enter what was done with records",
    consent: "Consent to changed limits",
    "manage-accounts": "Set up accounts",
    "manage-rights": "Grant rights, close accounts",
    "read-trail": "Read what was done here",
  },
  "zh-CN": {
    read: "查看库房与报警",
    comment: "填写报警备注",
    acknowledge: "应答报警、交接班",
    shelve: "搁置报警、列入整改",
    reset: "报警复位",
    configure: "修改设置与设备",
    "read-access": "查阅出入记录",
    "keep-records": "登记档案事项",
    consent: "同意限值变更",
    "manage-accounts": "建立账号",
    "manage-rights": "授予权限、停用账号",
    "read-trail": "查阅操作记录",
  },
});
