import { expect, test } from "vitest";
import { faultsOf } from "./builder.ts";

const head = "site: { id: north, name: { zh: 北院, en: North } }\n";
const cloud =
  "access_key_id: i, access_key_secret_file: f, sign_name: s, templates: { raised: a, gas: b, returned: c }";
const faults = (yaml: string) => faultsOf(`${head}${yaml}`).map(({ path, message }) => `${path}: ${message}`);

test.each<[what: string, yaml: string, expected: string]>([
  [
    "two groups of one id",
    `channels:
  wecom: { groups: [{ id: night, key_file: f }] }
  dingtalk: { groups: [{ id: night, token_file: f }] }`,
    "channels.dingtalk.groups[0].id: an id of its own, found night again (first channels.wecom.groups[0])",
  ],
  [
    "a group told of a room that is not there",
    `rooms: [{ id: a-101 }]
channels: { webhook: { receivers: [{ id: bms, url: "http://h/", told: { rooms: [a-101, a-102] } }] } }`,
    "channels.webhook.receivers[0].told.rooms[1]: the id of one of rooms, found a-102",
  ],
  [
    "a short name that a cloud would cut",
    `rooms: [{ id: a-101, short_name: 地下二层东侧特藏档案库房甲区 }]
channels: { sms-aliyun: { ${cloud}, variable_length: 12 } }`,
    "rooms[0].short_name: at most 12 characters, because channels.sms-aliyun takes no longer values and a short name is never cut, found 14",
  ],
  [
    "an address that is given twice",
    `channels: { webhook: { receivers: [{ id: bms, url: "http://h/", url_file: f }] } }`,
    "channels.webhook.receivers[0].url: either url or url_file",
  ],
  [
    "a pattern that is none",
    `channels: { sms-http: { url: "http://h/", success: { match: "(" } } }`,
    "channels.sms-http.success.match: a regular expression",
  ],
])("%s is said", (_what, yaml, expected) => {
  expect(faults(yaml)).toEqual([expect.stringContaining(expected)]);
});

test("short names that fit are accepted", () => {
  expect(faults(`rooms: [{ id: a-101, short_name: 住院101 }]\nchannels: { sms-aliyun: { ${cloud} } }`)).toEqual([]);
});
