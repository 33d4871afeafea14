import { language } from "./language.ts";
import { rightWords } from "./words/rights.ts";

/** Of the server, with the stable code of its problem document. */
export class Refusal extends Error {
  readonly code: string;
  readonly status: number;
  constructor(status: number, code: string, detail: string) {
    super(detail);
    this.status = status;
    this.code = code;
  }
}

/** What the page itself sees to be wrong with a field, in the reader's language. */
export class Misfilled extends Error {
  readonly field: string;
  constructor(field: string, text: string) {
    super(text);
    this.field = field;
  }
}

/** What a refusal says to people: in their language, what was expected, and at which field. */
export interface Fault {
  /** Name of the field, where it is about one. */
  field: string | null;
  text: string;
}

interface Both {
  en: string;
  zh: string;
}
type Say = Both | ((found: readonly string[]) => Both);
/** What the server says, how people say it, and the field where the server names none or another. */
type Known = readonly [pattern: RegExp, say: Say, field?: string];

const rights = (found: string | undefined) =>
  (found ?? "")
    .split(" or ")
    .map((right) => rightWords()[right] ?? right)
    .join(" / ");
const another = { en: "Somebody else must do this.", zh: "须由他人办理。" };
const noRight = (found: readonly string[]): Both => ({
  en: `You may not do this. It needs the right: ${rights(found[1])}.`,
  zh: `您无权进行此操作，所需权限：${rights(found[1])}。`,
});

const known: readonly Known[] = [
  // Of every field.
  [/expected at least 1 character, found/, { en: "Please fill this in.", zh: "请填写。" }],
  [/^rooms: expected at least/, { en: "Choose at least one room.", zh: "请至少选择一间库房。" }],
  [
    /^quantities: expected at least/,
    { en: "Choose at least one thing that it measures.", zh: "请至少选择一个测量项。" },
  ],
  [/expected at least 1 entry, found/, { en: "Choose at least one.", zh: "请至少选择一项。" }],
  [/expected at least (\d+) characters/, ([, n]) => ({ en: `At least ${n} characters.`, zh: `至少 ${n} 个字符。` })],
  [/expected at most (\d+) characters/, ([, n]) => ({ en: `At most ${n} characters.`, zh: `最多 ${n} 个字符。` })],
  [/expected at most (\d+) entries/, ([, n]) => ({ en: `At most ${n}.`, zh: `最多 ${n} 项。` })],
  [/expected at most ([\d.]+), found/, ([, n]) => ({ en: `At most ${n}.`, zh: `不得大于 ${n}。` })],
  [/expected at least ([\d.]+), found/, ([, n]) => ({ en: `At least ${n}.`, zh: `不得小于 ${n}。` })],
  [/expected an? (number|integer), found/, { en: "A number, please.", zh: "请填写数字。" }],
  // Signing in.
  [
    /the account or password is wrong, or locked from here/,
    {
      en: "Account or password is wrong, or the account is locked from here after too many tries. Try again in some minutes, or ask the security administrator.",
      zh: "账号或密码有误，或因多次失败已从此处锁定。请过几分钟再试，或联系安全管理员。",
    },
  ],
  [
    /the code is wrong, used before, or locked from here/,
    {
      en: "The code is wrong or was used before. Wait for the next one that the app shows; after too many tries, some minutes.",
      zh: "验证码有误或已使用过。请等待验证器显示下一个；失败次数过多须等几分钟。",
    },
  ],
  [
    /(?:proof|current): the password is wrong/,
    {
      en: "This is not your password. After too many tries, wait some minutes.",
      zh: "密码有误；失败次数过多须等几分钟。",
    },
  ],
  [
    /the last second factor of this account/,
    {
      en: "The last second factor of this account can be replaced, not removed.",
      zh: "此账号的最后一个第二重验证只能更换，不能移除。",
    },
  ],
  [/proof: expected the password/, { en: "Show first that it is you.", zh: "请先验证是您本人。" }],
  [
    /code: expected the one that the app shows now/,
    { en: "Enter the code that the app shows now.", zh: "请填写验证器此刻显示的验证码。" },
  ],
  [
    /password: expected a mix/,
    {
      en: "Mix lower case, upper case, digits or other characters.",
      zh: "请混用小写、大写、数字或其他字符。",
    },
  ],
  [
    /password: expected one that does not contain/,
    {
      en: "It must not contain the account’s name.",
      zh: "不得包含账号名。",
    },
  ],
  [
    /the link is used, replaced or too old/,
    {
      en: "This link was used, replaced, or is too old. Ask for a new one.",
      zh: "此链接已使用、已更换或已过期，请索取新的链接。",
    },
  ],
  [
    /this link is for another person/,
    {
      en: "This link is for another person: nobody holds two administrators’ accounts. Open it in that person’s own browser.",
      zh: "此链接属于另一人：任何人不得同时持有两个管理员账号。请由本人在其浏览器中打开。",
    },
  ],
  [
    /passkey/,
    {
      en: "This passkey was not accepted. Try again, or use another way.",
      zh: "通行密钥未通过，请重试或改用其他方式。",
    },
  ],
  [/expected a session/, { en: "Please sign in again.", zh: "请重新登录。" }],
  // Rights.
  [/nobody changes an account of their own here/, another],
  [/nobody decides over a request of one's own/, another],
  [/another person must consent/, { en: "Another person must consent to it.", zh: "须由另一人同意。" }],
  [
    /neither key holder of .+ nor one of its deciders/,
    {
      en: "Only the key holder of each room asked for decides, or who the site file names for it.",
      zh: "只有所申请库房的钥匙保管人或配置中指定的审批人可以决定。",
    },
  ],
  [/no right to read the history of access/, () => noRight(["", "read-access"])],
  [/(?:no right to|has no right to) ([a-z-]+(?: or [a-z-]+)*)/, noRight],
  // Doors and badges.
  [
    /person: expected one of people, or a guest/,
    {
      en: "Nobody here has this number. For a guest, fill in the name too.",
      zh: "没有此工号的人员；如为来宾，请同时填写姓名。",
    },
    "person.id",
  ],
  [/say why the door is under repair/, { en: "Say why the door is under repair.", zh: "请说明检修原因。" }, "comment"],
  [
    /to: expected a time to come, after from/,
    {
      en: "Choose a time that is still to come and after the beginning.",
      zh: "须晚于现在，且晚于开始时间。",
    },
  ],
  [
    /to: longer than access\.break_glass_longest/,
    {
      en: "Longer than the hospital allows (access.break_glass_longest in the site file).",
      zh: "超过本院允许的时长（配置项 access.break_glass_longest）。",
    },
    "minutes",
  ],
  [
    /to: longer than access\.(\w+)/,
    ([, key]) => ({
      en: `Longer than the hospital allows (access.${key} in the site file).`,
      zh: `超过本院允许的时长（配置项 access.${key}）。`,
    }),
  ],
  [/a break-glass needs a reason/, { en: "Say what has happened.", zh: "请说明发生了什么。" }, "comment"],
  [/an explanation needs words/, { en: "Please explain.", zh: "请说明。" }, "comment"],
  [
    /comment: expected what was found and done/,
    {
      en: "Say what you found and what you do about it.",
      zh: "请填写现场情况与采取的措施。",
    },
  ],
  // Alarms.
  [/must be acknowledged first/, { en: "Take the alarm first.", zh: "请先应答此报警。" }],
  [
    /has stood for less than ([\d.]+) days/,
    ([, days]) => ({
      en: `Only what has stood for ${days} days can be put right later; take it or shelve it until then.`,
      zh: `持续满 ${days} 天后方可列入整改，此前请应答或搁置。`,
    }),
  ],
  [/is never put off/, { en: "An alarm of this kind is never put off.", zh: "此类报警不得推迟处理。" }],
  [/does not stand/, { en: "The alarm is over already.", zh: "此报警已经恢复。" }],
  [/is not shelved/, { en: "The alarm is not shelved any more.", zh: "此报警已不在搁置状态。" }],
  [/there is no open alarm/, { en: "The alarm is over.", zh: "此报警已经结束。" }],
  [/due: expected a day to come/, { en: "Choose a day that is still to come.", zh: "请选择今天以后的日期。" }, "due"],
  [
    /due: expected at most ([\d.]+) days/,
    ([, days]) => ({
      en: `At most ${days} days from now.`,
      zh: `距今不得超过 ${days} 天。`,
    }),
    "due",
  ],
  // Records.
  [/reference: expected what stands on the record/, { en: "Please fill this in.", zh: "请填写。" }],
  [/the record is not on loan/, { en: "This record is not on loan.", zh: "此档案没有借出。" }, "reference"],
  [
    /class: the record is (\w+)/,
    ([, found]) => ({
      en: `This record was entered as ${found} before.`,
      zh: "此档案以前登记的级别与此不同。",
    }),
  ],
  [
    /due: expected within (\d+) days/,
    ([, days]) => ({
      en: `At most ${days} days from the loan.`,
      zh: `须在借出后 ${days} 天内。`,
    }),
  ],
  // Accounts and settings.
  [
    /temperature_c: expected a range/,
    { en: "A range such as 14..24, low before high.", zh: "请填写范围，如 14..24，低值在前。" },
    "temperature",
  ],
  [
    /relative_humidity_pct: expected a range/,
    { en: "A range such as 45..60, low before high.", zh: "请填写范围，如 45..60，低值在前。" },
    "humidity",
  ],
  [/nobody of the site file has the number/, { en: "Nobody here has this number.", zh: "没有此工号的人员。" }],
  [
    /there is no site file to edit/,
    {
      en: "The program runs without a site file of its own: start it with --config to edit here.",
      zh: "程序未使用自己的配置文件：请用 --config 启动后再编辑。",
    },
  ],
];

/** For what is not in the table: who reads Chinese reads first what kind it is. */
const inChinese: Readonly<Record<string, string>> = {
  "not-authenticated": "请先登录",
  "not-authorised": "没有权限",
  "not-found": "没有找到",
  "request-invalid": "填写有误",
  "request-too-large": "内容过长",
  "limit-reached": "已达到上限",
  "too-many-requests": "操作过于频繁，请稍后再试",
  "forged-request": "请求来源不可信，未执行",
  "comment-required": "请填写说明",
  "state-conflict": "当前状态不允许此操作",
  "two-persons-required": "核心档案须由两人办理",
  "config-invalid": "设置不符合要求，未作更改",
  "send-failed": "发送失败",
  "time-limit": "超时",
  "disk-full": "磁盘已满",
  internal: "系统内部错误",
};

const tooMany: Both = { en: "Too many tries; wait a minute.", zh: "操作过于频繁，请稍等一分钟。" };
const said = ({ en, zh }: Both) => (language.value === "en" ? en : zh);

export function faultOf(error: unknown): Fault {
  if (error instanceof Misfilled) return { field: error.field, text: error.message };
  if (!(error instanceof Refusal)) return { field: null, text: error instanceof Error ? error.message : String(error) };
  const { code } = error;
  // Where the site file lies is nobody's business here.
  const message = error.message.replace(/^.+ is not usable: /, "");
  if (code === "too-many-requests") return { field: null, text: said(tooMany) };
  const field = /^([a-z][\w.]*): /i.exec(message)?.[1] ?? null;
  for (const [pattern, say, at] of known) {
    const found = pattern.exec(message);
    if (found) return { field: at ?? field, text: said(typeof say === "function" ? say(found) : say) };
  }
  const kind = language.value === "zh-CN" ? inChinese[code] : undefined;
  return { field, text: kind === undefined ? message : `${kind}（${message}）` };
}

export const sentenceOf = (error: unknown): string => faultOf(error).text;
