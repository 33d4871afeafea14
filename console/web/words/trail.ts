import type { TrailEntry, TrailKind } from "../../../contract/index.ts";
import { titleOf } from "../conditions.ts";
import { language, lengthOf, momentOf, wordsOf } from "../language.ts";
import { nameOf } from "../room-state.ts";

/** What an entry of the trail says, in a sentence; what it holds word for word stands beside it. */

export const trailWords = wordsOf({
  en: {
    title: "What was done",
    about: "about",
    erased: "erased",
    entry: "The entry itself",
    refusals: "Refused log-ins and security events",
    newest: "Newest",
    nothing: "Nothing of this kind was found as far back as was looked.",
    kinds: {
      "log-in": "log-in",
      "operator-command": "command",
      "configuration-change": "configuration",
      "security-event": "security",
      "history-read": "reading",
      review: "review",
      erasure: "erasure",
      tombstone: "removal",
      "key-change": "new key",
      credential: "badge",
      "door-maintenance": "door maintenance",
    } satisfies Record<TrailKind, string>,
  },
  "zh-CN": {
    title: "操作记录",
    about: "涉及",
    erased: "已删除",
    entry: "条目原文",
    refusals: "被拒绝的登录与安全事件",
    newest: "最新",
    nothing: "在查找范围内没有此类记录。",
    kinds: {
      "log-in": "登录",
      "operator-command": "操作",
      "configuration-change": "配置变更",
      "security-event": "安全事件",
      "history-read": "查阅记录",
      review: "审查",
      erasure: "个人信息删除",
      tombstone: "到期清除",
      "key-change": "密钥更换",
      credential: "门禁卡",
      "door-maintenance": "门检修",
    } satisfies Record<TrailKind, string>,
  },
});

type Both = readonly [en: string, zh: string];
const ways: Readonly<Record<string, Both>> = {
  password: ["password", "密码"],
  totp: ["authenticator app", "身份验证器"],
  passkey: ["passkey", "通行密钥"],
  openid: ["the directory", "统一身份认证"],
  link: ["one-time link", "一次性链接"],
  session: ["session", "会话"],
  api: ["console", "控制台"],
  "operator-token": ["operator token of the machine", "服务器操作令牌"],
  simulation: ["simulation", "模拟"],
};
const reasons: Readonly<Record<string, Both>> = {
  wrong: ["wrong", "有误"],
  locked: ["locked after too many tries", "失败过多已锁定"],
  unreadable: ["its secret does not open with this key file", "密钥文件无法解开其密钥"],
  closed: ["the account is closed", "账号已停用"],
  "no role": ["no role is given to it", "未分配角色"],
  "name taken": ["a local account has that name", "与本地账号重名"],
};
const deeds: Readonly<Record<string, Both>> = {
  "account-made": ["made an account", "建立账号"],
  "account-link": ["gave out a new one-time link", "发出新的一次性链接"],
  "account-unlock": ["unlocked an account", "解除账号锁定"],
  "account-end-sessions": ["ended all sessions of an account", "结束账号的全部会话"],
  "account-reset-second-factor": ["reset the second factor of an account", "重置账号的第二重验证"],
  "account-disable": ["closed an account", "停用账号"],
  "account-enable": ["opened an account again", "重新启用账号"],
  "factor-app-added": ["set up an authenticator app", "设置身份验证器"],
  "factor-app-replaced": ["replaced the authenticator app", "更换身份验证器"],
  "factor-app-removed": ["removed the authenticator app", "移除身份验证器"],
  "factor-passkey-added": ["added a passkey", "添加通行密钥"],
  "factor-passkey-removed": ["removed a passkey", "移除通行密钥"],
  "password-changed": ["changed the password", "修改密码"],
  "settings-proposed": ["proposed a change of settings", "提出设置变更"],
  "settings-changed": ["changed settings", "修改设置"],
  "settings-consented": ["consented to a change of settings", "同意设置变更"],
  "settings-refused": ["refused a change of settings", "驳回设置变更"],
  "device-added": ["added a device", "添加设备"],
  "device-password": ["gave a device a new password", "更换设备密码"],
  "handover-handed": ["handed the shift over", "交班"],
  "handover-taken": ["took the shift over", "接班"],
  "history-import": ["entered past readings", "导入历史数据"],
  simulate: ["simulated the past", "模拟历史数据"],
  acknowledge: ["took an alarm", "应答报警"],
  comment: ["commented on an alarm", "填写报警备注"],
  shelve: ["shelved an alarm", "搁置报警"],
  unshelve: ["took an alarm back from the shelf", "取消搁置报警"],
  remedy: ["made an alarm a remedial item", "将报警列入整改"],
  reset: ["reset an alarm", "复位报警"],
};
const readings: Readonly<Record<string, Both>> = {
  trail: ["read what was done here", "查阅操作记录"],
  "access-events": ["read the history of access", "查阅出入历史"],
  inside: ["looked who is inside", "查看当前在内人员"],
  grants: ["read requests and grants", "查阅申请与授权"],
  records: ["read what was done with records", "查阅档案登记"],
  export: ["drew a pack for auditors", "导出审计包"],
};
const causes: Readonly<Record<string, Both>> = {
  "first-start": ["at the first start", "首次启动时"],
  start: ["at a start", "启动时"],
  reload: ["while it ran", "运行中"],
};
const steps: Readonly<Record<string, Both>> = {
  drawn: ["sample drawn", "抽样"],
  finding: ["finding entered", "登记发现"],
  "signed-off": ["signed off", "签署"],
  assigned: ["badge given", "发卡"],
  withdrawn: ["badge taken back", "收卡"],
  started: ["maintenance began", "开始检修"],
  ended: ["maintenance ended", "结束检修"],
};

const isEnglish = () => language.value === "en";
const word = (table: Readonly<Record<string, Both>>, key: unknown): string =>
  table[String(key)]?.[isEnglish() ? 0 : 1] ?? String(key);
const by = (via: unknown): string => (isEnglish() ? `by ${word(ways, via)}` : `经${word(ways, via)}`);
const text = (value: unknown): string | null => (typeof value === "string" && value !== "" ? value : null);
const list = (parts: readonly (string | null)[]): string =>
  parts.filter((part) => part !== null).join(isEnglish() ? ", " : "，");

const results: Readonly<Record<string, Both>> = {
  accepted: ["signed in", "登录成功"],
  refused: ["refused", "登录被拒绝"],
  ended: ["signed out", "退出登录"],
};

const security: Readonly<Record<string, Both>> = {
  "login-failed": ["log-in failed", "登录失败"],
  "record-refused": ["an entry about a record was refused", "档案登记被拒绝"],
};
/** Other security events are conditions of alarms too. */
const securityTitle = (what: string) => (what in security ? word(security, what) : titleOf(what));

/** Of the console it says how, and why not; other parts say it in their own words. */
function securityDetail(detail: string): string | null {
  const [, how, why] = /^console: ([a-z]+)(?:, (.+))?$/.exec(detail) ?? [];
  if (how === undefined) return text(detail);
  return list([isEnglish() ? "console" : "控制台", by(how), why === undefined ? null : word(reasons, why)]);
}

/** @returns what happened; who did it and about whom stands in columns of its own. */
export function trailSentence({ kind, body }: TrailEntry): string {
  const en = isEnglish();
  const from = text(body.from);
  switch (kind) {
    case "log-in":
      return list([
        word(results, body.result),
        body.result === "ended" ? null : by(body.via),
        body.reason === undefined ? null : word(reasons, body.reason),
        from && (en ? `from ${from}` : `来自 ${from}`),
      ]);
    case "operator-command":
      return list([
        word(deeds, body.do),
        text(body.about) ?? text(body.device),
        typeof body.for_ms === "number" ? lengthOf(body.for_ms) : null,
        body.via === "api" ? null : by(body.via),
      ]);
    case "configuration-change": {
      const changes = Array.isArray(body.changes) ? body.changes : [];
      const paths = changes.map((change: { path?: unknown }) => String(change.path ?? ""));
      const first = paths.slice(0, 3).filter((path) => path !== "" && path !== "/" && path !== "(all)");
      const cause = word(causes, body.cause);
      if (body.cause === "first-start") return en ? `Taken as it is, ${cause}` : `${cause}载入`;
      const more =
        paths.length > first.length ? (en ? ` and ${paths.length - first.length} more` : ` 等 ${paths.length} 处`) : "";
      return `${en ? "Changed" : "更改"} (${cause}): ${first.join(", ")}${more}`;
    }
    case "security-event":
      return list([
        securityTitle(String(body.what)),
        text(body.subject) === "console" ? null : text(body.subject),
        securityDetail(String(body.detail ?? "")),
        from && (en ? `from ${from}` : `来自 ${from}`),
      ]);
    case "history-read": {
      const count = typeof body.results === "number" ? body.results : null;
      return list([word(readings, body.what), count === null ? null : en ? `${count} results` : `${count} 条`]);
    }
    case "review":
      return list([word(steps, body.step), text(body.review), text(body.finding)]);
    case "erasure":
      return list([en ? "A person’s data were made unreadable" : "个人信息已不可读", text(body.reason)]);
    case "tombstone":
      return en
        ? `What was recorded before ${momentOf(String(body.before))} is gone, as its time was over`
        : `${momentOf(String(body.before))} 之前的记录已到期清除`;
    case "key-change":
      return en ? "The ledger is signed with a new key from here on" : "此后台账改用新密钥签名";
    case "credential":
      return word(steps, body.step);
    case "door-maintenance":
      return list([
        word(steps, body.step),
        text(body.room) === null ? text(body.door) : nameOf(String(body.room)),
        text(body.to) && (en ? `until ${momentOf(String(body.to))}` : `至 ${momentOf(String(body.to))}`),
      ]);
  }
}
