import { bareCode } from "./bare-code.ts";
import { folderOf, isSource, lineAt, type ProjectFile, type Rule, sourceFolders } from "./source-tree.ts";

/** What stands in code where it must not, and what to use in its place. */
interface Ban {
  found: RegExp;
  instead: string;
}

const clockAndEnvironment: readonly Ban[] = [
  { found: /\bDate\.now\b/g, instead: "clock.nowMs() of the Clock that is handed in" },
  { found: /\bnew Date\(\s*\)|\bDate\(\s*\)/g, instead: "new Date(clock.nowMs())" },
  { found: /\bperformance\.now\b|\bprocess\.hrtime\b/g, instead: "clock.monotonicMs()" },
  { found: /(?<![.\w])set(?:Timeout|Interval)\b/g, instead: "clock.after, clock.every or clock.sleep" },
  { found: /\bMath\.random\b/g, instead: "randomFraction of core/, or a generator with a seed" },
  { found: /\bprocess\.env\b/g, instead: "a key of site.yaml, or an option that cli/ passes on" },
];
/** Where real time, timers, chance and the environment are let in. */
const exempt = (path: string) => path === "core/clock.ts" || path === "console/web/clock.ts" || path.startsWith("cli/");

const everywhere: readonly Ban[] = [
  { found: /\bas any\b/g, instead: "a zod schema or a narrower type" },
  { found: /(?<![.\w])(?:const\s+)?enum\s+\w+\s*\{/g, instead: "a union of literals: type stripping keeps no enums" },
  { found: /(?<![.\w])(?:namespace|module)\s+\w+\s*\{/g, instead: "a file: type stripping keeps no namespaces" },
  { found: /\bexport default\b/g, instead: "a named export" },
];
const directives: Ban = { found: /@ts-(?:ignore|nocheck)\b/g, instead: "types that fit" };
const timersModule: Ban = {
  found: /\bset(?:Timeout|Interval)\b[^;]*?from ["']node:timers(?:\/promises)?["']/g,
  instead: "clock.after, clock.every or clock.sleep",
};

function findings(file: ProjectFile, code: string, bans: readonly Ban[]): string[] {
  return bans.flatMap(({ found, instead }) =>
    [...code.matchAll(found)].map(
      (match) => `${file.path}:${lineAt(code, match.index)} has ${match[0].trim()}: use ${instead}`,
    ),
  );
}

export const forbiddenCode: Rule = (files) =>
  files.filter(isSource).flatMap((file) => {
    const bare = bareCode(file.text, { strings: "blank" });
    const time = exempt(file.path)
      ? []
      : [...findings(file, bare, clockAndEnvironment), ...findings(file, file.text, [timersModule])];
    return [...time, ...findings(file, bare, everywhere), ...findings(file, file.text, [directives])];
  });

/** What is left to do belongs in the list of issues, where somebody looks. */
export const noLeftovers: Rule = (files) =>
  files
    .filter(({ path }) => /\.(?:ts|md|yaml|yml|json|csv|service)$/.test(path) && !path.startsWith("tests/tidy/"))
    .flatMap((file) =>
      [...file.text.matchAll(/\b(?:TODO|FIXME|XXX|HACK)\b/g)].map(
        (match) => `${file.path}:${lineAt(file.text, match.index)} has ${match[0]}: do it, or say why it is so`,
      ),
    );

export const longestFile = 300;

/** Files that are allowed to be longer, each with the reason. */
export type LongFiles = Readonly<Record<string, string>>;

export const shortFiles =
  (allowed: LongFiles): Rule =>
  (files) => {
    const long = files.filter(isSource).filter(({ text }) => lineAt(text, text.trimEnd().length) > longestFile);
    return [
      ...long
        .filter(({ path }) => !(path in allowed))
        .map(({ path }) => `${path} is longer than ${longestFile} lines: split it, or argue for it in the tidy test`),
      ...Object.keys(allowed)
        .filter((path) => !long.some((file) => file.path === path))
        .map((path) => `${path} is short enough: take it off the list`),
    ];
  };

const kebab = /^[a-z0-9]+(?:-[a-z0-9]+)*$/;
const vagueFolders = new Set(["utils", "util", "helpers", "helper", "common", "types", "shared", "misc", "lib"]);

export const names: Rule = (files) =>
  files
    .filter(({ path }) => folderOf(path) !== undefined || path.startsWith("tests/"))
    .flatMap(({ path }) => {
      const folders = path.split("/");
      const file = folders.pop()!;
      const said = folders
        .filter((folder) => !kebab.test(folder))
        .map((folder) => `${path}: the folder ${folder} is not in kebab-case`);
      for (const folder of folders.filter((name) => vagueFolders.has(name)))
        said.push(`${path}: a folder called ${folder} says nothing; put the file beside what uses it`);
      const [stem = "", ...endings] = file.split(".");
      if (!kebab.test(stem) || !endings.every((ending) => kebab.test(ending)))
        said.push(`${path} is not in kebab-case`);
      return said;
    });

/** The first thing a reader meets in a folder is the sentence that says what it is for. */
export const folderIndexes: Rule = (files) =>
  sourceFolders
    // cli/ is entered by running main.ts.
    .filter((folder) => folder !== "cli" && files.some(({ path }) => path.startsWith(`${folder}/`)))
    .flatMap((folder) => {
      const index = files.find(({ path }) => path === `${folder}/index.ts`);
      if (!index) return [`${folder}/ has no index.ts`];
      return /^\/\*\*[^/]*[a-z]{3}[^/]*\*\//.test(index.text)
        ? []
        : [`${folder}/index.ts does not begin with a comment that says the folder's job`];
    });

/** `npm ci` takes packages from the registry that this machine is set to, not from the one of whoever locked them. */
export const lockWithoutRegistry: Rule = (files) =>
  files
    .filter(({ path }) => path.endsWith("package-lock.json"))
    .flatMap((file) =>
      [...file.text.matchAll(/"resolved":\s*"(https?:[^"]*)"/g)].map(
        (match) =>
          `${file.path}:${lineAt(file.text, match.index)} names ${match[1]}: npm install --omit-lockfile-registry-resolved`,
      ),
    );

interface Locked {
  dependencies?: Record<string, string>;
  optionalDependencies?: Record<string, string>;
}

/**
 * `npm ci` refuses a lock file that lacks a package, also one for another operating system: such a file is written
 * when a registry does not have the package, and found out by the next person with an empty checkout.
 */
export const wholeLock: Rule = (files) =>
  files
    .filter(({ path }) => path.endsWith("package-lock.json"))
    .flatMap((file) => {
      const lock = JSON.parse(file.text) as { packages?: Record<string, Locked> };
      const packages = lock.packages ?? {};
      return Object.entries(packages).flatMap(([place, { dependencies, optionalDependencies }]) =>
        Object.keys({ ...dependencies, ...optionalDependencies })
          .filter((name) => !foundFrom(place, name, packages))
          .map((name) => `${file.path} has no ${name}, which ${place || "package.json"} needs: npm ci will refuse it`),
      );
    });

/** Node's way of looking: beside the package, then in each folder above. */
function foundFrom(place: string, name: string, packages: Record<string, Locked>): boolean {
  for (let folder = place; ; folder = folder.slice(0, Math.max(0, folder.lastIndexOf("/node_modules/")))) {
    if (`${folder === "" ? "" : `${folder}/`}node_modules/${name}` in packages) return true;
    if (folder === "") return false;
  }
}

const machinePaths = /(?<![\w.~$}/-])\/(?:home|root|work|Users|mnt)\/[\w.-]+|\b[A-Z]:\\Users\\/g;

export const noMachinePaths: Rule = (files) =>
  files
    .filter(({ path }) => !path.startsWith("tests/tidy/") && path !== "package-lock.json")
    .flatMap((file) =>
      [...file.text.matchAll(machinePaths)].map(
        (match) => `${file.path}:${lineAt(file.text, match.index)} names ${match[0]}, a place on somebody's machine`,
      ),
    );
