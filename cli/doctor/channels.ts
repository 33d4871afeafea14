import { constants } from "node:fs";
import { access } from "node:fs/promises";
import { join } from "node:path";
import { messageOf } from "../../core/index.ts";
import { channelNames, readSecret, type Site } from "../../site/index.ts";
import { type Finding, fail, ok } from "./finding.ts";
import { whyUnreachable } from "./reach.ts";

/** Every file with a secret that a channel names: keys that end in `_file`, but for authorities, which are public. */
export function channelSecrets(channels: unknown): string[] {
  if (typeof channels !== "object" || channels === null) return [];
  return Object.entries(channels).flatMap(([key, value]: [string, unknown]) => {
    if (key === "secret_files" && typeof value === "object" && value !== null) return Object.values(value).map(String);
    if (key.endsWith("_file")) return key === "ca_file" || typeof value !== "string" ? [] : [value];
    return channelSecrets(value);
  });
}

/** Whether the other side of each channel but mail is there now: nothing is sent, nobody is logged in. */
export async function checkChannels(site: Site): Promise<Finding[]> {
  const { channels } = site.config;
  const spools = [
    ["sms-modem", channels["sms-modem"], channels["sms-modem"]?.daemon === "gammu-smsd" ? "outbox" : "outgoing"],
    ["voice-modem", channels["voice-modem"], "outgoing"],
  ] as const;
  const servers = channelNames.flatMap((name) => urlsOf(site, name).map((url) => [name, url] as const));
  return Promise.all([
    ...spools.flatMap(([name, config, folder]) => (config ? [spool(name, join(config.directory, folder))] : [])),
    ...servers.map(([name, url]) => server(name, url)),
  ]);
}

function urlsOf(site: Site, name: (typeof channelNames)[number]): string[] {
  if (name === "email" || name === "sms-modem" || name === "voice-modem") return [];
  if (name !== "webhook") return site.config.channels[name] === undefined ? [] : [site.config.channels[name].url];
  return (site.config.channels.webhook?.receivers ?? []).flatMap(({ url, url_file }) => {
    try {
      return [url ?? readSecret(site, url_file!)];
    } catch {
      // A secret that cannot be read is said where secrets are.
      return [];
    }
  });
}

async function server(name: string, url: string): Promise<Finding> {
  // Of an address that may hold a secret the host alone is shown.
  const { hostname, port, protocol } = new URL(url.replace(/\{[^}]*\}/g, "x"));
  const why = await whyUnreachable(
    hostname.replace(/^\[|\]$/g, ""),
    Number(port) || (protocol === "https:" ? 443 : 80),
  );
  const advice = `check channels.${name}, the server and the firewall; messages wait until it answers`;
  return why === null ? ok(name, `${hostname} answers`) : fail(name, `${hostname} does not: ${why}`, advice);
}

async function spool(name: string, folder: string): Promise<Finding> {
  try {
    await access(folder, constants.W_OK | constants.X_OK);
    return ok(name, `${folder} can be written`);
  } catch (error) {
    return fail(name, messageOf(error), "install the daemon, and add this user to the group that owns its spool");
  }
}
