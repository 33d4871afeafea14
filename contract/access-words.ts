import type { Language } from "./conditions.ts";

/** What is said of doors, badges and grants, and what speaks against a number of people inside, in both languages. */
const words: Readonly<Record<string, { zh: string; en: string }>> = {
  "standing-right": { zh: "常设权限", en: "standing right" },
  grant: { zh: "凭授权", en: "by grant" },
  "break-glass": { zh: "紧急进入", en: "break-glass" },
  "unknown-badge": { zh: "此卡未发给任何人", en: "the badge is nobody's" },
  "outside-hours": { zh: "不在常设权限的时间内", en: "outside the hours of the standing right" },
  "no-grant": { zh: "无常设权限，也无授权", en: "no standing right and no grant" },
  "grant-not-decided": { zh: "申请尚未审批", en: "the request is not decided yet" },
  "grant-refused": { zh: "申请已被驳回", en: "the request was refused" },
  "grant-not-yet": { zh: "授权尚未生效", en: "the grant is not valid yet" },
  "grant-expired": { zh: "授权已过期", en: "the grant has expired" },
  "grant-revoked": { zh: "授权已撤销", en: "the grant was revoked" },
  "escort-missing": { zh: "无人陪同", en: "without the escort" },
  "second-person-missing": { zh: "应有两人而只有一人", en: "alone, where two persons are required" },
  exit: { zh: "离开", en: "exit" },
  "exit-without-entry": { zh: "离开，未见进入", en: "exit without entry" },
  "exit-request": { zh: "出门按钮", en: "exit request" },
  denied: { zh: "拒绝", en: "denied" },
  "denied-though-entitled": {
    zh: "控制器拒绝了有权进入的人：两边授权不一致",
    en: "the controller refused somebody who may enter: its grants differ from ours",
  },
  "denied-again": { zh: "一再被拒", en: "refused again and again" },
  badge: { zh: "刷卡", en: "badge" },
  closed: { zh: "关闭", en: "closed" },
  forced: { zh: "既未刷卡也未按出门按钮", en: "opened with neither badge nor exit request" },
  maintenance: { zh: "维护", en: "maintenance" },
  "no-reader": { zh: "无读卡器", en: "no reader" },
  "unknown-before": { zh: "此前状态不明", en: "unknown before" },
  "break-glass-unexplained": { zh: "紧急进入仍未说明", en: "break-glass, still not explained" },
  "door-opened": { zh: "门开", en: "door opened" },
  "door-closed": { zh: "门关", en: "door closed" },
  in: { zh: "进", en: "in" },
  out: { zh: "出", en: "out" },
  granted: { zh: "放行", en: "granted" },
  requested: { zh: "待审批", en: "requested" },
  refused: { zh: "已驳回", en: "refused" },
  approved: { zh: "已批准", en: "approved" },
  "in-force": { zh: "生效中", en: "in force" },
  expired: { zh: "已过期", en: "expired" },
  revoked: { zh: "已撤销", en: "revoked" },
  withdrawn: { zh: "已撤回", en: "withdrawn" },
  deposit: { zh: "入库", en: "deposit" },
  "storage-check": { zh: "库存核查", en: "storage check" },
  consultation: { zh: "查阅", en: "consultation" },
  digitisation: { zh: "数字化", en: "digitisation" },
  inspection: { zh: "检查", en: "inspection" },
  "seen-elsewhere-since": { zh: "此后在别处刷卡", en: "seen elsewhere since" },
  "long-inside": { zh: "在内过久", en: "long inside" },
  "missed-exits": { zh: "有人未刷卡离开", en: "missed exits" },
  "unseen-entries": { zh: "有人未刷卡进入", en: "unseen entries" },
  "forced-openings": { zh: "有强行开门", en: "forced openings" },
  "door-without-reader": { zh: "有门无读卡器", en: "door without reader" },
};

/** One of the identifiers above as people read it; others as they are. */
export function accessWord(word: string, language: Language): string {
  return words[word]?.[language === "zh-CN" ? "zh" : "en"] ?? word;
}

/** What an alarm of a door says of it: identifiers, and how late it was reported; other text as it is. */
export function accessDetail(detail: string, language: Language): string {
  const zh = language === "zh-CN";
  const parts = detail.split("; ").map((part) => {
    const late = /^late (\d+) min$/.exec(part)?.[1];
    if (late !== undefined) return zh ? `迟报 ${late} 分钟` : `reported ${late} min late`;
    const [, due, entry] = /^due (\S+), entry (\d+)$/.exec(part) ?? [];
    if (due !== undefined && zh) return `应于 ${due} 归还，条目 ${entry}`;
    return accessWord(part, language);
  });
  return parts.join(zh ? "；" : "; ");
}
