import { type Document, isCollection, isMap, isPair, isScalar, isSeq, type Node, parseDocument, stringify } from "yaml";
import { SentryError } from "../core/index.ts";

/**
 * One change of the site file. In `path`, a list's member stands under its `id` (`["people", "10231", "phone"]`).
 * `value: null` takes the key, or the member, away; what is not there yet is added.
 */
export interface SiteEdit {
  path: readonly string[];
  value: unknown;
}

/**
 * The text of the site file with these changes. The parser says where, and only there text is put in: every other line
 * stays as somebody wrote it. Shapes seldom written by hand are rewritten as a whole instead, comments kept.
 * @throws SentryError `config-invalid` where the file is no YAML or has no such place
 */
export function editSite(text: string, edits: readonly SiteEdit[]): string {
  return edits.reduce((now, edit) => {
    const rewritten = parsed(now);
    apply(rewritten, edit);
    const spliced = edited(now, parsed(now), edit);
    const isSame = spliced !== null && JSON.stringify(parseDocument(spliced)) === JSON.stringify(rewritten);
    return isSame ? spliced : rewritten.toString({ lineWidth: 0 });
  }, text);
}

function parsed(text: string): Document {
  const document = parseDocument(text);
  if (document.errors.length > 0) throw new SentryError("config-invalid", "the site file is not readable YAML");
  return document;
}

/** What the change means, whatever the text then looks like. */
function apply(document: Document, { path, value }: SiteEdit): void {
  const place = placeOf(document, path);
  if (place !== null) {
    if (value === null) document.deleteIn(place);
    else document.setIn(place, document.createNode(value));
    return;
  }
  if (value === null) return;
  const key = path.at(-1);
  const above = placeOf(document, path.slice(0, -1));
  if (key === undefined || above === null) {
    throw new SentryError("config-invalid", `${path.join(".")}: there is no such place in the site file`);
  }
  const parent = above.length === 0 ? document.contents : nodeAt(document, above);
  if (isSeq(parent)) parent.add(document.createNode(value));
  else document.setIn([...above, key], document.createNode(value));
}

/** What stands there now, as plain values; `undefined` where there is nothing. */
export function siteValue(text: string, path: readonly string[]): unknown {
  const document = parseDocument(text);
  const place = placeOf(document, path);
  if (place === null) return undefined;
  const found = document.getIn(place);
  return isCollection(found) ? found.toJS(document) : found;
}

/** The same where the parser says that text can be put in or taken out; null where it cannot. */
function edited(text: string, document: Document, { path, value }: SiteEdit): string | null {
  const place = placeOf(document, path);
  if (place === null) return value === null ? text : added(text, document, path, value);
  if (value === null) return without(text, document, place);
  const node = nodeAt(document, place);
  return node?.range ? splice(text, node.range[0], contentEnd(text, node.range[1]), inline(value)) : null;
}

function added(text: string, document: Document, path: readonly string[], value: unknown): string | null {
  const place = placeOf(document, path.slice(0, -1)) ?? [];
  const parent = place.length === 0 ? document.contents : nodeAt(document, place);
  const isList = isSeq(parent);
  const item = isList ? inline(value) : `${inline(path.at(-1))}: ${inline(value)}`;
  const end = isCollection(parent) ? lastEnd(parent.items.at(-1)) : null;
  if (!isCollection(parent) || !parent.range || end === null) return null;
  if (parent.flow) return splice(text, end, end, `, ${item}`);
  const at = lineEnd(text, end);
  return splice(text, at, at, `\n${indentAt(text, parent.range[0])}${isList ? "- " : ""}${item}`);
}

/** Takes whole lines of a block away. */
function without(text: string, document: Document, place: Place): string | null {
  const parent = place.length === 1 ? document.contents : nodeAt(document, place.slice(0, -1));
  const last = place.at(-1);
  if (!isCollection(parent) || parent.flow || last === undefined) return null;
  const item = isSeq(parent) ? parent.items[Number(last)] : pairOf(parent, last);
  const [start, end] = [startOf(item), lastEnd(item)];
  if (start === null || end === null) return null;
  const lineStart = text.lastIndexOf("\n", start - 1) + 1;
  return splice(text, lineStart, Math.min(text.length, lineEnd(text, end) + 1), "");
}

type Place = readonly (string | number)[];

/** The way to it by keys and numbers; null where it is not there. */
function placeOf(document: Document, path: readonly string[]): Place | null {
  const place: (string | number)[] = [];
  let node: unknown = document.contents;
  for (const segment of path) {
    if (isMap(node) && node.has(segment)) place.push(segment);
    else if (isSeq(node)) {
      const at = node.items.findIndex((item) => isMap(item) && String(item.get("id")) === segment);
      if (at < 0) return null;
      place.push(at);
    } else return null;
    node = isMap(node) ? node.get(segment, true) : isSeq(node) ? node.get(Number(place.at(-1)), true) : undefined;
  }
  return place;
}

function nodeAt(document: Document, place: Place): Node | undefined {
  const node: unknown = document.getIn(place, true);
  return isCollection(node) || isScalar(node) ? node : undefined;
}

function pairOf(map: unknown, key: string | number): unknown {
  return isMap(map) ? map.items.find((pair) => isScalar(pair.key) && pair.key.value === key) : undefined;
}

const rangeOf = (node: unknown) => (isCollection(node) || isScalar(node) ? (node.range ?? null) : null);
const startOf = (item: unknown): number | null => rangeOf(isPair(item) ? item.key : item)?.[0] ?? null;
const lastEnd = (item: unknown): number | null => rangeOf(isPair(item) ? (item.value ?? item.key) : item)?.[1] ?? null;

const inline = (value: unknown) =>
  stringify(value, { collectionStyle: "flow", lineWidth: 0, blockQuote: false }).trimEnd();

function splice(text: string, from: number, to: number, inserted: string): string {
  return text.slice(0, from) + inserted + text.slice(to);
}

/** A block's value ends behind its last line break. */
const contentEnd = (text: string, valueEnd: number) => (text[valueEnd - 1] === "\n" ? valueEnd - 1 : valueEnd);

/** The end of the line on which a value ends: a comment behind it stays its own. */
function lineEnd(text: string, valueEnd: number): number {
  const at = text.indexOf("\n", contentEnd(text, valueEnd));
  return at === -1 ? text.length : at;
}

function indentAt(text: string, at: number): string {
  return " ".repeat(at - (text.lastIndexOf("\n", at - 1) + 1));
}
