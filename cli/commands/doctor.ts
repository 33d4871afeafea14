import type { Command } from "commander";

interface DoctorOptions {
  config?: string;
  data: string;
  json?: boolean;
}

export function registerDoctor(program: Command): void {
  program
    .command("doctor")
    .description("look at everything that could stand in the way, and say what to do about it; change nothing")
    .option("--config <file>", "site file; without it the sample hospital's")
    .option("--data <dir>", "folder for everything that is kept", "sentry-data")
    .option("--json", "one JSON object a line")
    .addHelpText("after", "\nExample:\n  npx archive-sentry doctor --config site.yaml --data /var/lib/archive-sentry")
    .action(async ({ config, data, json }: DoctorOptions) => {
      const { examine } = await import("../doctor/examine.ts");
      const { colours, printable, say, sayJson } = await import("../output.ts");
      const mark = { ok: colours.green("ok  "), warn: colours.yellow("warn"), fail: colours.red("FAIL") };
      const counts = { ok: 0, warn: 0, fail: 0 };
      await examine({ config, data, nowMs: Date.now() }, (finding) => {
        const { check, status, found, advice } = finding;
        counts[status] += 1;
        if (json) return sayJson([finding]);
        say(`${mark[status]}  ${check.padEnd(12)} ${printable(found)}`);
        if (advice !== undefined) say(`${" ".repeat(19)}${colours.dim(`→ ${advice}`)}`);
      });
      if (!json) say(`${counts.ok} good, ${counts.warn} to look at, ${counts.fail} to put right`);
      if (counts.fail > 0) process.exitCode = 1;
    });
}
