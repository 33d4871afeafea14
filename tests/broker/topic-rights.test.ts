import { describe, expect, test } from "vitest";
import {
  anonymousRights,
  covers,
  deviceRights,
  integrationRights,
  matches,
  mayPublish,
  mayReceive,
  mayRetain,
  maySubscribe,
} from "../../broker/topic-rights.ts";

const device = deviceRights({ site: "north", device: "dev-1" });
const anonymous = anonymousRights("north");
const everything = integrationRights({ publish: ["#"], subscribe: ["#"], deny: ["test/nosubscribe"], retain: true });
const bms = integrationRights({
  publish: ["bms/#"],
  subscribe: ["sentry/+/alarms/+", "bms/#"],
  deny: ["bms/private/#"],
  retain: false,
});

describe("a topic filter", () => {
  test.each([
    ["a/b", "a/b", true],
    ["a/b", "a/b/c", false],
    ["a/+", "a/b", true],
    ["a/+", "a", false],
    ["a/+", "a/", true],
    ["+", "a", true],
    ["+/+", "/a", true],
    ["/+", "/a", true],
    ["/+", "a", false],
    ["+", "/a", false],
    ["#", "a/b/c", true],
    ["a/#", "a", true],
    ["a/#", "ab", false],
    ["/#", "/a/b", true],
    ["#", "$SYS/x", false],
    ["+/x", "$SYS/x", false],
    ["$SYS/#", "$SYS/x", true],
  ])("%s matches %s: %s", (filter, topic, answer) => expect(matches(filter, topic)).toBe(answer));

  test.each([
    ["#", "a/b", true],
    ["#", "#", true],
    ["#", "+/#", true],
    ["#", "$SYS/#", false],
    ["+/b", "$SYS/b", false],
    ["a/#", "a/+/c", true],
    ["a/#", "a", true],
    ["a/+", "a/b", true],
    ["a/+", "a/+", true],
    ["a/+", "a/#", false],
    ["a/b", "a/+", false],
    ["a/+", "a/b/c", false],
    ["a/b/c", "a/b", false],
  ])("%s covers %s: %s", (outer, inner, answer) => expect(covers(outer, inner)).toBe(answer));
});

describe("who may publish", () => {
  test.each([
    ["a device", device, "sentry/north/dev-1/telemetry", true],
    ["a device", device, "sentry/north/dev-1/status", true],
    ["a device", device, "sentry/north/dev-1/badge", true],
    ["a device", device, "sentry/north/dev-1/result", true],
    ["a device", device, "sentry/north/dev-1/scan", true],
    ["a device", device, "sentry/north/dev-1/command", false],
    ["a device", device, "sentry/north/dev-2/telemetry", false],
    ["a device", device, "sentry/south/dev-1/telemetry", false],
    ["a device", device, "sentry/north/dev-1/telemetry/x", false],
    ["a device", device, "elsewhere", false],
    ["an anonymous client", anonymous, "sentry/north/dev-9/telemetry", true],
    ["an anonymous client", anonymous, "sentry/north/alarms/telemetry", false],
    ["an anonymous client", anonymous, "sentry/north/dev-9/command", false],
    ["an anonymous client", anonymous, "test/x", false],
    ["an integration", bms, "bms/lift", true],
    ["an integration", bms, "bms/private/x", false],
    ["an integration", bms, "sentry/north/dev-1/telemetry", false],
    ["an integration with #", everything, "$TopicA/B", true],
    ["an integration with #", everything, "sentry/north/dev-1/command", true],
    ["an integration with #", everything, "sentry/north/alarms/a-101", false],
    ["an integration with #", everything, "sentry/north/ledger/checkpoint", false],
    ["an integration with #", everything, "$SYS/x", false],
    ["an integration with #", everything, "a/+", false],
    ["an integration with #", everything, "a\0b", false],
    ["an integration with #", everything, "", false],
    ["an integration with #", everything, "/".repeat(100), false],
  ])("%s: %j to %s: %s", (_who, rights, topic, answer) => expect(mayPublish(rights, topic)).toBe(answer));

  test.each([
    ["a device's status", device, "sentry/north/dev-1/status", true],
    ["a device's telemetry", device, "sentry/north/dev-1/telemetry", false],
    ["an anonymous status", anonymous, "sentry/north/dev-9/status", true],
    ["an anonymous badge", anonymous, "sentry/north/dev-9/badge", false],
    ["an integration that may not", bms, "bms/lift", false],
    ["an integration that may", everything, "TopicA", true],
  ])("%s may be retained: %#", (_what, rights, topic, answer) => expect(mayRetain(rights, topic)).toBe(answer));
});

describe("who may subscribe", () => {
  test.each([
    ["a device", device, "sentry/north/dev-1/command", true],
    ["a device", device, "sentry/north/dev-2/command", false],
    ["a device", device, "sentry/north/+/command", false],
    ["a device", device, "sentry/north/dev-1/telemetry", false],
    ["a device", device, "sentry/north/alarms/a-101", false],
    ["a device", device, "#", false],
    ["an anonymous client", anonymous, "sentry/north/alarms/+", true],
    ["an anonymous client", anonymous, "sentry/north/ledger/checkpoint", true],
    ["an anonymous client", anonymous, "sentry/north/dev-1/command", true],
    ["an anonymous client", anonymous, "sentry/north/dev-1/badge", false],
    ["an anonymous client", anonymous, "sentry/#", false],
    ["an integration", bms, "sentry/north/alarms/a-101", true],
    ["an integration", bms, "sentry/+/alarms/+", true],
    ["an integration", bms, "sentry/#", false],
    ["an integration", bms, "bms/#", true],
    ["an integration", bms, "bms/private/x", false],
    ["an integration", bms, "bms/private/#", false],
    ["an integration with #", everything, "test/nosubscribe", false],
    ["an integration with #", everything, "test/+", true],
    ["an integration with #", everything, "#", true],
    ["an integration with #", everything, "$SYS/#", false],
  ])("%s: %j to %s: %s", (_who, rights, filter, answer) => expect(maySubscribe(rights, filter)).toBe(answer));

  test("what is denied is not delivered through a wider filter either", () => {
    expect(mayReceive(bms, "bms/lift")).toBe(true);
    expect(mayReceive(bms, "bms/private/x")).toBe(false);
    expect(mayReceive(everything, "test/nosubscribe")).toBe(false);
    expect(mayReceive(everything, "$SYS/x")).toBe(false);
  });
});
