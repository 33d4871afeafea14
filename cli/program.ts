import { Command } from "commander";
import about from "../package.json" with { type: "json" };
import { registerAccess } from "./commands/access.ts";
import { registerAccounts } from "./commands/accounts.ts";
import { registerAlarms } from "./commands/alarms.ts";
import { registerAudit } from "./commands/audit.ts";
import { registerConfig } from "./commands/config.ts";
import { registerDashboards } from "./commands/dashboards.ts";
import { registerDevices } from "./commands/devices.ts";
import { registerDoctor } from "./commands/doctor.ts";
import { registerHistory } from "./commands/history.ts";
import { registerInit } from "./commands/init.ts";
import { registerNotify } from "./commands/notify.ts";
import { registerReadings } from "./commands/readings.ts";
import { registerRecords } from "./commands/records.ts";
import { registerRegister } from "./commands/register.ts";
import { registerReplay } from "./commands/replay.ts";
import { registerReport } from "./commands/report.ts";
import { registerReview } from "./commands/review.ts";
import { registerRooms } from "./commands/rooms.ts";
import { registerSim } from "./commands/sim.ts";
import { registerUp } from "./commands/up.ts";

/** One entry a command. Each loads what it works with only when it runs, so that help and light commands start fast. */
const commands = [
  registerUp,
  registerInit,
  registerRooms,
  registerReadings,
  registerAlarms,
  registerNotify,
  registerReport,
  registerDevices,
  registerConfig,
  registerReplay,
  registerSim,
  registerDoctor,
  registerDashboards,
  registerHistory,
  registerAudit,
  registerAccess,
  registerAccounts,
  // These add to commands of others, and come after them.
  registerRecords,
  registerRegister,
  registerReview,
];

export function createProgram(): Command {
  const program = new Command("archive-sentry")
    .description("Monitor for archive rooms: sensing, early warnings with reasons, telling until somebody answers.")
    .version(about.version)
    .showHelpAfterError("(--help says more)")
    // What stands behind a command belongs to that command: two of a kind may have options of one name.
    .enablePositionalOptions()
    .exitOverride()
    .addHelpText(
      "after",
      `
Example:
  npx archive-sentry up                 run the sample hospital
  npx archive-sentry alarms list        what is wrong now
  npx archive-sentry doctor             what stands in the way
  npx archive-sentry init my-archive    begin with your own rooms

Exit codes: 0 done, 1 failed, 2 bad usage or bad configuration.`,
    );
  for (const register of commands) register(program);
  return program;
}
