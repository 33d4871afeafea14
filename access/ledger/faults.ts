/** What can be wrong with a ledger: named alike by our verifier and by `docs/verify/verify.py`. */
export const faultReasons = {
  key: {
    en: "the verifier key is not one, or the ledger's chain of keys does not lead to it",
    zh: "公钥无效，或账本的密钥链与该公钥不相连",
  },
  checkpoint: {
    en: "a checkpoint cannot be read, or is of another ledger",
    zh: "检查点无法读取，或属于另一账本",
  },
  signature: {
    en: "a checkpoint is not signed by the key that was in force",
    zh: "检查点未由当时有效的密钥签名",
  },
  form: {
    en: "the line is not an entry, or not in its canonical form",
    zh: "该行不是条目，或不是规范形式",
  },
  order: {
    en: "the entry does not stand in its place",
    zh: "条目不在其位置上",
  },
  time: {
    en: "the entry was recorded before the one before it",
    zh: "条目的记录时间早于前一条",
  },
  hash: {
    en: "the entry is not the one of which the hash was taken",
    zh: "条目与其散列值不符",
  },
  opened: {
    en: "what is shown of a person is not what the entry holds",
    zh: "所示个人信息与条目不符",
  },
  "key-change": {
    en: "the change of keys is not endorsed by the old and the new key",
    zh: "密钥更换未经新旧密钥共同签名",
  },
  tombstone: {
    en: "an entry is gone without a tombstone that may account for it",
    zh: "条目已删除，但没有可说明的到期删除记录",
  },
  surplus: {
    en: "there are more entries than were signed",
    zh: "条目多于已签名的数目",
  },
  missing: {
    en: "entries that were signed are missing",
    zh: "已签名的条目缺失",
  },
  root: {
    en: "the entries are not those that were signed",
    zh: "条目与已签名的内容不符",
  },
  manifest: {
    en: "the pack does not hold what its first page says",
    zh: "证据包内容与首页所述不符",
  },
  subtree: {
    en: "a hash kept for proofs is not that of the entries",
    zh: "用于证明的散列值与条目不符",
  },
  "not-comparable": {
    en: "this pack was not made to be compared with that checkpoint: export it with --since",
    zh: "此证据包无法与该检查点比对：请用 --since 重新导出",
  },
} as const;

export interface Fault {
  reason: keyof typeof faultReasons;
  /** The first entry that does not fit; `null` where no entry is at fault. */
  index: number | null;
  /** Where it can only be told that it is one of several. */
  upTo?: number;
}

/** What is wrong, and with which entry, in a sentence. */
export function faultSentence({ reason, index, upTo }: Fault, language: "zh" | "en" = "en"): string {
  const sentence = faultReasons[reason][language];
  if (index === null) return sentence;
  const one = upTo === undefined || upTo === index;
  if (language === "zh") return `${one ? `第 ${index} 条` : `第 ${index} 至 ${upTo} 条之一`}：${sentence}`;
  return `${one ? `entry ${index}` : `an entry of ${index} to ${upTo}`}: ${sentence}`;
}
