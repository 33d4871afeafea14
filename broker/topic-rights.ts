import { alarmsTopic, checkpointTopic, deviceTopic } from "../contract/index.ts";

/** Who may publish, retain and subscribe where. Pure functions over MQTT topic filters. */
export interface Rights {
  readonly publish: readonly string[];
  /** Of the topics it may publish to, those it may publish retained messages to. */
  readonly retain: readonly string[];
  readonly subscribe: readonly string[];
  /** Wins over all the others. */
  readonly deny: readonly string[];
}

/** Aedes routes no deeper topic; a will is judged here because Aedes sees its topic only when it is too late. */
const maxTopicLevels = 100;

/** A device speaks under its own name, hears its own commands, and retains its presence alone. */
export function deviceRights(topic: { site: string; device: string }): Rights {
  const own = (channel: Parameters<typeof deviceTopic>[0]["channel"]) => deviceTopic({ ...topic, channel });
  return {
    publish: [own("telemetry"), own("status"), own("badge"), own("result"), own("scan")],
    retain: [own("status")],
    subscribe: [own("command")],
    deny: [],
  };
}

/**
 * A client without a name, from this very machine: a device whose name its topics give (a gateway, a first try with
 * `mosquitto_pub`). So it has the rights of a device, with the name left open, and reads what anyone may read:
 * present alarms and the newest checkpoint. It hears no telemetry, badge or scan of others.
 */
export function anonymousRights(site: string): Rights {
  const any = deviceRights({ site, device: "+" });
  return {
    ...any,
    subscribe: [...any.subscribe, alarmsTopic({ site, room: "+" }), checkpointTopic(site)],
  };
}

export function integrationRights(identity: {
  publish: readonly string[];
  subscribe: readonly string[];
  deny: readonly string[];
  retain: boolean;
}): Rights {
  return {
    publish: identity.publish,
    retain: identity.retain ? identity.publish : [],
    subscribe: identity.subscribe,
    deny: identity.deny,
  };
}

export function mayPublish(rights: Rights, topic: string): boolean {
  return (
    isTopicName(topic) &&
    !isProgramTopic(topic) &&
    rights.publish.some((filter) => grants(filter, topic)) &&
    !rights.deny.some((filter) => grants(filter, topic))
  );
}

export function mayRetain(rights: Rights, topic: string): boolean {
  return rights.retain.some((filter) => grants(filter, topic));
}

/**
 * A filter is granted when one of the identity's filters covers all of it and no denied filter does. A wide filter
 * that merely touches denied topics is granted, and `mayReceive` keeps those topics back.
 */
export function maySubscribe(rights: Rights, filter: string): boolean {
  return (
    rights.subscribe.some((granted) => covers(granted, filter)) && !rights.deny.some((denied) => covers(denied, filter))
  );
}

export function mayReceive(rights: Rights, topic: string): boolean {
  return (
    rights.subscribe.some((filter) => matches(filter, topic)) && !rights.deny.some((filter) => grants(filter, topic))
  );
}

/** Present alarms, ledger checkpoints and the broker's own figures: only the program speaks there. */
function isProgramTopic(topic: string): boolean {
  if (topic.startsWith("$SYS/") || topic === "$SYS") return true;
  const [root, , middle] = topic.split("/", 3);
  return root === "sentry" && (middle === "alarms" || middle === "ledger");
}

/** [MQTT-3.3.2-2] no wildcards, [MQTT-4.7.3-1] not empty, [MQTT-4.7.3-2] no null character. */
function isTopicName(topic: string): boolean {
  return topic !== "" && !/[+#\0]/.test(topic) && topic.split("/").length <= maxTopicLevels;
}

/** Does the subscription `filter` match `topic`? [MQTT-4.7.2-1]: a leading wildcard does not match a leading `$`. */
export function matches(filter: string, topic: string): boolean {
  if (topic.startsWith("$") && (filter.startsWith("+") || filter.startsWith("#"))) return false;
  return grants(filter, topic);
}

/** As `matches`, but `#` in a rule means every topic, `$` or not: that clause is about subscribing. */
function grants(filter: string, topic: string): boolean {
  const wanted = filter.split("/");
  const levels = topic.split("/");
  for (let at = 0; at < wanted.length; at++) {
    if (wanted[at] === "#") return true;
    if (at >= levels.length || (wanted[at] !== "+" && wanted[at] !== levels[at])) return false;
  }
  return wanted.length === levels.length;
}

/** Does every topic that `inner` matches also match `outer`? Errs on the side of no (`+/#` is not seen to cover `#`). */
export function covers(outer: string, inner: string): boolean {
  if (inner.startsWith("$") && (outer.startsWith("+") || outer.startsWith("#"))) return false;
  const wide = outer.split("/");
  const narrow = inner.split("/");
  for (let at = 0; at < wide.length; at++) {
    if (wide[at] === "#") return true;
    if (at >= narrow.length || narrow[at] === "#") return false;
    if (wide[at] !== "+" && wide[at] !== narrow[at]) return false;
  }
  return wide.length === narrow.length;
}
