import { dirname } from "node:path";
import type { ConsoleSource, SettingsSource } from "../../console/index.ts";
import { type DeviceIssued, deviceTopic } from "../../contract/index.ts";
import type { Clock } from "../../core/index.ts";
import { editSite, parseSite, readConfigFile, type Site, type SiteEdit, siteValue } from "../../site/index.ts";
import { replaceFile } from "../replace-file.ts";
import { addDevice, type IssuedPassword, rotatePassword } from "./device-registry.ts";

/** Edits the site file and puts it in force; a file that is refused is put back as it was. */
export function createSettings(options: {
  path: string;
  site: () => Site;
  addresses: () => { kind: string; port: number }[];
  reload: ConsoleSource["reload"];
  clock: Clock;
}): SettingsSource {
  const { path, site, clock } = options;
  const judge = (text: string) => parseSite(text, { directory: dirname(path), name: path, nowMs: clock.nowMs() });
  const changed = (edits: readonly SiteEdit[]) => {
    const text = editSite(readConfigFile(path), edits);
    judge(text);
    return text;
  };
  const inForce = async (before: string, author: { by: string | null; via: string }) => {
    try {
      return await options.reload(author);
    } catch (error) {
      replaceFile(path, before);
      throw error;
    }
  };
  const issue = async (work: () => IssuedPassword, author: { by: string; via: string }): Promise<DeviceIssued> => {
    const before = readConfigFile(path);
    const issued = work();
    const { warnings } = await inForce(before, author);
    return {
      ...issued,
      topic: deviceTopic({ site: site().id, device: issued.device, channel: "telemetry" }),
      listeners: options.addresses(),
      warnings,
    };
  };
  return {
    read: (place) => siteValue(readConfigFile(path), place),
    check: (edits) => void changed(edits),
    async apply(edits, author) {
      const before = readConfigFile(path);
      replaceFile(path, changed(edits));
      return inForce(before, author);
    },
    addDevice: ({ interval, serial, ...device }, author) =>
      issue(() => addDevice(path, { ...device, interval, serial }, clock.nowMs()), author),
    rotatePassword: (device, author) => issue(() => rotatePassword(path, device, clock.nowMs()), author),
  };
}
