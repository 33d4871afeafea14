import type { Site } from "../site/index.ts";
import type { ChannelName, Recipient, RenderedMessage } from "./channel.ts";
import { channelNames, channelTraits } from "./channel.ts";
import { alertmanagerPayload } from "./channels/webhook.ts";
import { chartBlock } from "./chart/block.ts";
import type { Readings } from "./chart/chart.ts";
import { chatText } from "./chat-text.ts";
import type { Background } from "./facts.ts";
import { renderMessage } from "./message.ts";
import { movementOf } from "./movement.ts";
import type { AlarmNotice } from "./notice.ts";
import { speaksTemplates } from "./reach.ts";
import { filledTemplate, templateKindOf } from "./sms-template.ts";
import { type SmsSize, smsSize, smsText } from "./sms-text.ts";
import { chartImageId, layOutHtml } from "./templates/html.ts";
import { layOutText } from "./templates/text.ts";
import { voiceText } from "./voice-text.ts";

/** What people would read or hear of an alarm, through each channel, with nothing sent. */
export interface Preview {
  /** Channels that say the same. */
  channels: ChannelName[];
  /** `null` where it says nothing: a call that only rings, a call about what is not critical. */
  text: string | null;
  /** Of an SMS in free text: what it costs. */
  size?: SmsSize;
}

export interface PreviewOptions {
  site: Site;
  person: Recipient;
  /** How long ago matters to "02:10" and "11-22 02:10". */
  sentAtMs: number;
  readings: Readings | null;
  knowing?: Background["knowing"];
}

export function previewOf(
  notice: AlarmNotice,
  options: PreviewOptions,
): { previews: Preview[]; subject: string; html: string } {
  const { site, person, sentAtMs, readings, knowing = [] } = options;
  const background = { movement: readings && movementOf(readings, notice), knowing };
  const row = { alarmId: notice.alarmId, n: notice.n, person: person.id, notice, merges: false };
  const reason =
    notice.transition === "acknowledged"
      ? "taken"
      : notice.transition === "returned"
        ? "returned-after-told"
        : "raised";
  const how = { site, person, sentAtMs, instance: "preview", background };
  const message = renderMessage({ ...row, reason, channel: "email" }, how);
  const chart = readings && chartBlock(readings, message.language, site.timeZone);
  const picture = chart === null ? "" : `data:image/png;base64,${chart.png.toString("base64")}`;
  // Each as its own channel has it: one may read answers that another does not.
  const said = channelNames.map((channel): Preview => {
    const form = formOf(channel);
    if (form === "mail")
      return { channels: [channel], text: `${message.subject}\n\n${layOutText(message.content, chart)}` };
    const reader = speaksTemplates(channel) ? { ...person, language: "zh-CN" as const } : person;
    const text = textIn(form, renderMessage({ ...row, reason, channel }, { ...how, person: reader }), site);
    return { channels: [channel], text, ...(form === "sms" && text !== null ? { size: smsSize(text) } : {}) };
  });
  const alike = Map.groupBy(said, ({ channels: [channel], text }) => `${formOf(channel!)} ${text}`);
  const previews = [...alike.values()].map((same) => ({
    ...same[0]!,
    channels: same.flatMap(({ channels }) => channels),
  }));
  return {
    previews,
    subject: message.subject,
    html: layOutHtml(message.content, chart).replace(`cid:${chartImageId}`, picture),
  };
}

type Form = "mail" | "sms" | "sms-template" | "voice" | "voice-template" | "ring" | "chat" | "webhook";

function formOf(channel: ChannelName): Form {
  if (channel === "voice-modem") return "ring";
  const { kind } = channelTraits[channel];
  const isCloud = channel.endsWith("-aliyun") || channel.endsWith("-tencent");
  if (kind === "email") return "mail";
  return isCloud && (kind === "sms" || kind === "voice") ? `${kind}-template` : kind;
}

function textIn(form: Exclude<Form, "mail">, message: RenderedMessage, site: Site): string | null {
  const { brief, code } = message;
  switch (form) {
    case "sms":
      return smsText(brief, code);
    case "sms-template":
      return filledTemplate(templateKindOf(brief), brief, { code, longest: templateLength });
    case "voice":
      return voiceText(message);
    case "voice-template":
      if (voiceText(message) === null) return null;
      return filledTemplate(brief.warning === null ? "voice" : "voice-gas", brief, { code, longest: templateLength });
    case "ring":
      return null;
    case "chat":
      return chatText(message);
    case "webhook":
      return JSON.stringify(alertmanagerPayload(message, { site: site.id, receiver: "preview" }), null, 2);
  }
}

/** What the stricter of the clouds takes. */
const templateLength = 12;
