import type { Language } from "../contract/index.ts";
import type { RenderedMessage } from "./channel.ts";

/**
 * What a group chat reads. Many see it who are not told personally: no evidence, no names, no telephone numbers.
 * `alike` are further alarms of the same room and condition.
 */
export function chatText(message: RenderedMessage, alike = 0): string {
  const { content, code, language } = message;
  const more = alike === 0 ? [] : [language === "en" ? `and ${alike} more like it` : `另有 ${alike} 条同类报警`];
  const { own } = message.brief;
  if (own.chat !== undefined) return [...content.banners.map((banner) => banner.text), own.chat, ...more].join("\n");
  return [
    ...content.banners.map((banner) => banner.text),
    `[${content.tag}] ${content.title} · ${message.brief.where}${code === null ? "" : ` #${code}`}`,
    content.sentence,
    ...more,
    ...(content.advice === null ? [] : [`${content.advice.label}:${content.advice.text}`]),
    ...(message.url === null ? [] : [message.url]),
  ].join("\n");
}

/** Many at once as one message: a line for each room and condition, the most urgent first. */
export function chatSummary(units: readonly (readonly RenderedMessage[])[], language: Language): string {
  const urgency = ["critical", "high", "medium", "low"];
  const lines = units
    .map((messages) => messages.at(-1)!)
    .map((message, at) => ({ message, count: units[at]!.length }))
    .toSorted((a, b) => urgency.indexOf(a.message.priority) - urgency.indexOf(b.message.priority));
  const all = lines.flatMap(({ message }) => message.content.banners);
  // Of some exercises among alarms each line says so itself.
  const isDrill = lines.every(({ message }) => message.notice.drill);
  // What may kill first, whichever of the alarms it belongs to.
  const banners = new Set(
    ["danger", "real", ...(isDrill ? ["drill"] : [])].flatMap((kind) =>
      all.filter((each) => each.kind === kind).map(({ text }) => text),
    ),
  );
  const count = units.reduce((sum, messages) => sum + messages.length, 0);
  return [
    ...banners,
    language === "en" ? `${count} alarms in one message` : `${count} 条报警汇总`,
    ...lines.map(({ message, count: alike }) => {
      const { content, brief, code } = message;
      const often = alike === 1 ? "" : ` ×${alike}`;
      const mark = message.notice.drill && !isDrill ? `${brief.drill} ` : "";
      return `${mark}[${content.tag}] ${content.title} · ${brief.where}${code === null ? "" : ` #${code}`}${often}`;
    }),
  ].join("\n");
}

/** Cuts at a line or character, never inside one, to what a platform takes in bytes. */
export function withinBytes(text: string, most: number): string {
  if (Buffer.byteLength(text) <= most) return text;
  let kept = "";
  let bytes = Buffer.byteLength("…");
  for (const character of text) {
    bytes += Buffer.byteLength(character);
    if (bytes > most) break;
    kept += character;
  }
  return `${kept}…`;
}
