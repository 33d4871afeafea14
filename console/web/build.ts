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
    // What several pages share comes as one file: each further one costs a slow machine more than its bytes.
    rolldownOptions: { output: { codeSplitting: { groups: [{ name: "shared", minShareCount: 2 }] } } },
  },
  oxc: { jsx: { runtime: "automatic", importSource: "preact" } },
};

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
