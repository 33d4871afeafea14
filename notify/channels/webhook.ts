import { isoTime, messageOf } from "../../core/index.ts";
import { type ChannelConfig, readSecret, type Site } from "../../site/index.ts";
import { type Channel, channelTraits, type RenderedMessage } from "../channel.ts";
import { groupId } from "../recipients.ts";
import { createHttpClient, type HttpClient, judgeStatus } from "./wire/http-client.ts";
import { createScrubber } from "./wire/secrets.ts";

/** Posts each alarm as Alertmanager's webhook does, version 4: what takes those takes these. */
export function openWebhookChannel(config: ChannelConfig<"webhook">, site: Pick<Site, "directory" | "id">): Channel {
  const receivers = new Map(config.receivers.map((receiver) => [groupId(receiver.id), openReceiver(receiver)]));

  function openReceiver(receiver: (typeof config.receivers)[number]) {
    const url = receiver.url ?? readSecret(site, receiver.url_file!);
    const token = receiver.token_file === undefined ? undefined : readSecret(site, receiver.token_file);
    const client: HttpClient = createHttpClient({ ...receiver, connections: config.connections }, site);
    const secrets = [token ?? "", ...(receiver.url === undefined ? [url] : [])];
    return { name: receiver.id, url, token, client, scrub: createScrubber(secrets) };
  }

  return {
    name: "webhook",
    ...channelTraits.webhook,
    concurrency: config.connections,
    timeoutMs: config.timeout,
    async send(message, to, signal) {
      const receiver = receivers.get(to.id);
      if (receiver === undefined) return { kind: "give-up", reason: `${to.id} is no longer in the site file` };
      const { url, token, client, scrub } = receiver;
      try {
        const reply = await client.call({
          url,
          method: "POST",
          headers: {
            "content-type": "application/json",
            // The same for every attempt: a receiver can tell a repetition from a second alarm.
            "idempotency-key": message.key,
            ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
          },
          body: Buffer.from(JSON.stringify(alertmanagerPayload(message, { site: site.id, receiver: receiver.name }))),
          signal,
        });
        const said = scrub(`${reply.status} ${reply.body.toString().trim()}`.trim());
        const verdict = judgeStatus(reply.status);
        if (verdict === "accepted") return { kind: "delivered", reply: said };
        if (verdict === "refused") return { kind: "give-up", reason: said };
        return {
          kind: "retry",
          reason: said,
          ...(reply.retryAfterMs === undefined ? {} : { afterMs: reply.retryAfterMs }),
        };
      } catch (error) {
        return { kind: "retry", reason: scrub(messageOf(error)) };
      }
    },
    async close() {
      for (const { client } of receivers.values()) client.close();
    },
  };
}

/** A time that stands for "not over" in Alertmanager's format. */
const notOver = "0001-01-01T00:00:00Z";

function alertmanagerPayload(message: RenderedMessage, { site, receiver }: { site: string; receiver: string }) {
  const { notice, content } = message;
  const status = message.brief.returned ? "resolved" : "firing";
  const labels = {
    alertname: notice.condition,
    severity: notice.priority,
    site,
    ...(notice.room === null ? {} : { room: notice.room }),
    ...(notice.device === null ? {} : { device: notice.device }),
    ...(notice.drill ? { drill: "true" } : {}),
  };
  const annotations = {
    summary: message.subject,
    description: content.sentence,
    ...(content.advice === null ? {} : { advice: content.advice.text }),
    transition: notice.transition,
    ...(message.code === null ? {} : { code: message.code }),
  };
  const groupLabels = { alertname: notice.condition, room: notice.room ?? "" };
  return {
    version: "4",
    groupKey: `{}:{alertname="${groupLabels.alertname}",room="${groupLabels.room}"}`,
    truncatedAlerts: 0,
    status,
    receiver,
    groupLabels,
    commonLabels: labels,
    commonAnnotations: annotations,
    externalURL: message.url ?? "",
    alerts: [
      {
        status,
        labels,
        annotations,
        startsAt: isoTime(notice.raisedAtMs),
        endsAt: status === "resolved" ? isoTime(notice.atMs) : notOver,
        generatorURL: message.url ?? "",
        fingerprint: message.threadKey.slice(0, 16),
      },
    ],
  };
}
