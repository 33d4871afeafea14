import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

/** A file of the project, by its path from the project's folder. */
export interface ProjectFile {
  path: string;
  text: string;
}

/** A rule of the house: one sentence for each place that breaks it. */
export type Rule = (files: readonly ProjectFile[]) => string[];

export const projectFolder = fileURLToPath(new URL("../../", import.meta.url));
const left = new Set(["node_modules", ".git", "sentry-data", "coverage"]);

/** Every file that belongs to the project; without git (an unpacked archive), every file that is there. */
export function projectFiles(): ProjectFile[] {
  return paths().map((path) => ({ path, text: readFileSync(`${projectFolder}${path}`, "utf8") }));
}

function paths(): string[] {
  try {
    const tracked = execFileSync("git", ["ls-files", "-z"], { cwd: projectFolder, encoding: "utf8", stdio: "pipe" });
    return tracked.split("\0").filter((path) => path !== "" && isThere(path));
  } catch {
    return readdirSync(projectFolder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => `${entry.parentPath}/${entry.name}`.slice(projectFolder.length).replace(/^\//, ""))
      .filter((path) => !path.split("/").some((part) => left.has(part)));
  }
}

const isThere = (path: string) => {
  try {
    readFileSync(`${projectFolder}${path}`);
    return true;
  } catch {
    return false;
  }
};

/** Folders whose code ships; tests, benchmarks and the manual's generator may do what they need. */
export const sourceFolders = [
  "core",
  "contract",
  "climate",
  "site",
  "broker",
  "collector",
  "alerts",
  "notify",
  "access",
  "reports",
  "console",
  "dashboards",
  "firmware-sim",
  "app",
  "cli",
] as const;
export type SourceFolder = (typeof sourceFolders)[number];

export function folderOf(path: string): SourceFolder | undefined {
  return sourceFolders.find((folder) => path.startsWith(`${folder}/`));
}

export const isSource = ({ path }: ProjectFile) => /\.tsx?$/.test(path) && folderOf(path) !== undefined;

/** Line of a place in a text, counted from 1. */
export const lineAt = (text: string, index: number) => text.slice(0, index).split("\n").length;
