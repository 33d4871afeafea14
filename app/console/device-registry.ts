import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { z } from "zod";
import { type DeviceCredential, newDeviceCredential, readCredentials, writeCredentials } from "../../broker/index.ts";
import { SentryError } from "../../core/index.ts";
import { editSite, parseSite, readConfigFile, type Site, type SiteEdit, siteValue } from "../../site/index.ts";
import { replaceFile } from "../replace-file.ts";

/** Devices entered into a site file, and their passwords; the file's comments and order stay. */

export interface NewDevice {
  id: string;
  room: string;
  quantities: readonly string[];
  interval: string | undefined;
  serial: string | undefined;
}

/** Shown once: only its salted hash is kept. */
export interface IssuedPassword {
  device: string;
  username: string;
  password: string;
}

/** @throws SentryError `config-invalid` when the file with the device in it would not be good; nothing is written then. */
export function addDevice(config: string, device: NewDevice, nowMs: number): IssuedPassword {
  const text = readConfigFile(config);
  const before = judge(config, text, nowMs);
  const { id, room, quantities, interval, serial } = device;
  const entry = {
    id,
    room,
    quantities,
    ...(interval === undefined ? {} : { interval }),
    ...(serial === undefined ? {} : { serial }),
  };
  const changed = withCredentialsFile(before, withDevice(text, entry));
  const after = judge(config, changed, nowMs);
  assert(after.devices.has(id), `${id} is not in the changed file`);
  const issued = issue(after, id);
  replaceFile(config, changed);
  return issued;
}

/**
 * Puts a new device in the place of one from now on: what the old one measured stays the room's, its password ends.
 * @throws SentryError `not-found`, `config-invalid`; nothing is written then.
 */
export function swapDevice(
  config: string,
  swap: { old: string; id: string; serial: string | undefined },
  nowMs: number,
): IssuedPassword {
  const text = readConfigFile(config);
  const before = judge(config, text, nowMs);
  const device = before.devices.get(swap.old);
  const room = before.roomOf(swap.old, nowMs);
  if (!device || room === null) {
    throw new SentryError(
      "not-found",
      `there is no device ${swap.old} in a room now in ${config}: devices list shows them`,
    );
  }
  const at = new Date(nowMs).toISOString();
  const replacement = {
    id: swap.id,
    assignments: [{ room, from: at }],
    quantities: device.quantities,
    interval: `${device.interval / 1_000}s`,
    ...(swap.serial === undefined ? {} : { serial: swap.serial }),
  };
  const changed = withCredentialsFile(before, withSwappedDevice(text, { old: swap.old, replacement, room, at }));
  const after = judge(config, changed, nowMs);
  const issued = issue(after, swap.id, swap.old);
  replaceFile(config, changed);
  return issued;
}

/** The device's earlier passwords end with the next `config reload`. */
export function rotatePassword(config: string, device: string, nowMs: number): IssuedPassword {
  const text = readConfigFile(config);
  const before = judge(config, text, nowMs);
  if (!before.devices.has(device)) {
    throw new SentryError("not-found", `there is no device ${device} in ${config}: devices add enters one`);
  }
  const changed = withCredentialsFile(before, text);
  const issued = issue(judge(config, changed, nowMs), device);
  if (changed !== text) replaceFile(config, changed);
  return issued;
}

/** Beside the site file, where that names no other. */
export const credentialsFile = "credentials.csv";

function withCredentialsFile(site: Site, text: string): string {
  if (site.config.broker.credentials_file !== undefined) return text;
  const isThere = siteValue(text, ["broker"]) !== undefined;
  return editSite(text, [
    isThere
      ? { path: ["broker", "credentials_file"], value: credentialsFile }
      : { path: ["broker"], value: { credentials_file: credentialsFile } },
  ]);
}

function withDevice(text: string, device: { id: string }): string {
  if (siteValue(text, ["devices", device.id]) !== undefined) {
    throw new SentryError("config-invalid", `devices: expected an id of its own, found ${device.id} again`);
  }
  const isList = Array.isArray(siteValue(text, ["devices"]));
  return editSite(text, [
    isList ? { path: ["devices", device.id], value: device } : { path: ["devices"], value: [device] },
  ]);
}

const stays = z.array(z.record(z.string(), z.unknown()));
const doors = z.array(z.looseObject({ id: z.string() }));

/** Ends the stay of a device and puts another in its place, at doors too. */
function withSwappedDevice(
  text: string,
  swap: { old: string; replacement: { id: string }; room: string; at: string },
): string {
  const own = ["devices", swap.old];
  const known = stays.safeParse(siteValue(text, [...own, "assignments"]));
  const before = known.success && known.data.length > 0 ? known.data : [{ room: swap.room }];
  const assignments = before.map((stay, at) => (at === before.length - 1 ? { ...stay, to: swap.at } : stay));
  const atDoors = doors.safeParse(siteValue(text, ["doors"])).data ?? [];
  const moved = atDoors.flatMap((door) =>
    ["contact", "reader"]
      .filter((role) => door[role] === swap.old)
      .map((role): SiteEdit => ({ path: ["doors", door.id, role], value: swap.replacement.id })),
  );
  const edits = [
    { path: [...own, "room"], value: null },
    { path: [...own, "assignments"], value: assignments },
    ...moved,
  ];
  return withDevice(editSite(text, edits), swap.replacement);
}

/** Gives a device a password; its own earlier ones end, and those of the device it replaces. */
function issue(site: Site, device: string, replaced = device): IssuedPassword {
  const path = resolve(site.directory, site.config.broker.credentials_file ?? credentialsFile);
  const { username, password, record } = newDeviceCredential(device);
  const table = new Map<string, DeviceCredential>(existsSync(path) ? readCredentials(path) : []);
  for (const [name, entry] of table) if (entry.device === device || entry.device === replaced) table.delete(name);
  table.set(username, record);
  writeCredentials(path, table);
  return { device, username, password };
}

function judge(config: string, text: string, nowMs: number): Site {
  return parseSite(text, { directory: dirname(resolve(config)), name: config, nowMs }).site;
}
