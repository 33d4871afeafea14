import { carries, type RenderedMessage } from "./channel.ts";

/** What a call says: twice as slow to take in as to read, so it is the least of all. `null` where nobody is called. */
export function voiceText(message: Pick<RenderedMessage, "brief" | "priority">): string | null {
  const { brief, priority } = message;
  if (!carries("voice-http", { priority, returned: brief.returned })) return null;
  const head = [brief.warning, brief.drill].filter((text) => text !== null);
  if (brief.own.voice !== undefined) return [...head, brief.own.voice].join(brief.language === "en" ? ". " : "。");
  return brief.language === "en"
    ? [
        ...head,
        `${brief.priority} alarm: ${brief.what}, ${brief.where}, ${brief.expected ?? `since ${brief.since}`}`,
        "Please go and see.",
      ].join(". ")
    : [
        ...head,
        `档案库房${brief.priority}报警`,
        `${brief.where}${brief.what}`,
        brief.expected ?? `${brief.since}起`,
        "请立即查看",
      ].join("。");
}
