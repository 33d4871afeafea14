import type { ChartBlock } from "../chart/block.ts";
import type { MessageContent } from "./content.ts";

export function layOutText(content: MessageContent, chart: ChartBlock | null = null): string {
  const blocks: string[][] = [
    content.banners.map((banner) => banner.text),
    [`[${content.tag}] ${content.title}${content.code === null ? "" : ` #${content.code}`}`, content.sentence],
    content.advice ? [`${content.advice.label}:`, content.advice.text] : [],
    content.facts.map((fact) => `${fact.label}: ${fact.value}`),
    chart ? [`${chart.title}: ${chart.summary}`] : [],
    content.evidence ? [`${content.evidence.label}:`, ...content.evidence.items.map((item) => `- ${item}`)] : [],
    content.acknowledge
      ? [`${content.acknowledge.label}:`, `  ${content.acknowledge.command}`].concat(
          content.acknowledge.bySms ? [content.acknowledge.bySms] : [],
          content.acknowledge.link ? [`${content.acknowledge.link.text}: ${content.acknowledge.link.url}`] : [],
        )
      : [],
    content.notes,
    ["-- ", content.footer],
  ];
  return `${blocks
    .filter((block) => block.length > 0)
    .map((block) => block.join("\n"))
    .join("\n\n")}\n`;
}
