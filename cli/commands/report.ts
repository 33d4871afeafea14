import type { Command } from "commander";
import { type ClientOptions, withClientOptions } from "../client-options.ts";

interface ReportOptions extends ClientOptions {
  period?: string;
  out?: string;
  mail?: boolean;
  by?: string;
  language?: string;
}

export function registerReport(program: Command): void {
  withClientOptions(
    program
      .command("report")
      .description("a day, a week or a month: alarms, excursions, performance, remedial items, exercises, gaps in data")
      .argument("<kind>", "daily, weekly or monthly"),
  )
    .option("--period <period>", "2026-11-22, 2026-W47 or 2026-11; the last one that is over unless given")
    .option("--language <language>", "zh-CN or en; the terminal's unless given")
    .option("--out <dir>", "write it there: HTML and text in both languages, and JSON")
    .option("--mail", "mail it to its readers of the site file once more")
    .option("--by <staff number>", "who has it mailed; needed with the operator token")
    .addHelpText(
      "after",
      "\nExample:\n  npx archive-sentry report weekly --period 2026-W47 --out reports\n  npx archive-sentry report daily --mail --by 10405",
    )
    .action(show);
}

async function show(kind: string, options: ReportOptions): Promise<void> {
  const { createClient } = await import("../client.ts");
  const { languages, report, reportMailed } = await import("../../contract/index.ts");
  const { SentryError } = await import("../../core/index.ts");
  const { say, sayJson, terminalLanguage } = await import("../output.ts");
  const { reportKinds } = await import("../../site/index.ts");
  const { renderReport } = await import("../../app/index.ts");
  const known = reportKinds.find((each) => each === kind);
  if (known === undefined) {
    throw new SentryError("usage", `kind: expected one of ${reportKinds.join(", ")}, found ${kind}`);
  }
  const language = options.language ?? (terminalLanguage() === "zh" ? "zh-CN" : "en");
  const asked = languages.find((each) => each === language);
  if (asked === undefined) throw new SentryError("usage", `--language: expected zh-CN or en, found ${language}`);
  const client = createClient(options);
  const name = `${known}-${options.period ?? "last"}`;
  if (options.mail) {
    const { by } = options;
    const mailed = await client.post(`/api/v1/reports/${name}/mail`, { by }, reportMailed);
    return options.json ? sayJson([mailed]) : say(`${mailed.name}: ${mailed.recipients}`);
  }
  const found = await client.get(`/api/v1/reports/${name}`, {}, report);
  if (options.out !== undefined) {
    const { mkdirSync, writeFileSync } = await import("node:fs");
    const { join } = await import("node:path");
    mkdirSync(options.out, { recursive: true });
    const files = languages.flatMap((each) => {
      const { text, html } = renderReport(found, each);
      return [
        [`${found.name}.${each}.html`, html],
        [`${found.name}.${each}.txt`, text],
      ] as const;
    });
    for (const [file, content] of [...files, [`${found.name}.json`, `${JSON.stringify(found, null, 2)}\n`] as const]) {
      writeFileSync(join(options.out, file), content, { mode: 0o600 });
      say(join(options.out, file));
    }
    return;
  }
  if (options.json) sayJson([found]);
  else say(renderReport(found, asked).text);
}
