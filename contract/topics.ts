/** Topics of the wire, built and parsed here and nowhere else. */

const namePattern = /^[a-z0-9][a-z0-9-]{0,62}$/;
const reservedDeviceNames = new Set(["alarms", "ledger"]);

export const deviceChannels = ["telemetry", "status", "badge", "command", "result", "scan"] as const;
export type DeviceChannel = (typeof deviceChannels)[number];

/** `<site>`, `<device>` and `<room>` of a topic. */
export function isName(text: string): boolean {
  return namePattern.test(text);
}

export function isDeviceName(text: string): boolean {
  return namePattern.test(text) && !reservedDeviceNames.has(text);
}

export function deviceTopic(topic: { site: string; device: string; channel: DeviceChannel }): string {
  return `sentry/${topic.site}/${topic.device}/${topic.channel}`;
}

export function alarmsTopic(topic: { site: string; room: string }): string {
  return `sentry/${topic.site}/alarms/${topic.room}`;
}

export function checkpointTopic(site: string): string {
  return `sentry/${site}/ledger/checkpoint`;
}

export type ParsedTopic =
  | { kind: "device"; site: string; device: string; channel: DeviceChannel }
  | { kind: "alarms"; site: string; room: string }
  | { kind: "checkpoint"; site: string }
  | { kind: "foreign" };

const foreign: ParsedTopic = { kind: "foreign" };

export function parseTopic(topic: string): ParsedTopic {
  const parts = topic.split("/");
  if (parts.length !== 4 || parts[0] !== "sentry") return foreign;
  const [, site, middle, last] = parts as [string, string, string, string];
  if (!isName(site)) return foreign;
  if (middle === "alarms") return isName(last) ? { kind: "alarms", site, room: last } : foreign;
  if (middle === "ledger") return last === "checkpoint" ? { kind: "checkpoint", site } : foreign;
  const channel = deviceChannels.find((name) => name === last);
  return channel && isDeviceName(middle) ? { kind: "device", site, device: middle, channel } : foreign;
}
