import { mkdirSync } from "node:fs";
import type { Logger } from "../core/index.ts";
import { type Channel, createEmlFilesChannel, openEmailChannel } from "../notify/index.ts";
import type { Site } from "../site/index.ts";
import type { DataFolder } from "./data-folder.ts";

/** The channels a site has: SMTP where it is configured, else mail as files in the data folder. */
export function openChannels(options: { site: () => Site; data: DataFolder; log: Logger }) {
  const open = (site: Site): Channel[] => {
    const { email } = site.config.channels;
    if (email) return [openEmailChannel(email, site)];
    const directory = options.data.file("mail");
    mkdirSync(directory, { recursive: true, mode: 0o700 });
    return [createEmlFilesChannel({ directory, from: `archive-sentry@${site.id}.example` })];
  };
  let channels = open(options.site());
  const closeAll = (old: Channel[]) => Promise.all(old.map((channel) => channel.close()));
  return {
    current: () => channels,
    /**
     * Opens the channels of the next site, which `apply` puts in the place of those in use.
     * @throws SentryError when a file that they need cannot be used: nothing has changed then.
     */
    prepare(next: Site) {
      const prepared = open(next);
      const close = (old: Channel[]) => void closeAll(old).catch(() => options.log.warn("notify.channel.unclosed"));
      return {
        apply() {
          close(channels);
          channels = prepared;
        },
        discard: () => close(prepared),
      };
    },
    async close() {
      await closeAll(channels);
    },
  };
}
