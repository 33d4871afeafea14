import type { Command } from "commander";
import { type ClientOptions, withClientOptions } from "../client-options.ts";

export function registerConfig(program: Command): void {
  const config = program
    .command("config")
    .description("the site file: check it, its schema, take a changed one")
    .addHelpText("after", "\nExample:\n  npx archive-sentry config check site.yaml");

  config
    .command("check")
    .description("say everything that is wrong with a site file; change nothing")
    .argument("[file]", "the site file", "site.yaml")
    .option("--json", "one JSON object a line")
    .addHelpText("after", "\nExample:\n  npx archive-sentry config check my-archive/site.yaml")
    .action(async (file: string, options: { json?: boolean }) => {
      const { loadSite } = await import("../../site/index.ts");
      const { note, say, sayJson } = await import("../output.ts");
      const { missingFiles } = await import("../site-files.ts");
      const { site, warnings: known } = loadSite(file, { nowMs: Date.now() });
      const warnings = [...known, ...missingFiles(site)];
      const { rooms, devices, doors, people } = site.config;
      const counts = { rooms: rooms.length, devices: devices.length, doors: doors.length, people: people.length };
      for (const warning of warnings) note(`${warning} (warning)`);
      if (options.json) return sayJson([{ ok: true, file, ...counts, warnings }]);
      const words = Object.entries(counts).map(([what, count]) => `${what} ${count}`);
      say(`${file} is good (${words.join(", ")})`);
    });

  config
    .command("schema")
    .description("JSON Schema of the site file, for editors")
    .addHelpText("after", "\nExample:\n  npx archive-sentry config schema > site.schema.json")
    .action(async () => {
      const { siteFileSchema } = await import("../site-files.ts");
      (await import("../output.ts")).say(JSON.stringify(siteFileSchema(), null, 2));
    });

  withClientOptions(config.command("reload").description("have the running instance take its changed site file"))
    .option("--by <staff number>", "who does it; needed with the operator token, which belongs to no person")
    .addHelpText("after", "\nExample:\n  npx archive-sentry config reload --by 10231")
    .action(async (options: ClientOptions & { by?: string }) => {
      const { createClient } = await import("../client.ts");
      const { configReloadResponse } = await import("../../contract/index.ts");
      const { note, say, sayJson } = await import("../output.ts");
      const { by } = options;
      const answer = await createClient(options).post("/api/v1/config/reload", { by }, configReloadResponse);
      for (const warning of answer.warnings) note(`${warning} (warning)`);
      if (options.json) sayJson([answer]);
      else say("the changed site file is in force");
    });
}
