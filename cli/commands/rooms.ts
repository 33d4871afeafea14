import type { Command } from "commander";
import { type ClientOptions, withClientOptions } from "../client-options.ts";

export function registerRooms(program: Command): void {
  withClientOptions(program.command("rooms").description("rooms with their present state"))
    .addHelpText("after", "\nExample:\n  npx archive-sentry rooms\n  npx archive-sentry rooms --json | jq .current")
    .action(async (options: ClientOptions) => {
      const { createClient } = await import("../client.ts");
      const { roomsResponse } = await import("../../contract/index.ts");
      const { rooms } = await createClient(options).get("/api/v1/rooms", {}, roomsResponse);
      if (options.json) return (await import("../output.ts")).sayJson(rooms);
      const { sayRooms } = await import("../tables.ts");
      sayRooms(rooms);
    });
}
