import { existsSync, readdirSync } from "node:fs";
import { join, resolve } from "node:path";
import { type Language, languages } from "../contract/index.ts";
import { messageOf } from "../core/index.ts";
import type { ConfigFault } from "./faults.ts";
import { readConfigFile } from "./files.ts";

/**
 * A site's own wording of messages: `templates/<language>/<name>.txt` beside the site file. The program's own words stand
 * where there is no file. First words (gas, an exercise, a test) are put before it by the program and cannot be lost.
 *
 *   {placeholder}   what the alarm says there
 *   [[ … ]]         left out when a placeholder in it has nothing to say
 */

/** What a file may put into its message. Names of people are in none but the mail's: an SMS is read by anybody. */
const common = [
  "priority",
  "change",
  "condition",
  "room",
  "room_short",
  "building",
  "floor",
  "site",
  "since",
  "expected",
  "value",
  "limit",
  "code",
] as const;
const full = [
  ...common,
  "holdings",
  "device",
  "sentence",
  "advice",
  "movement",
  "key_holder",
  "fire_control_room",
  "url",
] as const;

/** The files there may be, what each may say, and what it must. */
export const templateFiles = {
  sms: { placeholders: common, needed: [["room_short", "room"], ["condition"]] },
  "sms-returned": { placeholders: common, needed: [["room_short", "room"], ["condition"]] },
  voice: { placeholders: common, needed: [["room_short", "room"], ["condition"]] },
  chat: {
    placeholders: [...common, "sentence", "advice", "movement", "url"],
    needed: [["room_short", "room", "sentence"]],
  },
  "mail-subject": { placeholders: common, needed: [["room_short", "room"], ["condition"]] },
  "mail-sentence": { placeholders: full, needed: [] },
  "mail-note": { placeholders: full, needed: [] },
} as const;
export type TemplateFile = keyof typeof templateFiles;
export const placeholders = full;
export type Placeholder = (typeof placeholders)[number];
export type Filling = Partial<Record<Placeholder, string | null>>;

type Piece = { kind: "text"; text: string } | { kind: "value"; name: Placeholder } | { kind: "group"; pieces: Piece[] };
export type Template = readonly Piece[];
export type Templates = Readonly<Record<Language, Partial<Record<TemplateFile, Template>>>>;

export const noTemplates: Templates = { "zh-CN": {}, en: {} };

const isFile = (name: string): name is TemplateFile => Object.hasOwn(templateFiles, name);
const isPlaceholder = (name: string): name is Placeholder => placeholders.some((each) => each === name);
const isLanguage = (name: string): name is Language => languages.some((each) => each === name);

/** Reads a folder of templates; everything wrong with it is said at once, with file and line. */
export function readTemplates(folder: string, directory: string): { templates: Templates; faults: ConfigFault[] } {
  const root = resolve(directory, folder);
  const templates: Record<Language, Partial<Record<TemplateFile, Template>>> = { "zh-CN": {}, en: {} };
  const faults: ConfigFault[] = [];
  const fault = (path: string, message: string) => faults.push({ path, message });
  if (!existsSync(root)) fault("telling.templates", `a folder, found none at ${root}`);
  for (const language of existsSync(root) ? listed(root, fault) : []) {
    if (!isLanguage(language)) {
      fault(join(root, language), `a folder named ${languages.join(" or ")}`);
      continue;
    }
    for (const file of listed(join(root, language), fault)) {
      const path = join(root, language, file);
      const name = file.replace(/\.txt$/, "");
      if (!file.endsWith(".txt") || !isFile(name)) {
        fault(
          path,
          `one of ${Object.keys(templateFiles)
            .map((each) => `${each}.txt`)
            .join(", ")}`,
        );
        continue;
      }
      try {
        templates[language][name] = parse(readConfigFile(path).trim(), name, (message) => fault(path, message));
      } catch (error) {
        fault(path, `a readable file, found ${messageOf(error)}`);
      }
    }
  }
  return { templates, faults };
}

function listed(folder: string, fault: (path: string, message: string) => void): string[] {
  try {
    return readdirSync(folder)
      .filter((name) => !name.startsWith(".") && !name.endsWith("~"))
      .toSorted();
  } catch (error) {
    fault(folder, `a readable folder, found ${messageOf(error)}`);
    return [];
  }
}

function parse(text: string, file: TemplateFile, fault: (message: string) => void): Template {
  const { placeholders: known, needed }: { placeholders: readonly string[]; needed: readonly (readonly string[])[] } =
    templateFiles[file];
  const found = new Set<string>();
  const piecesOf = (part: string, firstLine: number): Piece[] => {
    const pieces: Piece[] = [];
    let line = firstLine;
    for (const token of part.split(/(\{[^{}\n]*\})/)) {
      if (/^\{.*\}$/.test(token)) {
        const name = token.slice(1, -1);
        found.add(name);
        if (known.includes(name) && isPlaceholder(name)) pieces.push({ kind: "value", name });
        else fault(`one of ${known.map((each) => `{${each}}`).join(" ")}, found ${token} (line ${line})`);
      } else if (token !== "") {
        if (/[{}]/.test(token)) fault(`{ and } in pairs around a name, found one alone (line ${line})`);
        pieces.push({ kind: "text", text: token });
      }
      line += token.split("\n").length - 1;
    }
    return pieces;
  };
  const template: Piece[] = [];
  let line = 1;
  for (const part of text.split(/(\[\[[\s\S]*?\]\])/)) {
    const isGroup = part.startsWith("[[") && part.endsWith("]]");
    if (isGroup) template.push({ kind: "group", pieces: piecesOf(part.slice(2, -2), line) });
    else {
      if (part.includes("[[") || part.includes("]]")) fault(`[[ and ]] in pairs, found one alone (line ${line})`);
      template.push(...piecesOf(part, line));
    }
    line += part.split("\n").length - 1;
  }
  if (text === "") fault("some words, found an empty file");
  for (const either of needed) {
    if (text !== "" && !either.some((name) => found.has(name))) {
      fault(
        `${either.map((name) => `{${name}}`).join(" or ")} in it, found neither`.replace(
          "neither",
          either.length > 1 ? "none of them" : "none",
        ),
      );
    }
  }
  return template;
}

/** The words of a template for one alarm. */
export function fillTemplate(template: Template, filling: Filling): string {
  const say = (pieces: readonly Piece[]): string =>
    pieces
      .map((piece) => {
        if (piece.kind === "text") return piece.text;
        if (piece.kind === "value") return filling[piece.name] ?? "";
        const isEmpty = piece.pieces.some((each) => each.kind === "value" && (filling[each.name] ?? "") === "");
        return isEmpty ? "" : say(piece.pieces);
      })
      .join("");
  return say(template).trim();
}
