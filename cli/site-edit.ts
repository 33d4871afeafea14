import { type Document, isCollection, isMap, isSeq, parseDocument, stringify } from "yaml";

/**
 * Small changes to a site file that leave every other line as somebody wrote it: the parser says where, and only there
 * text is put in. Shapes seldom written by hand are rewritten as a whole instead, comments kept.
 */

/** Appends an entry to a list at the top of the file, on a line of its own. */
export function withListEntry(text: string, key: string, entry: object): string {
  const document = parseDocument(text);
  const line = `- ${inline(entry)}`;
  const list = document.get(key, true);
  if (list === undefined) return `${text.replace(/\n*$/, "\n")}\n${key}:\n  ${line}\n`;
  if (isSeq(list) && list.range && list.items.length === 0) {
    const before = text.slice(0, list.range[0]).trimEnd();
    return splice(text, before.length, list.range[1], `\n  ${line}`);
  }
  const last = isSeq(list) && !list.flow ? list.items.at(-1) : undefined;
  if (isSeq(list) && list.range && isCollection(last) && last.range) {
    const end = lineEnd(text, last.range[1]);
    return splice(text, end, end, `\n${indentAt(text, list.range[0])}${line}`);
  }
  document.addIn([key], document.createNode(entry, { flow: true }));
  return rewritten(document);
}

/** Sets a key within a map at the top of the file; the key must not be there yet. */
export function withNewKey(text: string, parent: string, key: string, value: string): string {
  const document = parseDocument(text);
  const map = document.get(parent, true);
  const pair = `${key}: ${inline(value)}`;
  if (map === undefined) return `${text.replace(/\n*$/, "\n")}\n${parent}:\n  ${pair}\n`;
  if (isMap(map) && map.range && !map.flow && map.items.length > 0) {
    const [start] = map.range;
    return splice(text, start, start, `${pair}\n${indentAt(text, start)}`);
  }
  if (!isMap(map)) document.set(parent, document.createNode({}));
  document.setIn([parent, key], value);
  return rewritten(document);
}

/** Ends the stay of a device and puts another in its place, at doors too; entries are rewritten, comments kept. */
export function withSwappedDevice(
  text: string,
  swap: { old: string; replacement: object & { id: string }; room: string; at: string },
): string {
  const document = parseDocument(text);
  const entries = (key: string) => {
    const list = document.get(key, true);
    return isSeq(list) ? list.items.filter((item) => isMap(item)) : [];
  };
  const old = entries("devices").find((entry) => entry.get("id") === swap.old);
  const stays: unknown = old?.toJSON()?.assignments;
  const earlier = Array.isArray(stays) ? stays.slice(0, -1) : [];
  const last: object = Array.isArray(stays) ? stays.at(-1) : { room: swap.room };
  old?.delete("room");
  old?.set("assignments", document.createNode([...earlier, { ...last, to: swap.at }], { flow: true }));
  for (const door of entries("doors")) {
    for (const role of ["contact", "reader"]) if (door.get(role) === swap.old) door.set(role, swap.replacement.id);
  }
  return withListEntry(rewritten(document), "devices", swap.replacement);
}

const inline = (value: unknown) => stringify(value, { collectionStyle: "flow", lineWidth: 0 }).trimEnd();

function rewritten(document: Document): string {
  return document.toString({ lineWidth: 0 });
}

function splice(text: string, from: number, to: number, inserted: string): string {
  return text.slice(0, from) + inserted + text.slice(to);
}

/** The end of the line on which a value ends: a comment behind it stays its own. */
function lineEnd(text: string, valueEnd: number): number {
  // A block's value ends behind its last line break.
  const from = text[valueEnd - 1] === "\n" ? valueEnd - 1 : valueEnd;
  const at = text.indexOf("\n", from);
  return at === -1 ? text.length : at;
}

function indentAt(text: string, at: number): string {
  return " ".repeat(at - (text.lastIndexOf("\n", at - 1) + 1));
}
