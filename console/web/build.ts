import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { fileURLToPath } from "node:url";
import { brotliCompressSync, gzipSync } from "node:zlib";
import type { InlineConfig } from "vite";

/** Builds the web page into `dist/`; `npm ci` runs it by itself. */

const root = dirname(fileURLToPath(import.meta.url));
const config: InlineConfig = {
  root,
  configFile: false,
  logLevel: "warn",
  build: {
    outDir: "dist",
    emptyOutDir: true,
    target: "es2022",
    // Everything comes as a file of our own origin: the page's policy allows nothing inline.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    // What several pages share comes as few files, for each costs a slow machine more than its bytes: one that the first
    // page needs, and one for those that are opened later.
    rolldownOptions: {
      output: {
        codeSplitting: {
          groups: [
            {
              debugName: "shared",
              name: (id, build) => (isOfFirstPage(id, (one) => build.getModuleInfo(one)) ? "shared" : null),
              minShareCount: 2,
              priority: 1,
            },
            { name: "later", minShareCount: 2 },
          ],
        },
      },
    },
  },
  oxc: { jsx: { runtime: "automatic", importSource: "preact" } },
};

type ModuleInfo = { isEntry: boolean; importers: readonly string[] };

/** Whether the first page's script imports it, itself or by others, and not only when a page is opened. */
function isOfFirstPage(id: string, infoOf: (id: string) => ModuleInfo | null, seen = new Set<string>()): boolean {
  if (seen.has(id)) return false;
  seen.add(id);
  const info = infoOf(id);
  return info !== null && (info.isEntry || info.importers.some((importer) => isOfFirstPage(importer, infoOf, seen)));
}

/** Beside each file the same in brotli and gzip, so that nothing is compressed while somebody waits. */
function compress(folder: string): void {
  const files = readdirSync(folder, { recursive: true, encoding: "utf8" }).filter((name) =>
    /\.(js|css|html|svg)$/.test(name),
  );
  for (const file of files) {
    const content = readFileSync(`${folder}/${file}`);
    writeFileSync(`${folder}/${file}.br`, brotliCompressSync(content));
    writeFileSync(`${folder}/${file}.gz`, gzipSync(content, { level: 9 }));
  }
}

try {
  const { build } = await import("vite");
  await build(config);
  compress(`${root}/dist`);
} catch (error) {
  if (!(error instanceof Error && "code" in error && error.code === "ERR_MODULE_NOT_FOUND")) throw error;
  // `npm ci --omit=dev`: whoever leaves out what builds the page brings a built one.
  if (!existsSync(`${root}/dist/index.html`)) console.warn("The web page is not built: Vite is not installed.");
}
