import type { Brief } from "./brief.ts";

/**
 * Texts that carriers' clouds send: approved once, with variables in them. Chinese alone, as the clouds approve them for
 * numbers in China.
 */
export const templateVariables = ["level", "room", "what", "since", "value", "code"] as const;
export type TemplateVariable = (typeof templateVariables)[number];
export type TemplateKind = "raised" | "gas" | "returned" | "voice" | "voice-gas";

type Piece = string | { variable: TemplateVariable };
const v = (variable: TemplateVariable): Piece => ({ variable });
const alarm: Piece[] = [
  "档案库房",
  v("level"),
  "报警:",
  v("room"),
  ",",
  v("what"),
  ",",
  v("since"),
  "起,",
  v("value"),
  "。收到请回复1 ",
  v("code"),
  "。",
];
const call: Piece[] = ["档案库房", v("level"), "报警,", v("room"), ",", v("what"), ",", v("since"), "起,请立即查看。"];
const templates: Record<TemplateKind, { name: string; pieces: Piece[] }> = {
  raised: { name: "报警通知", pieces: alarm },
  gas: { name: "气体灭火区域报警通知", pieces: ["气体灭火区域,勿单独进入。", ...alarm] },
  returned: {
    name: "恢复通知",
    pieces: ["档案库房", v("room"), ",", v("what"), "已恢复,", v("since"), "发生,编号", v("code"), "。"],
  },
  voice: { name: "报警电话", pieces: call },
  "voice-gas": { name: "气体灭火区域报警电话", pieces: ["气体灭火区域,勿单独进入。", ...call] },
};

export const templateName = (kind: TemplateKind): string => templates[kind].name;

/** The variables of a template, in their order. */
export function variablesOf(kind: TemplateKind): TemplateVariable[] {
  return templates[kind].pieces.flatMap((piece) => (typeof piece === "string" ? [] : [piece.variable]));
}

/** The text to submit for approval: `${room}` for Aliyun, `{2}` for Tencent. */
export function templateText(kind: TemplateKind, style: "named" | "numbered"): string {
  let number = 0;
  return templates[kind].pieces
    .map((piece) => {
      if (typeof piece === "string") return piece;
      number++;
      return style === "named" ? `\${${piece.variable}}` : `{${number}}`;
    })
    .join("");
}

/** What an alarm says through a template, each value within the limit. The room's short name and the code are never cut. */
export function templateValues(
  brief: Brief,
  { code, longest }: { code: string | null; longest: number },
): Record<TemplateVariable, string> {
  const cut = (text: string) => [...text].slice(0, longest).join("");
  const value = brief.value === null ? null : allowed(brief.value);
  const limit = brief.limit === null ? null : allowed(brief.limit);
  const full = value === null ? "无数值" : limit === null ? value : `${value}限${limit}`;
  return {
    level: cut(`${brief.drill ?? ""}${brief.priority}`),
    // Short names fit, or the site file is refused: only a name in the place of one is cut.
    room: cut(allowed(brief.where)),
    // The template of a return has no other place for it.
    what: cut(allowed(`${brief.returned ? (brief.drill ?? "") : ""}${brief.what}`)),
    since: cut(brief.since),
    value: cut([...full].length <= longest ? full : (value ?? full)),
    code: code ?? "0",
  };
}

/** What arrives: a template with its values in place. */
export function filledTemplate(
  kind: TemplateKind,
  brief: Brief,
  how: { code: string | null; longest: number },
): string {
  const values = templateValues(brief, how);
  return templates[kind].pieces.map((piece) => (typeof piece === "string" ? piece : values[piece.variable])).join("");
}

export function templateKindOf(brief: Brief): Exclude<TemplateKind, "voice" | "voice-gas"> {
  if (brief.returned) return "returned";
  return brief.warning === null ? "raised" : "gas";
}

/** A call into a room with gas suppression begins with the warning, in a template of its own. */
export function templateFor(brief: Brief, config: { template: string; gas_template?: string | undefined }): string {
  return brief.warning === null ? config.template : (config.gas_template ?? config.template);
}

const worded: readonly [RegExp, string][] = [
  [/ ?°C/g, "度"],
  [/m²/g, "平方米"],
  [/m³/g, "立方米"],
  [/µg|μg/g, "微克"],
  [/ ?%RH/g, "%"],
  [/ ?%\/m/g, "%每米"],
  [/[•·]/g, " "],
  [/→/g, "到"],
  [/[–—−]/g, "-"],
];

/** Without what filters refuse in a variable: links, mobile numbers, brackets that mark a signature, rare signs. */
export function allowed(text: string): string {
  return worded
    .reduce((changed, [sign, word]) => changed.replace(sign, word), text.normalize("NFC"))
    .replace(/https?:\/\/\S+|www\.\S+/gi, "")
    .replace(/(?<!\d)1[3-9]\d{9}(?!\d)/g, "")
    .replace(/[^\p{Script=Han}A-Za-z0-9 .,:%()/+\-,。:、()]/gu, "")
    .trim();
}
