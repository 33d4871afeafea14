import type { Command } from "commander";

interface RegisterOptions {
  room: string;
  month: string;
  data: string;
  out?: string;
  config?: string;
  language?: string;
}

/** `report register`, beside the other reports. */
export function registerRegister(program: Command): void {
  const report =
    program.commands.find((command) => command.name() === "report") ??
    program
      .command("report")
      .description("papers about rooms")
      .addHelpText("after", "\nExample:\n  npx archive-sentry report register --room a-101 --month 2026-11");

  // Or `report` itself would take --data, --language and --out for its own.
  report
    .enablePositionalOptions()
    .command("register")
    .description("the temperature and humidity register of a room and month, as PDF and XLSX")
    .requiredOption("--room <id>", "of this room")
    .requiredOption("--month <month>", "of this month, such as 2026-11")
    .option("--data <dir>", "from this data folder", "sentry-data")
    .option("--config <file>", "the site file; site.yaml where it is here")
    .option("--language <language>", "zh or en; the site's unless given")
    .option("--out <dir>", "into this folder; here unless given")
    .addHelpText(
      "after",
      "\nExample:\n  npx archive-sentry report register --room a-101 --month 2026-11 --out registers",
    )
    .action(writeRegister);
}

async function writeRegister(options: RegisterOptions): Promise<void> {
  const { SentryError, systemClock } = await import("../../core/index.ts");
  const { writeRegisterFiles } = await import("../../app/index.ts");
  const { note, say } = await import("../output.ts");
  const { siteForPapers } = await import("../paper-options.ts");
  const { site, language } = siteForPapers(options);
  if (site === null) throw new SentryError("usage", "--config: expected the site file, for the room and its limits");
  const { data, room, month, out = "." } = options;
  const { files, notes } = await writeRegisterFiles({
    data,
    site,
    room,
    month,
    folder: out,
    language,
    clock: systemClock,
  });
  for (const file of files) say(file);
  for (const line of notes) note(line);
}
