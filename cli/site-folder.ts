import { mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { credentialsFile } from "../app/index.ts";
import { newDeviceCredential, writeCredentials } from "../broker/index.ts";
import { messageOf, SentryError, systemCodeOf } from "../core/index.ts";
import { newSite, newSiteId } from "./new-site.ts";

export interface SiteFolder {
  config: string;
  passwords: string;
  data: string;
  rooms: number;
  devices: number;
}

/** Writes everything a new site needs into a new or empty folder. */
export function createSiteFolder(directory: string, size: { rooms: number; devicesPerRoom: number }): SiteFolder {
  requireEmpty(directory);
  const { yaml, devices } = newSite(size);
  const issued = devices.map((device) => ({ ...device, ...newDeviceCredential(device.device) }));
  const folder: SiteFolder = {
    config: join(directory, "site.yaml"),
    passwords: join(directory, "devices.csv"),
    data: join(directory, "sentry-data"),
    rooms: size.rooms,
    devices: devices.length,
  };
  // None of the fields can hold a comma or a quote: names, quantities and base64url.
  const rows = issued.map(({ device, room, quantities, username, password }) =>
    [device, room, newSiteId, quantities.join(" "), username, password].join(","),
  );
  try {
    mkdirSync(directory, { recursive: true });
    mkdirSync(folder.data, { mode: 0o700 });
    writeCredentials(
      join(directory, credentialsFile),
      new Map(issued.map(({ username, record }) => [username, record])),
    );
    const passwords = `${["device,room,site,quantities,username,password", ...rows].join("\n")}\n`;
    writeFileSync(folder.passwords, passwords, { mode: 0o600, flag: "wx" });
    writeFileSync(folder.config, yaml, { flag: "wx" });
  } catch (error) {
    if (error instanceof SentryError) throw error;
    throw new SentryError("data-unwritable", `cannot write to ${directory}: ${messageOf(error)}`, { cause: error });
  }
  return folder;
}

function requireEmpty(directory: string): void {
  try {
    const [first] = readdirSync(directory);
    if (first === undefined) return;
    throw new SentryError("usage", `${directory}: expected a new or empty folder, found ${first} in it`);
  } catch (error) {
    if (error instanceof SentryError) throw error;
    if (systemCodeOf(error) === "ENOENT") return;
    throw new SentryError("usage", `${directory}: expected a new or empty folder, found ${messageOf(error)}`);
  }
}
