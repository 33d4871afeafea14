import { createHash } from "node:crypto";
import { isoTime, messageOf } from "../../core/index.ts";
import { type ChannelConfig, readSecret, type Site } from "../../site/index.ts";
import { type Channel, channelTraits, type RenderedMessage } from "../channel.ts";
import { type AlarmNotice, saysReturned } from "../notice.ts";
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

export function alertmanagerPayload(message: RenderedMessage, { site, receiver }: { site: string; receiver: string }) {
  const alerts = message.notices.map((notice) => alertOf(notice, message, site));
  const { condition, room } = message.notice;
  return {
    version: "4",
    groupKey: `{}:{alertname="${condition}",room="${room ?? ""}"}`,
    truncatedAlerts: 0,
    status: alerts.some(({ status }) => status === "firing") ? "firing" : "resolved",
    receiver,
    groupLabels: { alertname: condition, room: room ?? "" },
    commonLabels: shared(alerts.map(({ labels }) => labels)),
    commonAnnotations: shared(alerts.map(({ annotations }) => annotations)),
    externalURL: message.url ?? "",
    alerts,
  };
}

function alertOf(notice: AlarmNotice, { language, url, subject, notices }: RenderedMessage, site: string) {
  const status = saysReturned(notice) ? "resolved" : "firing";
  const labels: Record<string, string> = {
    alertname: notice.condition,
    severity: notice.priority,
    site,
    ...(notice.room === null ? {} : { room: notice.room }),
    ...(notice.device === null ? {} : { device: notice.device }),
    ...(notice.drill ? { drill: "true" } : {}),
  };
  const annotations: Record<string, string> = {
    // Of one alarm the subject says most; of several each has its own sentence.
    summary: notices.length === 1 ? subject : notice.messages[language],
    description: notice.messages[language],
    ...(notice.advice[language] === "" ? {} : { advice: notice.advice[language] }),
    transition: notice.transition,
    ...(notice.code === null ? {} : { code: notice.code }),
  };
  return {
    status,
    labels,
    annotations,
    startsAt: isoTime(notice.raisedAtMs),
    endsAt: status === "resolved" ? isoTime(notice.atMs) : notOver,
    generatorURL: url ?? "",
    // Names the alarm, and stays the same from raised to resolved.
    fingerprint: createHash("sha256").update(`${site}/${notice.alarmId}`).digest("hex").slice(0, 16),
  };
}

/** What all have in common. */
function shared(sets: readonly Record<string, string>[]): Record<string, string> {
  const [first = {}, ...others] = sets;
  return Object.fromEntries(
    Object.entries(first).filter(([name, value]) => others.every((other) => other[name] === value)),
  );
}
