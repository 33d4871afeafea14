import { once } from "node:events";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { createServer, type RequestListener } from "node:http";
import { createServer as createHttpsServer } from "node:https";
import { type AddressInfo, createServer as createTcpServer, type Server } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createServer as createTlsServer } from "node:tls";
import { beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { z } from "zod";
import { createProbes, type NewEntry, type ProbeReport } from "../../collector/index.ts";
import { quantityNames, type Values } from "../../contract/index.ts";
import { silentLogger, systemClock } from "../../core/index.ts";
import type { SiteFile } from "../../site/index.ts";
import { makeAuthority, makeCertificate, opensslMissing } from "../certificates.ts";
import { aFolder, eventually } from "../sentry.ts";
import { faultsOf, head, read } from "../site/builder.ts";

type ProbeFile = Extract<NonNullable<SiteFile["sources"]>[number], { kind: "probe" }>;
type CheckFile = ProbeFile["check"];

/** Probes of a site, what they enter into the log, and what they report. */
function watching(probes: Partial<ProbeFile>[], options: { folder?: string; failedBefore?: boolean } = {}) {
  const file = (list: Partial<ProbeFile>[]) =>
    read(
      `${head}sources: ${JSON.stringify(list.map((probe) => ({ kind: "probe", name: "archive", every: "500ms", failures: 1, ...probe })))}`,
      options.folder,
    ).site;
  const entries: NewEntry[] = [];
  const reports: ProbeReport[] = [];
  const set = createProbes({
    site: file(probes),
    clock: systemClock,
    log: silentLogger,
    append: (entry, done) => {
      entries.push(entry);
      done(null);
    },
    report: (report) => reports.push(report),
    failedBefore: () => options.failedBefore ?? false,
  });
  onTestFinished(() => set.stop());
  set.start();
  return { entries, reports, set, reload: (list: Partial<ProbeFile>[]) => set.reload(file(list)) };
}

const shape = z
  .object({ seq: z.number(), session: z.string() })
  .extend(Object.fromEntries(quantityNames.map((name) => [name, z.number().optional()])));

/** What one look finds: the figures, or why there are none. */
async function look(
  check: CheckFile,
  options: Partial<ProbeFile> & { folder?: string } = {},
): Promise<Values | string> {
  const { folder, ...more } = options;
  const { entries, reports, set } = watching([{ check, ...more }], folder === undefined ? {} : { folder });
  await eventually("a look is over", () => entries.length + reports.length > 0);
  await set.stop();
  if (entries[0] === undefined) return reports[0]?.reason ?? "";
  expect(entries[0]).toMatchObject({ kind: "message", origin: "archive", topic: "sentry/north/archive/telemetry" });
  const { seq, session, ...values } = shape.parse(JSON.parse(entries[0].payload.toString()));
  expect(session).toMatch(/^\w{16}$/);
  expect(seq).toBe(0);
  return values;
}

async function listening(server: Server): Promise<string> {
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(() => void server.close());
  return `127.0.0.1:${(server.address() as AddressInfo).port}`;
}

async function closedAddress(): Promise<string> {
  const server = createTcpServer();
  const address = await listening(server);
  server.close();
  await once(server, "close");
  return address;
}

const web = async (answer: RequestListener) => `http://${await listening(createServer(answer))}`;

describe("tcp", () => {
  test("a port that takes connections has a response time", async () => {
    const address = await listening(createTcpServer((socket) => socket.on("error", () => {})));
    expect(await look({ kind: "tcp", address })).toEqual({ response_ms: expect.any(Number) });
  });

  test("one that takes none says why", async () => {
    expect(await look({ kind: "tcp", address: await closedAddress() })).toMatch(/ECONNREFUSED/);
  });
});

describe("http", () => {
  test("a page that answers", async () => {
    const url = await web((_, answer) => void answer.end("welcome"));
    expect(await look({ kind: "http", url })).toEqual({ response_ms: expect.any(Number) });
    expect(await look({ kind: "http", url, expect: "come" })).toEqual({ response_ms: expect.any(Number) });
  });

  test("a page without the expected text, or with it too far in, has failed", async () => {
    const url = await web((_, answer) => void answer.end(`${"x".repeat(2_000)}welcome`));
    expect(await look({ kind: "http", url, expect: "健康" })).toBe(
      "the expected text is not in the answer's first 2007 bytes",
    );
    expect(await look({ kind: "http", url, expect: "welcome", body: "1KiB" })).toMatch(/first 1024 bytes/);
  });

  test("a body without end is read as far as the limit", async () => {
    const url = await web((_, answer) => {
      const more = () => {
        while (answer.write("x".repeat(16_384))) if (answer.destroyed) return;
        answer.once("drain", more);
      };
      more();
    });
    expect(await look({ kind: "http", url, expect: "y" })).toMatch(/first 262144 bytes/);
  });

  test("only the expected status is right", async () => {
    const url = await web((_, answer) => void answer.writeHead(503).end());
    expect(await look({ kind: "http", url })).toBe("HTTP 503");
    expect(await look({ kind: "http", url, status: 401 })).toBe("HTTP 503, expected 401");
    expect(await look({ kind: "http", url, status: 503 })).toEqual({ response_ms: expect.any(Number) });
  });

  test("redirections are followed so far and no further, and their paths are told to nobody", async () => {
    const url = await web((request, answer) => {
      const left = Number(request.url!.slice(1, 2));
      if (left === 0) answer.end("here");
      else answer.writeHead(302, { location: `/${left - 1}?token=secret` }).end();
    });
    expect(await look({ kind: "http", url: `${url}/3`, expect: "here" })).toEqual({ response_ms: expect.any(Number) });
    expect(await look({ kind: "http", url: `${url}/4?token=secret` })).toBe("more than 3 redirections");
    expect(await look({ kind: "http", url: `${url}/1`, redirects: 0 })).toBe("more than 0 redirections");
    const elsewhere = await web((_, answer) => void answer.writeHead(302, { location: "file:///etc/passwd" }).end());
    expect(await look({ kind: "http", url: elsewhere })).toBe(`redirected from ${elsewhere} to file:`);
  });

  test("a server that never answers has failed when the time is up", async () => {
    const url = await web(() => {});
    expect(await look({ kind: "http", url }, { timeout: "200ms" })).toBe("no answer within 0.2 s");
  });
});

describe.skipIf(opensslMissing)("certificates (needs the openssl command)", () => {
  let folder = "";
  const made: Record<string, { cert: Buffer; key: Buffer }> = {};
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), "sentry-probes-"));
    makeAuthority(folder);
    for (const [name, days] of [
      ["good", 40],
      ["expired", -1],
    ] as const) {
      const { cert, key } = makeCertificate(folder, name, days);
      made[name] = { cert: readFileSync(cert), key: readFileSync(key) };
    }
    return () => rmSync(folder, { recursive: true });
  });
  const tls = (name: string) => listening(createTlsServer(made[name]!, (socket) => socket.on("error", () => {})));
  const days = (values: Values | string) => (typeof values === "string" ? values : values.certificate_days);

  test("a certificate has days left", async () => {
    const check = { kind: "tls", address: await tls("good"), ca_file: "ca.pem" } as const;
    expect(days(await look(check, { folder }))).toBeCloseTo(40, 1);
  });

  test("an expired certificate has none, and is still looked at", async () => {
    const check = { kind: "tls", address: await tls("expired"), ca_file: "ca.pem" } as const;
    expect(days(await look(check, { folder }))).toBe(0);
  });

  test("a certificate of an unknown authority, or of another name, is not trusted", async () => {
    const address = await tls("good");
    expect(await look({ kind: "tls", address }, { folder })).toMatch(/^certificate not trusted: UNABLE_TO_VERIFY/);
    const check = { kind: "tls", address, ca_file: "ca.pem", server_name: "other.example.org" } as const;
    expect(await look(check, { folder })).toBe("certificate not trusted: ERR_TLS_CERT_ALTNAME_INVALID");
  });

  test("a page over https has both, and only from a server that is trusted", async () => {
    const url = `https://${await listening(createHttpsServer(made.good!, (_, answer) => void answer.end("ok")))}`;
    const found = await look({ kind: "http", url, expect: "ok", ca_file: "ca.pem" }, { folder });
    expect(found).toEqual({ response_ms: expect.any(Number), certificate_days: expect.closeTo(40, 1) });
    expect(await look({ kind: "http", url, expect: "ok" }, { folder })).toMatch(/unable to verify/);
    const expired = `https://${await listening(createHttpsServer(made.expired!, (_, answer) => void answer.end("ok")))}`;
    expect(await look({ kind: "http", url: expired, ca_file: "ca.pem" }, { folder })).toMatch(/expired/);
  });

  test("nobody is led from https to http", async () => {
    const plain = await web((_, answer) => void answer.end("ok"));
    const server = createHttpsServer(made.good!, (_, answer) => void answer.writeHead(302, { location: plain }).end());
    const url = `https://${await listening(server)}`;
    expect(await look({ kind: "http", url, ca_file: "ca.pem" }, { folder })).toBe(`redirected from ${url} to http:`);
  });
});

describe("files and disks", () => {
  const hoursAgo = (hours: number) => Date.now() / 1_000 - hours * 3_600;
  function backups(ages: Record<string, number>): string {
    const folder = aFolder();
    for (const [name, hours] of Object.entries(ages)) {
      mkdirSync(join(folder, name, ".."), { recursive: true });
      writeFileSync(join(folder, name), "backup");
      utimesSync(join(folder, name), hoursAgo(hours), hoursAgo(hours));
    }
    return folder;
  }

  test("the newest file of a folder, or of a pattern below it, tells the age of the backup", async () => {
    const folder = backups({ "nightly/a.dump": 30, "nightly/b.dump": 6, "nightly/log.txt": 1 });
    expect(await look({ kind: "newest-file", path: "nightly" }, { folder })).toEqual({
      backup_age_h: expect.closeTo(1, 1),
    });
    const check = { kind: "newest-file", path: "**/*.dump" } as const;
    expect(await look(check, { folder })).toEqual({ backup_age_h: expect.closeTo(6, 1) });
  });

  test("an empty file is no backup", async () => {
    const folder = backups({ "a.dump": 30 });
    writeFileSync(join(folder, "b.dump"), "");
    expect(await look({ kind: "newest-file", path: "." }, { folder })).toEqual({ backup_age_h: expect.closeTo(30, 1) });
  });

  test("no backup at all, or more files than are looked at, is a failure", async () => {
    const folder = backups({ "a.dump": 1, "b.dump": 1 });
    expect(await look({ kind: "newest-file", path: "*.tar" }, { folder })).toBe("no file of at least 1 bytes in *.tar");
    expect(await look({ kind: "newest-file", path: "gone/deep" }, { folder })).toMatch(/^no file/);
    expect(await look({ kind: "newest-file", path: "*", files: 1 }, { folder })).toBe("more than 1 files in *");
  });

  test("a disk has a share of room", async () => {
    const found = await look({ kind: "disk", path: aFolder() });
    expect(found).toEqual({ disk_free_pct: expect.any(Number) });
    expect(await look({ kind: "disk", path: join(aFolder(), "gone") })).toMatch(/ENOENT/);
  });
});

describe("over time", () => {
  test("a failure is reported once, when so many looks in a row have failed, and its end once", async () => {
    let status = 200;
    let asked = 0;
    const url = await web((_, answer) => {
      asked += 1;
      answer.writeHead(status).end();
    });
    const { entries, reports } = watching([{ check: { kind: "http", url }, failures: 2 }]);
    await eventually("it answers", () => entries.length > 0);
    status = 500;
    const before = asked;
    await eventually("it has failed", () => reports.length > 0);
    expect(asked - before).toBe(2);
    await eventually("it fails on", () => asked - before >= 3);
    status = 200;
    await eventually("it is back", () => reports.length > 1);
    expect(reports).toEqual([
      { probe: "archive", failing: true, reason: "HTTP 500" },
      { probe: "archive", failing: false, reason: null },
    ]);
  });

  test("the end of a failure from before the start is reported too", async () => {
    const url = await web((_, answer) => void answer.end());
    const { reports } = watching([{ check: { kind: "http", url } }], { failedBefore: true });
    await eventually("it is back", () => reports.length > 0);
    expect(reports).toEqual([{ probe: "archive", failing: false, reason: null }]);
  });

  test("a reload ends what has gone, begins what is new, and leaves alone what is the same", async () => {
    const asked: string[] = [];
    const url = await web((request, answer) => {
      asked.push(request.url!);
      answer.end();
    });
    const one = { name: "one", check: { kind: "http", url: `${url}/one` } } as const;
    const two = { name: "two", check: { kind: "http", url: `${url}/two` } } as const;
    const three = { name: "three", check: { kind: "http", url: `${url}/three` } } as const;
    const { entries, reload } = watching([one, two]);
    await eventually("both are looked at", () => asked.includes("/one") && asked.includes("/two"));
    reload([two, three]);
    await eventually("the new one is looked at", () => asked.includes("/three"));
    asked.length = 0;
    await eventually("both are looked at again", () => asked.filter((path) => path === "/three").length > 1);
    expect(asked).not.toContain("/one");
    const sessions = new Set(
      entries
        .filter(({ origin }) => origin === "two")
        .map(({ payload }) => shape.parse(JSON.parse(payload.toString())).session),
    );
    expect(sessions.size).toBe(1);
  });

  test("stopping ends a look that is under way", async () => {
    let asked = false;
    const url = await web(() => {
      asked = true;
    });
    const { set, reports } = watching([{ check: { kind: "http", url }, timeout: "1h" }]);
    await eventually("it is asked", () => asked);
    const fromMs = performance.now();
    await set.stop();
    expect(performance.now() - fromMs).toBeLessThan(1_000);
    expect(reports).toEqual([]);
  });

  test("no more look at one time than the site file allows", async () => {
    let now = 0;
    let most = 0;
    const url = await web((_, answer) => {
      now += 1;
      most = Math.max(most, now);
      setTimeout(() => {
        now -= 1;
        answer.end();
      }, 50);
    });
    const probes = Array.from({ length: 20 }, (_, n) => ({ name: `p-${n}`, check: { kind: "http", url } as const }));
    const { entries } = watching(probes);
    await eventually("all were looked at", () => new Set(entries.map(({ origin }) => origin)).size === 20);
    expect(most).toBeLessThanOrEqual(8);
  });
});

describe("in the site file", () => {
  const probe = (check: object, more: object = {}) =>
    `${head}rooms: [{ id: a }]\ndevices: [{ id: dev-1, room: a, quantities: [door] }]\nsources: [${JSON.stringify({ kind: "probe", name: "archive", check, ...more })}]`;

  test("a probe is a device in no room, with the quantities of its check", () => {
    const { site } = read(probe({ kind: "http", url: "https://archive.example.org" }, { every: "5m" }));
    expect(site.devices.get("archive")).toMatchObject({
      interval: 300_000,
      quantities: ["response_ms", "certificate_days"],
    });
    expect(site.roomOf("archive", 0)).toBeNull();
  });

  test.each<[string, string, RegExp]>([
    [
      "a kind that is not there",
      probe({ kind: "ping" }),
      /^sources\[0\]\.check.*: tcp, http, tls, newest-file or disk/,
    ],
    ["an address without a port", probe({ kind: "tcp", address: "archive" }), /address: host:port/],
    ["a port that is none", probe({ kind: "tcp", address: "archive:70000" }), /address: a port of 1 to 65535/],
    ["the name of a device", probe({ kind: "disk", path: "." }, { name: "dev-1" }), /name: a name that no device has/],
    ["looks without a pause", probe({ kind: "disk", path: "." }, { every: "0s" }), /every: at least 500ms/],
  ])("%s is refused", (_, yaml, message) => {
    expect(faultsOf(yaml).map((fault) => `${fault.path}: ${fault.message}`)).toEqual([expect.stringMatching(message)]);
  });

  test("a password in an address is refused, and not repeated", () => {
    const faults = faultsOf(probe({ kind: "http", url: "https://me:hunter2@archive.example.org" }));
    expect(faults).toMatchObject([{ path: "sources[0].check.url", message: expect.stringMatching(/found one with$/) }]);
    expect(JSON.stringify(faults)).not.toContain("hunter2");
  });

  test("IPv6 addresses stand in brackets", () => {
    const { site } = read(probe({ kind: "tcp", address: "[::1]:443" }));
    expect(site.config.sources).toMatchObject([{ check: { address: { host: "::1", port: 443 } } }]);
  });
});
