import type { Command } from "commander";
import { positiveNumber, wholeNumber } from "../arguments.ts";

export interface SimOptions {
  config?: string;
  mqtt?: string;
  scenario?: string;
  room?: string;
  device?: string;
  speed: number;
  seed: number;
  demo?: boolean;
  list?: boolean;
  credentials?: string;
  data: string;
  caFile?: string;
  json?: boolean;
}

export function registerSim(program: Command): void {
  program
    .command("sim")
    .description("simulated firmware against any broker: a site's devices in rooms that obey physics")
    .option("--config <file>", "site file whose devices are simulated; without it the sample hospital's")
    .option("--mqtt <url>", "address of the broker; the site's first listener on this machine unless given")
    .option("--scenario <name>", "what happens, see --list; without it an ordinary day")
    .option("--room <id>", "where the scenario happens")
    .option("--device <id>", "which device it happens to")
    .option("--speed <x>", "how many times faster the rooms live; devices keep real time", positiveNumber, 1)
    .option("--seed <n>", "the same seed gives the same weather, people and noise", wholeNumber, 1)
    .option("--demo", "let the scenario happen while one watches, faster than in life")
    .option("--list", "the scenarios there are")
    .option("--credentials <file>", "devices.csv with passwords; the one beside --config or in --data unless given")
    .option("--data <dir>", "data folder of the instance on this machine", "sentry-data")
    .option("--ca-file <file>", "authority of the broker's certificate")
    .option("--json", "one JSON object a line")
    .addHelpText(
      "after",
      `
Example:
  npx archive-sentry sim --list
  npx archive-sentry sim --config site.yaml --mqtt mqtt://127.0.0.1:1883 --scenario hvac-failure --room r-001 --speed 10`,
    )
    .action(async (options: SimOptions) => {
      const { listScenarios, runSim } = await import("../run-sim.ts");
      if (options.list) listScenarios(options.json ?? false);
      else await runSim(options);
    });
}
