import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { errorCodes } from "../../core/index.ts";
import { pages } from "../../docs/generate/pages.ts";
import { projectFiles, projectFolder } from "./source-tree.ts";

describe("the reference pages say what the code says (npm run docs makes them anew)", () => {
  test.each(Object.keys(pages))("%s", (path) => {
    expect(readFileSync(`${projectFolder}${path}`, "utf8")).toBe(pages[path]!());
  });

  test("every error code has its row, and no row is without its code", () => {
    const page = pages["docs/reference/errors.md"]!();
    const rows = [...page.matchAll(/^\| `([a-z-]+)` \|/gm)].map((match) => match[1]);
    expect(rows).toEqual(Object.keys(errorCodes));
  });

  test("every key of the site file says what it means", () => {
    const silent = pages["docs/reference/site-file.md"]!()
      .split("\n")
      .filter((line) => /^\| `/.test(line) && line.endsWith("|  |"));
    expect(silent).toEqual([]);
  });
});

test("every link inside the manual leads somewhere", () => {
  const files = projectFiles();
  const paths = new Set(files.map(({ path }) => path));
  const anchors = (text: string) =>
    new Set(
      [...text.matchAll(/^#+\s+(.+)$/gm)].map(([, title = ""]) =>
        title
          .toLowerCase()
          .replace(/[^\p{L}\p{N} _-]/gu, "")
          .trim()
          .replaceAll(" ", "-"),
      ),
    );
  const dead = files
    .filter(({ path }) => path.endsWith(".md"))
    .flatMap(({ path, text }) =>
      [...text.matchAll(/\]\(([^)\s]+)\)|<img[^>]* src="([^"]+)"/g)].flatMap((match) => {
        const link = match[1] ?? match[2] ?? "";
        if (/^[a-z]+:/.test(link)) return [];
        const url = new URL(link, `file:///${path}`);
        const target = url.pathname.slice(1);
        const isFolder = [...paths].some((known) => known.startsWith(`${target.replace(/\/$/, "")}/`));
        if (!paths.has(target) && !isFolder) return [`${path}: ${link}`];
        const anchor = decodeURIComponent(url.hash.slice(1));
        const page = files.find((file) => file.path === target);
        return anchor === "" || (page && anchors(page.text).has(anchor)) ? [] : [`${path}: ${link}`];
      }),
    );
  expect(dead).toEqual([]);
});
