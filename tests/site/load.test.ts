import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { loadSite } from "../../site/index.ts";
import { faultsOf, folder, head, nowMs, read } from "./builder.ts";

test("the sample hospital is a good site file", () => {
  const path = fileURLToPath(new URL("../../config/sample-hospital.yaml", import.meta.url));
  const { site, warnings } = loadSite(path, { nowMs });
  expect(warnings).toEqual([]);
  expect(site.timeZone).toBe("Asia/Shanghai");
  expect(site.rooms.size).toBeGreaterThanOrEqual(12);
});

test("a site file of one line is enough; everything else has a default", () => {
  const { config } = read(head).site;
  expect(config.broker.limits.packet).toBe(256 * 1024);
  expect(config.broker.listeners).toMatchObject([{ kind: "tcp", host: "127.0.0.1", port: 1883 }]);
  expect(config.limits).toMatchObject({ trusted_past: 31 * 86_400_000, page_within: 86_400_000 });
  expect(config.site).toMatchObject({ time_zone: "Asia/Shanghai", language: "zh-CN" });
});

describe("everything wrong with a file is said at once", () => {
  const yaml = `site: { id: North, name: { zh: 北院, en: North }, time_zone: Asia/Shangai }
broker:
  limits: { packet: 256KB }
rooms:
  - { id: a, building: x, profile: paper, limits: { temperature_c: 24..14 } }
  - id: a
    lmits: { temperature_c: 14..24 }
    humidity: high
doors: [{ id: d1, room: b, contact: nope }]
devices:
  - { id: s1, room: a, quantities: [temperature_c] }
  - { id: s2, quantities: [] }
  - 7
people: [{ id: "1", name: A, category: boss, told: { rooms: [q] }, rights: [{ actions: [read], rooms: [r] }] }]
`;

  test("shape, values and references, each with its line, in the order of the file", () => {
    const said = faultsOf(yaml).map(({ line, path, message }) => `${line} ${path}: ${message}`);
    expect(said.map((text) => text.replace(/one of .*, found/, "one of …, found"))).toEqual([
      '1 site.id: a name of a-z, 0-9 and -, at most 63 characters, found "North"',
      '1 site.time_zone: an IANA time zone such as Asia/Shanghai, found "Asia/Shangai"',
      '3 broker.limits.packet: a size such as 256KiB or 4GiB, found "256KB"',
      '5 rooms[0].profile: one of …, found "paper"',
      '5 rooms[0].limits.temperature_c: a range such as 14..24, ..24 or 14.., low before high, found "24..14"',
      "5 rooms[0].building: the id of one of …, found x",
      "6 rooms[1].id: an id of its own, found a again (first rooms[0])",
      "7 rooms[1]: only known keys, found lmits",
      "8 rooms[1]: only known keys, found humidity",
      "9 doors[0].room: the id of one of …, found b",
      "9 doors[0].contact: the id of one of …, found nope",
      "12 devices[1].quantities: at least 1 entry, found []",
      "12 devices[1].room: room or assignments, found neither",
      "13 devices[2]: keys and values, found 7",
      '14 people[0].category: one of …, found "boss"',
      "14 people[0].told.rooms[0]: the id of one of …, found q",
      "14 people[0].rights[0].rooms[0]: the id of one of …, found r",
    ]);
  });

  test("the sentence for people names file, place, expectation, finding and line", () => {
    expect(() => read(yaml)).toThrow(
      'site.yaml is not usable:\nsite.id: expected a name of a-z, 0-9 and -, at most 63 characters, found "North" (line 1)\n',
    );
  });

  test("also what is wrong in the calendar file", () => {
    const directory = folder({ "days.csv": "date,kind,name\n2026-13-01,off,x\n2026-01-01,holiday,y\n" });
    expect(faultsOf(`${head}calendar: { days_file: days.csv }\nrooms: 7\n`, directory)).toMatchObject([
      { path: "rooms", message: "a list, found 7", line: 2 + 1 },
      { path: expect.stringMatching(/days\.csv row 2$/) },
      { path: expect.stringMatching(/days\.csv row 3$/) },
    ]);
  });
});

describe("a single fault", () => {
  const room = "rooms: [{ id: a }, { id: b }]\n";
  test.each<[string, string, string]>([
    ["an empty file", "", "site: keys and values, found nothing"],
    ["a list in place of keys", "- 1\n", "(file): keys and values, found [1]"],
    ["text", "hello\n", '(file): keys and values, found "hello"'],
    [
      "a duration without unit",
      `${head}limits: { page_within: 24 }`,
      "limits.page_within: a duration such as 500ms, 30s, 10m, 2h or 31d, found 24",
    ],
    [
      "a port out of range",
      `${head}broker: { listeners: [{ kind: tcp, port: 70000 }] }`,
      "broker.listeners[0].port: at most 65535, found 70000",
    ],
    [
      "TLS without a certificate",
      `${head}broker: { listeners: [{ kind: tls, port: 8883 }] }`,
      'broker.listeners[0]: certificate_file and key_file, because the listener is encrypted, found {"kind":"tls","port":8883}',
    ],
    [
      "a wildcard in the middle of a level",
      `${head}broker: { identities: [{ name: x, subscribe: ["a/b#"] }] }`,
      'broker.identities[0].subscribe[0]: an MQTT topic filter: + alone in a level, # alone in the last, found "a/b#"',
    ],
    [
      "an unknown store",
      `${head}stores: [{ kind: influx-v4, url: "http://h" }]`,
      'stores[0].kind: influx-v1 or influx-v2, found "influx-v4"',
    ],
    [
      "a secret in the file",
      `${head}stores: [{ kind: influx-v2, url: "http://h", bucket: b, token: abc }]`,
      "stores[0]: only known keys, found token",
    ],
    [
      "a device called alarms",
      `${head}${room}devices: [{ id: alarms, room: a, quantities: [door] }]`,
      'devices[0].id: a name of a-z, 0-9 and -, at most 63 characters, not alarms or ledger, found "alarms"',
    ],
    [
      "a device without a room",
      `${head}devices: [{ id: d, quantities: [door] }]`,
      "devices[0].room: room or assignments, found neither",
    ],
    [
      "a device in two rooms at once",
      `${head}${room}devices: [{ id: d, quantities: [door], assignments: [{ room: a }, { room: b, from: "2026-01-01T00:00:00Z" }] }]`,
      'devices[0].assignments: stays one after the other, because a device is in one room at a time, found [{"room":"a"},{"room":"b","from":"2026-01-01T00:00:00Z"}]',
    ],
    [
      "an unknown condition",
      `${head}conditions: { temperature-hi: { delay: 5m } }`,
      "conditions: only known keys, found temperature-hi",
    ],
    [
      "two stores of one name",
      `${head}stores: [{ kind: influx-v1, url: "http://h", database: a }, { kind: influx-v1, url: "http://h", database: b }]`,
      "stores[1].name: a name of its own, found influx-v1 again (first stores[0])",
    ],
  ])("%s", (_title, yaml, expected) => {
    const [fault, ...more] = faultsOf(yaml);
    expect(`${fault?.path}: ${fault?.message}`).toBe(expected);
    expect(more).toEqual([]);
  });

  test("YAML that cannot be read names the line", () => {
    expect(faultsOf(`${head}rooms: [{ id: a }\n`)).toMatchObject([{ path: "(yaml)", line: 3 }]);
    expect(faultsOf(`${head}${head}`)).toMatchObject([{ path: "(yaml)", message: expect.stringContaining("unique") }]);
  });
});

test("a file that is not there is named", () => {
  const path = join(folder(), "none.yaml");
  expect(() => loadSite(path, { nowMs })).toThrow(expect.objectContaining({ code: "config-unreadable" }));
});

test("a warning while the days of next year are missing", () => {
  const yaml = `${head}calendar: { days_file: days.csv }\n`;
  const old = folder({ "days.csv": "date,kind,name\n2026-10-01,off,National Day\n" });
  expect(read(yaml, old).warnings).toEqual([
    "calendar.days_file: days of 2027, found none yet; add them when they are published",
  ]);
  const current = folder({ "days.csv": "date,kind,name\n2027-01-01,off,New Year\n" });
  expect(read(yaml, current).warnings).toEqual([]);
});
