import type { Command } from "commander";
import type { IssuedPassword } from "../../app/index.ts";
import { type ClientOptions, withClientOptions } from "../client-options.ts";

interface RegistryOptions {
  config: string;
  json?: boolean;
}

interface AddOptions extends RegistryOptions {
  room: string;
  quantities: string[];
  interval?: string;
  serial?: string;
}

export function registerDevices(program: Command): void {
  const devices = program
    .command("devices")
    .description("see devices, enter new ones, give them new passwords")
    .addHelpText("after", "\nExample:\n  npx archive-sentry devices list");

  withClientOptions(devices.command("list").description("devices of the running instance, with their health"))
    .addHelpText("after", "\nExample:\n  npx archive-sentry devices list")
    .action(async (options: ClientOptions) => {
      const { createClient } = await import("../client.ts");
      const { devicesResponse } = await import("../../contract/index.ts");
      const found = await createClient(options).get("/api/v1/devices", {}, devicesResponse);
      if (options.json) return (await import("../output.ts")).sayJson(found.devices);
      (await import("../tables.ts")).sayDevices(found.devices);
    });

  withRegistryOptions(devices.command("add").description("enter a device into the site file and give it a password"))
    .argument("<id>", "its name: a-z, 0-9 and -")
    .requiredOption("--room <id>", "where it is")
    .option("--quantities <list>", "what it measures, with commas between", listOf, [
      "temperature_c",
      "relative_humidity_pct",
    ])
    .option("--interval <length>", "how often it reports, for example 60s")
    .option("--serial <number>", "its serial number")
    .addHelpText(
      "after",
      "\nExample:\n  npx archive-sentry devices add r-001-climate-2 --room r-001 --quantities temperature_c,relative_humidity_pct",
    )
    .action(async (id: string, { config, json, room, quantities, interval, serial }: AddOptions) => {
      const { addDevice } = await import("../../app/index.ts");
      await show(addDevice(config, { id, room, quantities, interval, serial }, Date.now()), json);
    });

  withRegistryOptions(devices.command("rotate").description("give a device a new password; the old one ends"))
    .argument("<id>", "the device")
    .addHelpText("after", "\nExample:\n  npx archive-sentry devices rotate r-001-climate")
    .action(async (id: string, { config, json }: RegistryOptions) => {
      const { rotatePassword } = await import("../../app/index.ts");
      await show(rotatePassword(config, id, Date.now()), json);
    });

  withRegistryOptions(devices.command("swap").description("put a new device in the place of one, from now on"))
    .argument("<old>", "the device that goes")
    .argument("<new>", "name of the one that comes")
    .option("--serial <number>", "its serial number")
    .addHelpText("after", "\nExample:\n  npx archive-sentry devices swap r-001-climate r-001-climate-b --serial 2291")
    .action(async (old: string, id: string, { config, json, serial }: RegistryOptions & { serial?: string }) => {
      const { swapDevice } = await import("../../app/index.ts");
      await show(swapDevice(config, { old, id, serial }, Date.now()), json);
    });
}

function withRegistryOptions(command: Command): Command {
  return command.option("--config <file>", "the site file", "site.yaml").option("--json", "one JSON object a line");
}

function listOf(text: string): string[] {
  return text.split(/[\s,]+/).filter((part) => part !== "");
}

async function show(issued: IssuedPassword, json: boolean | undefined): Promise<void> {
  const { note, say, sayJson } = await import("../output.ts");
  if (json) return sayJson([issued]);
  say(`username  ${issued.username}`);
  say(`password  ${issued.password}`);
  note("The password is shown this once. In force after: npx archive-sentry config reload");
}
