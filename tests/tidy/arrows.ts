import { posix } from "node:path";
import { bareCode } from "./bare-code.ts";
import { folderOf, isSource, lineAt, type ProjectFile, type Rule, type SourceFolder } from "./source-tree.ts";

/** core ← contract, climate ← site ← the parts ← app ← cli. A folder may import from every level below its own. */
const levels: readonly (readonly SourceFolder[])[] = [
  ["core"],
  ["contract", "climate"],
  ["site"],
  ["broker", "collector", "alerts", "notify", "access", "reports", "console", "dashboards", "firmware-sim"],
  ["app"],
  ["cli"],
];
const levelOf = (folder: SourceFolder) => levels.findIndex((level) => level.includes(folder));

interface Import {
  from: string;
  line: number;
  names: string;
  specifier: string;
}

/** Imports and re-exports, of values and of types, static and dynamic, and threads started from a file. */
export function importsOf(file: ProjectFile): Import[] {
  // Found where strings are blank, so that an import quoted in a string is none; what it names is read from the text.
  const code = bareCode(file.text, { strings: "blank" });
  const statements =
    /\b(?:import|export)\b([^"'`;]*?)\bfrom\s*["']|\bimport\s*["']|\bimport\s*\(\s*["']|\bnew URL\(\s*["']/g;
  return [...code.matchAll(statements)].flatMap((match) => {
    const begins = match.index + match[0].length;
    const specifier = /^[^"']*/.exec(file.text.slice(begins))?.[0] ?? "";
    if (match[0].startsWith("new URL") && !/^\..*\.ts$/.test(specifier)) return [];
    return [{ from: file.path, line: lineAt(code, match.index), names: match[1] ?? "", specifier }];
  });
}

const place = ({ from, line }: Import) => `${from}:${line}`;

const shippedToBrowsers = new Set(["contract/access-words.ts", "core/csv.ts", "site/preset-words.ts"]);

export const importArrows: Rule = (files) =>
  files.filter(isSource).flatMap((file) => {
    const own = folderOf(file.path)!;
    return importsOf(file)
      .filter(({ specifier }) => specifier.startsWith("."))
      .flatMap((found) => {
        const target = posix.join(posix.dirname(file.path), found.specifier);
        const folder = folderOf(target);
        if (folder === own || target === "package.json") return [];
        if (folder === undefined) return [`${place(found)} imports ${target}, which is not part of the program`];
        if (levelOf(folder) === levelOf(own))
          return [
            `${place(found)} imports its sibling ${folder}/: declare the function that is needed, app/ hands it in`,
          ];
        if (levelOf(folder) > levelOf(own))
          return [`${place(found)} imports ${folder}/, which stands above ${own}/: turn the arrow round`];
        // The page takes these alone, so that the rest of their folders is not shipped to browsers.
        if (file.path.startsWith("console/web/") && shippedToBrowsers.has(target)) return [];
        if (target !== `${folder}/index.ts`)
          return [`${place(found)} imports ${target}: outsiders import ${folder}/index.ts`];
        return [];
      });
  });

/** What these folders compute depends on their arguments alone. */
const pure = ["alerts/engine/", "climate/"];
const impureNames =
  /\b(?:Logger|jsonLogger|silentLogger|Clock|systemClock|manualClock|openDatabase|Database|transaction|randomId|randomSecret|randomFraction)\b/;

export const pureFolders: Rule = (files) =>
  files
    .filter(({ path }) => path.endsWith(".ts") && pure.some((folder) => path.startsWith(folder)))
    .flatMap((file) => {
      const code = bareCode(file.text, { strings: "blank" });
      const waits = [...code.matchAll(/(?<![#.\w])(?:await|async)\b(?!\s*\()|\bnew Date\b|\bDate\.\w+/g)].map(
        (match) => `${file.path}:${lineAt(code, match.index)} has ${match[0]}: time comes in as an argument`,
      );
      const imported = importsOf(file).flatMap((found) => {
        if (found.specifier.startsWith("node:"))
          return [`${place(found)} imports ${found.specifier}: this folder does no input or output`];
        const name = /core\/\w+\.ts$/.test(found.specifier) ? impureNames.exec(found.names)?.[0] : undefined;
        return name === undefined ? [] : [`${place(found)} imports ${name}: hand in what it computes`];
      });
      return [...waits, ...imported];
    });

/** A package that is there only because another one needs it may be gone tomorrow. */
export const declaredPackages: Rule = (files) => {
  const manifest: unknown = JSON.parse(files.find(({ path }) => path === "package.json")?.text ?? "{}");
  const { dependencies = {}, devDependencies = {} } = manifest as Record<string, Record<string, string>>;
  return files
    .filter(({ path }) => /\.tsx?$/.test(path))
    .flatMap((file) =>
      importsOf(file).flatMap((found) => {
        if (/^(?:\.|node:)/.test(found.specifier)) return [];
        const name = found.specifier.split("/", found.specifier.startsWith("@") ? 2 : 1).join("/");
        // The page is built when it is installed, and brings what it needs with it.
        const isBuilt = file.path.startsWith("console/web/");
        const declared = name in dependencies || ((isBuilt || !isSource(file)) && name in devDependencies);
        return declared ? [] : [`${place(found)} imports ${name}: declare it in package.json`];
      }),
    );
};
