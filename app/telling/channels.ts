import { mkdirSync } from "node:fs";
import type { Clock, Logger } from "../../core/index.ts";
import {
  type Channel,
  type ChannelName,
  channelNames,
  createEmlFilesChannel,
  openDingtalkChannel,
  openEmailChannel,
  openSmsAliyunChannel,
  openSmsHttpChannel,
  openSmsModemChannel,
  openSmsTencentChannel,
  openVoiceAliyunChannel,
  openVoiceHttpChannel,
  openVoiceModemChannel,
  openVoiceTencentChannel,
  openWebhookChannel,
  openWecomChannel,
  type ReadingsFor,
} from "../../notify/index.ts";
import type { ChannelConfig, Site } from "../../site/index.ts";
import type { DataFolder } from "../data-folder.ts";

interface Surroundings {
  site: Site;
  clock: Clock;
  readingsFor: ReadingsFor;
}

const openers: { [Name in ChannelName]: (config: ChannelConfig<Name>, around: Surroundings) => Channel } = {
  email: (config, { site, readingsFor }) => openEmailChannel(config, site, readingsFor),
  "sms-http": (config, { site }) => openSmsHttpChannel(config, site),
  "sms-modem": (config, { clock }) => openSmsModemChannel(config, { clock }),
  "sms-aliyun": (config, { site }) => openSmsAliyunChannel(config, site),
  "sms-tencent": (config, { site }) => openSmsTencentChannel(config, site),
  "voice-http": (config, { site }) => openVoiceHttpChannel(config, site),
  "voice-modem": (config, { clock }) => openVoiceModemChannel(config, { clock }),
  "voice-aliyun": (config, { site }) => openVoiceAliyunChannel(config, site),
  "voice-tencent": (config, { site }) => openVoiceTencentChannel(config, site),
  webhook: (config, { site }) => openWebhookChannel(config, site),
  wecom: (config, around) => openWecomChannel(config, around),
  dingtalk: (config, around) => openDingtalkChannel(config, around),
};

function openOne<Name extends ChannelName>(name: Name, around: Surroundings): Channel[] {
  const config = around.site.config.channels[name];
  return config === undefined ? [] : [openers[name](config, around)];
}

/** The channels a site has; where no mail server is configured, mails are files in the data folder. */
export function openChannels(options: {
  site: () => Site;
  data: DataFolder;
  readingsFor: ReadingsFor;
  clock: Clock;
  log: Logger;
}) {
  const { clock, readingsFor } = options;
  const open = (site: Site): Channel[] => {
    const around = { site, clock, readingsFor };
    const configured = channelNames.flatMap((name) => openOne(name, around));
    if (site.config.channels.email) return configured;
    const directory = options.data.file("mail");
    mkdirSync(directory, { recursive: true, mode: 0o700 });
    const from = `archive-sentry@${site.id}.example`;
    return [...configured, createEmlFilesChannel({ directory, from, timeZone: site.timeZone, readingsFor })];
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
