import type { GapCause } from "./reading-gaps.ts";

/** What a pack's papers say, in both languages. */

export type PackLanguage = "zh" | "en";

const en = {
  title: "Audit of archive rooms",
  scope: "Scope",
  everything: "everything",
  room: "Room",
  person: "Person",
  record: "Record",
  period: "Period",
  until: "to",
  made: "Made",
  madeBy: "Made by",
  proofHeading: "What this rests on",
  origin: "Ledger",
  entries: "Entries",
  counted: (size: number, shown: number, hidden: number, gone: number) =>
    `${size} in the ledger; ${shown} shown here, ${hidden} of this period hidden because they are about others, ${gone} gone after their time`,
  root: "Root of the tree",
  key: "Verifier key",
  keyNote:
    "Compare it with the one that you were given. how-to-verify.txt says how to check everything in this folder.",
  readingsHeading: "Readings: expected and received",
  readingsNone: "No device that measures belongs to this scope.",
  readingsLeftOut: "Readings are not compared in a pack about a person or a record.",
  noSite: "No site file was given, so readings are not compared: --config names it.",
  device: "Device",
  expected: "Expected",
  received: "Received",
  share: "%",
  gaps: "Gaps",
  missing: "Without readings",
  total: "All",
  gapsHeading: "Gaps and their causes",
  gapsNone: "There are no gaps.",
  from: "From",
  to: "To",
  length: "Length",
  cause: "Cause",
  entriesHeading: "What happened",
  entriesNone: "Nothing was recorded.",
  at: "At",
  kind: "Kind",
  who: "Who",
  what: "What",
  entry: "Entry",
  recordedAt: "Recorded at",
  cut: (printed: number, all: number, file: string) =>
    `Printed here: ${printed} of ${all} lines. The other ${all - printed} are in ${file}, which has all.`,
  fontMissing:
    "no font with Chinese characters was found: the pack has report.html in place of report.pdf (install fonts-noto-cjk, or set report.font)",
  fontGone: (path: string) => `report.font: there is no ${path}`,
};

const zh: typeof en = {
  title: "档案库房审计材料",
  scope: "范围",
  everything: "全部",
  room: "库房",
  person: "人员",
  record: "档案",
  period: "时间段",
  until: "至",
  made: "生成时间",
  madeBy: "导出人",
  proofHeading: "证明依据",
  origin: "账本",
  entries: "条目",
  counted: (size, shown, hidden, gone) =>
    `账本共 ${size} 条；本材料列出 ${shown} 条，因涉及他人隐去 ${hidden} 条，到期清除 ${gone} 条`,
  root: "树根",
  key: "验证公钥",
  keyNote: "请与您事先取得的公钥核对。how-to-verify.txt 说明如何校验本文件夹的全部内容。",
  readingsHeading: "监测数据：应收与实收",
  readingsNone: "范围内没有测量设备。",
  readingsLeftOut: "针对人员或档案的材料不作数据完整性比对。",
  noSite: "未指定站点文件，不作数据完整性比对：请用 --config 指定。",
  device: "设备",
  expected: "应收",
  received: "实收",
  share: "%",
  gaps: "缺失段",
  missing: "缺失时长",
  total: "合计",
  gapsHeading: "缺失时段及原因",
  gapsNone: "没有缺失。",
  from: "起",
  to: "止",
  length: "时长",
  cause: "原因",
  entriesHeading: "经过",
  entriesNone: "没有记录。",
  at: "时间",
  kind: "类别",
  who: "人员",
  what: "事项",
  entry: "条目",
  recordedAt: "记录时间",
  cut: (printed, all, file) =>
    `共 ${all} 条，此处印出前 ${printed} 条，其余 ${all - printed} 条见 ${file}（该文件含全部）。`,
  fontMissing: "没有找到中文字体：以 report.html 代替 report.pdf（请安装 fonts-noto-cjk，或设置 report.font）",
  fontGone: (path) => `report.font：没有文件 ${path}`,
};

export type PackWords = typeof en;
export const packWords: Record<PackLanguage, PackWords> = { zh, en };

export function causeText(cause: GapCause, language: PackLanguage, title: (condition: string) => string): string {
  const chinese = language === "zh";
  switch (cause.kind) {
    case "not-yet-installed":
      return chinese ? "设备尚未投用" : "not yet in service";
    case "maintenance":
      return chinese ? `维护：${cause.reason}` : `maintenance: ${cause.reason}`;
    case "all-silent":
      return chinese
        ? "所有设备同时无数据：本系统或网络停顿"
        : "no device was heard: this system or the network stood still";
    case "alarm":
      return chinese
        ? `${title(cause.condition)}（报警 ${cause.alarm}）`
        : `${title(cause.condition)} (alarm ${cause.alarm})`;
    case "unknown":
      return chinese ? "原因不明" : "not known";
  }
}

export const howTo = `HOW TO CHECK THIS PACK / 如何校验本材料

1. Unpack it if it came as a ZIP. You need Python 3 and nothing else; no network.
   如为 ZIP，请先解压。只需 Python 3，无需联网。

2. python3 verify.py . --key YOUR-KEY.txt --since YOUR-CHECKPOINT.txt

   YOUR-KEY.txt is the verifier key that the hospital gave you on paper or by mail. Without --key the one in this folder
   is used: then the pack only proves that it agrees with itself.
   YOUR-KEY.txt 为医院事先以书面或邮件交给您的公钥；不带 --key 时用本文件夹中的公钥，只能证明材料自身一致。
   YOUR-CHECKPOINT.txt is any checkpoint that you kept: the daily mail has one. It proves that nothing before it was
   altered since.
   YOUR-CHECKPOINT.txt 为您留存的任一检查点（每日邮件中有）；可证明此前的条目未被改动。

3. "sound" means: every line of entries.jsonl is what was recorded, in its place, none taken out and none put in.
   Otherwise the first entry that does not fit is named.
   显示 sound 即：entries.jsonl 的每一行均为当时所记，位置不变，不缺不增；否则指出第一条不符的条目。

4. catalogue.csv lists the other files with their SHA-256 (sha256sum compares). report and history.csv are for reading:
   what counts is entries.jsonl, which says the same.
   catalogue.csv 列出各文件及其 SHA-256。report 与 history.csv 供阅读，以 entries.jsonl 为准。
`;
