import { type Command, InvalidArgumentError } from "commander";

interface InitOptions {
  rooms: number;
  devicesPerRoom: number;
  json?: boolean;
}

export function registerInit(program: Command): void {
  program
    .command("init")
    .description("begin with your own rooms: a commented site file, and devices with their passwords")
    .argument("<dir>", "a new or empty folder")
    .option("--rooms <n>", "rooms to begin with", numberFrom(0), 2)
    .option("--devices-per-room <m>", "devices in each room", numberFrom(0), 3)
    .option("--json", "one JSON object a line")
    .addHelpText("after", "\nExample:\n  npx archive-sentry init --rooms 12 --devices-per-room 4 my-archive")
    .action(async (directory: string, options: InitOptions) => {
      const { createSiteFolder } = await import("../site-folder.ts");
      const { say, sayJson } = await import("../output.ts");
      const folder = createSiteFolder(directory, options);
      if (options.json) return sayJson([folder]);
      const { config, data } = folder;
      say(`${folder.rooms} rooms and ${folder.devices} devices are written to ${directory}:`);
      say(`  ${config}  what is watched; read it and make it yours`);
      say(`  ${folder.passwords}  the one clear copy of the devices' passwords: give them out, then remove it`);
      say("");
      say("Next:");
      say(`  npx archive-sentry config check ${config}`);
      say(`  npx archive-sentry up --config ${config} --data ${data}`);
    });
}

function numberFrom(smallest: number) {
  return (text: string): number => {
    const number = Number(text);
    if (Number.isSafeInteger(number) && number >= smallest && number <= 100_000) return number;
    throw new InvalidArgumentError(`expected a whole number from ${smallest} to 100000.`);
  };
}
