import { type TemplateKind, type TemplateVariable, templateName, templateText, variablesOf } from "../notify/index.ts";
import { say, sayJson } from "./output.ts";

/** What is submitted for approval. It is in Chinese whatever the terminal speaks: so are the forms it goes into. */

export const templateClouds = ["aliyun", "tencent"] as const;
type Cloud = (typeof templateClouds)[number];

const kinds: readonly TemplateKind[] = ["raised", "gas", "returned", "voice", "voice-gas"];
const cloudNames: Record<Cloud, string> = { aliyun: "阿里云", tencent: "腾讯云" };
const meanings: Record<TemplateVariable, { meaning: string; example: string }> = {
  level: { meaning: "级别(演练时前加“演练”)", example: "紧急" },
  room: { meaning: "库房简称", example: "住院101" },
  what: { meaning: "报警内容", example: "烟雾报警(疑似火情)" },
  since: { meaning: "开始时间", example: "02:10" },
  value: { meaning: "数值与限值", example: "3.4%每米限2%每米" },
  code: { meaning: "报警编号,四位数字", example: "4711" },
};

export function sayTemplates(clouds: readonly Cloud[], { json }: { json: boolean }): void {
  const rows = clouds.flatMap((cloud) => kinds.map((kind) => ({ cloud, ...templateOf(kind, cloud) })));
  if (json) {
    sayJson(rows);
    return;
  }
  for (const cloud of clouds) {
    say(`${cloudNames[cloud]}(通知类)`);
    for (const row of rows.filter((each) => each.cloud === cloud)) {
      say("");
      say(`  ${row.key}  ${row.name}`);
      say(`    模板 ${row.text}`);
      say(`    示例 ${row.example}`);
      say(`    变量 ${row.variables.map(({ name, meaning }) => `${name} ${meaning}`).join(";")}`);
    }
    say("");
  }
}

function templateOf(kind: TemplateKind, cloud: Cloud) {
  const style = cloud === "aliyun" ? "named" : "numbered";
  const variables = variablesOf(kind);
  const marked = variables.map((name, at) => ({ mark: style === "named" ? `\${${name}}` : `{${at + 1}}`, name }));
  const text = templateText(kind, style);
  return {
    /** Where its number goes in the site file. */
    key:
      kind === "voice"
        ? `voice-${cloud}.template`
        : kind === "voice-gas"
          ? `voice-${cloud}.gas_template`
          : `sms-${cloud}.templates.${kind}`,
    name: templateName(kind),
    text,
    example: marked.reduce((filled, { mark, name }) => filled.replace(mark, meanings[name].example), text),
    variables: marked.map(({ mark, name }) => ({ name: mark, meaning: meanings[name].meaning })),
  };
}
