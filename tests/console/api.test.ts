import { request } from "node:http";
import { createConnection } from "node:net";
import { networkInterfaces } from "node:os";
import { describe, expect, it } from "vitest";
import { createConsole, pageIsBuilt } from "../../console/index.ts";
import { manualClock, SentryError, silentLogger, systemClock } from "../../core/index.ts";
import {
  aSignIn,
  aSite,
  aSource,
  operatorToken,
  recordingLog,
  refusedReload,
  startConsole,
  tokenOf,
} from "./builders.ts";

const routes = [
  ["GET", "/health"],
  ["GET", "/metrics"],
  ["GET", "/api/v1/rooms"],
  ["GET", "/api/v1/plans/{building}/{floor}"],
  ["GET", "/api/v1/devices"],
  ["GET", "/api/v1/readings"],
  ["GET", "/api/v1/alarms"],
  ["GET", "/api/v1/conditions"],
  ["GET", "/api/v1/alarms/journal"],
  ["GET", "/api/v1/alarms/performance"],
  ["POST", "/api/v1/alarms/{id}/ack"],
  ["POST", "/api/v1/alarms/{id}/comment"],
  ["POST", "/api/v1/alarms/{id}/shelve"],
  ["POST", "/api/v1/alarms/{id}/unshelve"],
  ["POST", "/api/v1/alarms/{id}/remedy"],
  ["POST", "/api/v1/alarms/{id}/reset"],
  ["GET", "/api/v1/excursions"],
  ["GET", "/api/v1/quarantine"],
  ["GET", "/api/v1/access/checkpoint"],
  ["GET", "/api/v1/access/proof"],
  ["GET", "/api/v1/access/events"],
  ["GET", "/api/v1/access/grants"],
  ["GET", "/api/v1/access/inside"],
  ["GET", "/api/v1/access/records"],
  ["GET", "/api/v1/registers/{room}/{month}"],
  ["GET", "/api/v1/reports"],
  ["GET", "/api/v1/reports/{name}"],
  ["GET", "/api/v1/telling/drills"],
  ["POST", "/api/v1/access/badges"],
  ["POST", "/api/v1/access/break-glass"],
  ["POST", "/api/v1/access/grants"],
  ["POST", "/api/v1/access/grants/{id}/decide"],
  ["POST", "/api/v1/access/grants/{id}/explain"],
  ["POST", "/api/v1/access/grants/{id}/revoke"],
  ["POST", "/api/v1/access/maintenance"],
  ["POST", "/api/v1/access/records"],
  ["POST", "/api/v1/reports/{name}/mail"],
  ["POST", "/api/v1/telling/drills"],
  ["POST", "/api/v1/telling/drills/{id}/end"],
  ["GET", "/api/v1/telling/on-duty"],
  ["GET", "/api/v1/telling/log"],
  ["POST", "/api/v1/telling/test"],
  ["GET", "/api/v1/stream"],
  ["GET", "/api/v1/session"],
  ["POST", "/api/v1/session"],
  ["DELETE", "/api/v1/session"],
  ["GET", "/api/v1/session/factors"],
  ["POST", "/api/v1/session/totp"],
  ["POST", "/api/v1/session/totp/new"],
  ["POST", "/api/v1/session/totp/confirm"],
  ["POST", "/api/v1/session/totp/remove"],
  ["POST", "/api/v1/session/passkey"],
  ["POST", "/api/v1/session/passkey/new"],
  ["POST", "/api/v1/session/passkey/confirm"],
  ["POST", "/api/v1/session/passkey/{id}/remove"],
  ["POST", "/api/v1/session/passkey/options"],
  ["POST", "/api/v1/session/set-up"],
  ["POST", "/api/v1/session/password"],
  ["GET", "/api/v1/settings"],
  ["POST", "/api/v1/settings"],
  ["POST", "/api/v1/settings/changes/{id}/consent"],
  ["POST", "/api/v1/settings/changes/{id}/refuse"],
  ["POST", "/api/v1/devices"],
  ["POST", "/api/v1/devices/{id}/password"],
  ["GET", "/api/v1/trail"],
  ["GET", "/api/v1/config"],
  ["GET", "/api/v1/handovers"],
  ["POST", "/api/v1/handovers"],
  ["POST", "/api/v1/handovers/{id}/take"],
  ["GET", "/api/v1/accounts"],
  ["POST", "/api/v1/accounts"],
  ["POST", "/api/v1/accounts/{id}/link"],
  ["POST", "/api/v1/accounts/{id}/unlock"],
  ["POST", "/api/v1/accounts/{id}/end-sessions"],
  ["POST", "/api/v1/accounts/{id}/reset-second-factor"],
  ["POST", "/api/v1/accounts/{id}/disable"],
  ["POST", "/api/v1/accounts/{id}/enable"],
  ["POST", "/api/v1/config/reload"],
] as const;

/** A request with a Host of its own, which `fetch` does not allow. */
function statusWith(url: string, path: string, headers: Record<string, string>): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    const sent = request(`${url}${path}`, { headers }, (response) => {
      response.resume();
      resolve(response.statusCode);
    });
    sent.on("error", reject);
    sent.end();
  });
}

describe("the OpenAPI document", () => {
  it("names every route, with the schemas the routes are judged by", async () => {
    const { ask } = await startConsole();
    const { status, body } = await ask("/api/openapi.json");
    expect(status).toBe(200);
    const document = body as unknown as {
      openapi: string;
      paths: Record<string, Record<string, { parameters?: { name: string }[]; security?: unknown[] }>>;
      components: { schemas: Record<string, unknown> };
    };
    expect(document.openapi).toBe("3.1.0");
    const described = Object.entries(document.paths).flatMap(([path, methods]) =>
      Object.keys(methods)
        .filter((method) => method !== "head")
        .map((method) => `${method.toUpperCase()} ${path}`),
    );
    expect(described.sort()).toEqual(routes.map((route) => route.join(" ")).sort());
    const readings = document.paths["/api/v1/readings"]?.get;
    expect(readings?.parameters?.map(({ name }) => name)).toEqual(
      expect.arrayContaining(["room", "device", "quantity", "from", "to", "every", "limit", "cursor"]),
    );
    expect(readings?.security).toEqual([{}, { token: [] }]);
    expect(Object.keys(document.components.schemas)).toEqual(
      expect.arrayContaining(["Alarm", "Room", "Reading", "Bucket", "Problem", "JournalEntry", "Device"]),
    );
    const refs = [...JSON.stringify(document).matchAll(/"\$ref":"#\/components\/schemas\/([^"]+)"/g)].map(
      ([, name]) => name!,
    );
    expect(refs.length).toBeGreaterThan(0);
    for (const name of refs) expect(document.components.schemas).toHaveProperty([name]);
  });
});

describe("reading", () => {
  it("is open on loopback for rooms, readings, alarms and health, and closed for the rest", async () => {
    const { ask } = await startConsole();
    const statuses = await Promise.all(
      routes
        .filter(([method, path]) => method === "GET" && path !== "/api/v1/stream")
        .map(async ([, path]) => `${path} ${(await ask(path)).status}`),
    );
    expect(statuses).toEqual([
      "/health 200",
      "/metrics 200",
      "/api/v1/rooms 200",
      "/api/v1/plans/{building}/{floor} 400",
      "/api/v1/devices 401",
      "/api/v1/readings 200",
      "/api/v1/alarms 200",
      "/api/v1/conditions 200",
      "/api/v1/alarms/journal 401",
      "/api/v1/alarms/performance 401",
      "/api/v1/excursions 401",
      "/api/v1/quarantine 401",
      "/api/v1/access/checkpoint 401",
      "/api/v1/access/proof 401",
      "/api/v1/access/events 401",
      "/api/v1/access/grants 401",
      "/api/v1/access/inside 401",
      "/api/v1/access/records 401",
      "/api/v1/registers/{room}/{month} 401",
      "/api/v1/reports 401",
      "/api/v1/reports/{name} 401",
      "/api/v1/telling/drills 401",
      "/api/v1/telling/on-duty 401",
      "/api/v1/telling/log 401",
      "/api/v1/session 200",
      "/api/v1/session/factors 401",
      "/api/v1/settings 401",
      "/api/v1/trail 401",
      "/api/v1/config 401",
      "/api/v1/handovers 401",
      "/api/v1/accounts 401",
    ]);
  });

  it("needs a token everywhere when the site file says so", async () => {
    const { ask } = await startConsole({ source: aSource({}, aSite({ console: { open_reading: false } })) });
    // What is looked at and removed once signed in is as closed as the rest.
    const signingIn = (path: string) => path.startsWith("/api/v1/session") && !/\/(factors|remove)$/.test(path);
    for (const [method, path] of routes.filter(([, path]) => !signingIn(path))) {
      const refused = await ask(path, { method });
      expect([path, refused.status, refused.body.code]).toEqual([path, 401, "not-authenticated"]);
      expect(refused.headers.get("www-authenticate")).toContain("Bearer");
    }
    // Signing in is for everybody, from the console's own page; without a session it says nothing but that.
    for (const [method, path] of routes.filter(([method, path]) => signingIn(path) && method !== "GET")) {
      expect([path, (await ask(path, { method })).status]).toEqual([path, 403]);
    }
    expect((await ask("/api/v1/session")).body).toMatchObject({ stage: "none", account: null, rights: {} });
    expect((await ask("/health", { token: operatorToken })).status).toBe(200);
  });

  it("is closed to pages of other sites that resolve to this machine, and to what a proxy passes on", async () => {
    const { url } = await startConsole();
    expect(await statusWith(url, "/api/v1/rooms", { host: "evil.example:8080" })).toBe(401);
    expect(await statusWith(url, "/api/v1/rooms", { host: "127.0.0.1.evil.example" })).toBe(401);
    expect(await statusWith(url, "/api/v1/rooms", { host: "localhost:8080" })).toBe(200);
    expect(await statusWith(url, "/api/v1/rooms", { host: "[::1]:8080" })).toBe(200);
    expect(await statusWith(url, "/api/v1/rooms", { "x-forwarded-for": "10.1.2.3" })).toBe(401);
    const withToken = { host: "evil.example", authorization: `Bearer ${operatorToken}` };
    expect(await statusWith(url, "/api/v1/rooms", withToken)).toBe(200);
  });

  const elsewhere = Object.values(networkInterfaces())
    .flat()
    .find((address) => address && !address.internal && address.family === "IPv4")?.address;
  it.skipIf(!elsewhere)("is closed to other machines", async () => {
    const { console } = await startConsole({ host: "0.0.0.0" });
    const { port } = console.address()!;
    expect(await statusWith(`http://${elsewhere}:${port}`, "/api/v1/rooms", { host: "localhost" })).toBe(401);
    expect(await statusWith(`http://127.0.0.1:${port}`, "/api/v1/rooms", {})).toBe(200);
  });

  it("without log-in shows neither access conditions nor names of people", async () => {
    const { ask } = await startConsole();
    const open = (await ask("/api/v1/alarms")).body.alarms as unknown as { id: string }[];
    expect(open.map(({ id }) => id)).toEqual(["k3v9", "m2x4"]);
    expect(JSON.stringify(open)).not.toContain("10231");
    const known = (await ask("/api/v1/alarms", { token: tokenOf("10231") })).body.alarms as unknown as { id: string }[];
    expect(known.map(({ id }) => id)).toEqual(["k3v9", "m2x4", "d0or"]);
    expect(JSON.stringify(known)).toContain("10231");
  });

  it("shows a person the rooms of their right and nothing else", async () => {
    const { ask } = await startConsole();
    const token = tokenOf("40001");
    const ids = async (path: string, key: string) =>
      ((await ask(path, { token })).body[key] as unknown as Record<string, string>[]).map(
        (entry) => entry.room ?? entry.id,
      );
    expect(await ids("/api/v1/rooms", "rooms")).toEqual(["a-102"]);
    expect(await ids("/api/v1/readings", "readings")).toEqual(["a-102"]);
    expect(await ids("/api/v1/alarms", "alarms")).toEqual(["a-102"]);
    expect(await ids("/api/v1/alarms/journal", "journal")).toEqual(["a-102"]);
    expect(await ids("/api/v1/devices", "devices")).toEqual(["a-102"]);
    expect(await ids("/api/v1/quarantine", "quarantine")).toEqual([]);
    expect((await ask("/api/v1/readings?room=a-101", { token })).status).toBe(403);
    expect((await ask("/api/v1/excursions?room=a-101", { token })).status).toBe(403);
    expect((await ask("/api/v1/excursions?room=a-102", { token })).status).toBe(200);
    expect((await ask("/api/v1/rooms", { token: tokenOf("30001") })).body.code).toBe("not-authorised");
  });

  it("turns times and lengths of time into milliseconds", async () => {
    const source = aSource();
    const { ask } = await startConsole({ source });
    const query =
      "room=a-101&quantity=temperature_c&from=2026-11-22T08:00:00%2B08:00&to=1795305600000&every=15m&limit=5";
    const { body } = await ask(`/api/v1/readings?${query}`);
    expect(body.buckets).toHaveLength(1);
    expect(source.asked).toEqual([
      {
        room: "a-101",
        quantity: "temperature_c",
        fromMs: Date.parse("2026-11-22T00:00:00Z"),
        toMs: 1_795_305_600_000,
        everyMs: 900_000,
        limit: 5,
      },
    ]);
    expect((await ask("/api/v1/readings")).body.next).toBe("more");
  });

  it("answers health with 503 and the reason when a part is not ready", async () => {
    const parts = { history: { ready: false, reason: "disk full" } };
    const { ask } = await startConsole({
      source: aSource({ health: () => ({ ready: false, version: "0.1.0", parts }) }),
    });
    const answer = await ask("/health");
    expect([answer.status, answer.body.parts]).toEqual([503, parts]);
  });

  it("serves metrics as they are, and has the page at /", async () => {
    const { ask } = await startConsole();
    const metrics = await ask("/metrics");
    expect(metrics.headers.get("content-type")).toContain("version=0.0.4");
    expect(metrics.body).toBe("sentry_up 1\n");
    const index = await ask("/");
    expect(index.headers.get("content-type")).toContain("text/html");
    expect(String(index.body)).toContain(pageIsBuilt() ? '<div id="page">' : "/api/openapi.json");
    expect(index.headers.get("x-content-type-options")).toBe("nosniff");
    expect(index.headers.get("content-security-policy")).toMatch(
      /^default-src 'none';script-src 'self';style-src 'self'/,
    );
    expect(metrics.headers.get("cache-control")).toBe("no-store");
    expect(index.headers.get("access-control-allow-origin")).toBeNull();
    const html = { headers: { accept: "text/html,*/*" } };
    const nowhere = await ask("/rooom/a-101", html);
    expect([nowhere.status, nowhere.body.code ?? "page"]).toEqual([404, pageIsBuilt() ? "page" : "not-found"]);
    for (const path of ["/api/v1/nothing", "/assets/nothing.js"]) {
      expect([path, (await ask(path, html)).body.code]).toEqual([path, "not-found"]);
    }
  });
});

describe("alarm performance", () => {
  it("is of the last thirty days unless asked otherwise, and of the rooms that the caller may read", async () => {
    const source = aSource();
    const { ask } = await startConsole({ source });
    const from = "2026-11-01T00:00:00Z";
    const path = `/api/v1/alarms/performance?from=${from}&to=2026-11-08T00:00:00Z`;
    expect((await ask(path, { token: tokenOf("40001") })).body).toMatchObject({
      annunciated: 0,
      from: "2026-11-01T00:00:00.000Z",
    });
    await ask("/api/v1/alarms/performance?room=a-101", { token: tokenOf("10231") });
    expect(source.asked).toMatchObject([{ fromMs: Date.parse(from), rooms: ["a-102"] }, { rooms: ["a-101"] }]);
    const { fromMs, toMs } = source.asked[1] as { fromMs: number; toMs: number };
    expect(toMs - fromMs).toBe(30 * 86_400_000);
    const wrong = await ask("/api/v1/alarms/performance?from=2&to=1", { token: tokenOf("10231") });
    expect([wrong.status, wrong.body.code]).toEqual([400, "request-invalid"]);
  });
});

describe("changing an alarm", () => {
  it("is recorded with the person of the token", async () => {
    const source = aSource();
    const { ask } = await startConsole({ source });
    const answer = await ask("/api/v1/alarms/k3v9/ack", {
      token: tokenOf("10231"),
      json: { comment: " looked, fan off " },
    });
    expect([answer.status, answer.body.acknowledgedBy]).toEqual([200, "10231"]);
    const command = { do: "acknowledge", alarm: "k3v9", comment: "looked, fan off", by: "10231", via: "api" };
    expect(source.asked).toEqual([command]);
  });

  it("shelves for as long as asked", async () => {
    const source = aSource();
    const { ask } = await startConsole({ source });
    const answer = await ask("/api/v1/alarms/k3v9/shelve", {
      token: tokenOf("10231"),
      json: { comment: "fan is being replaced", for: "2h" },
    });
    expect(answer.status).toBe(200);
    const command = { do: "shelve", alarm: "k3v9", comment: "fan is being replaced", by: "10231", via: "api" };
    expect(source.asked).toEqual([{ ...command, forMs: 7_200_000 }]);
  });

  it("is recorded with both the operator token and the person it names", async () => {
    const source = aSource();
    const { ask } = await startConsole({ source });
    const json = { comment: "seen", by: "20001" };
    expect((await ask("/api/v1/alarms/k3v9/comment", { token: operatorToken, json })).status).toBe(200);
    const command = { do: "comment", alarm: "k3v9", comment: "seen", by: "20001", via: "operator-token" };
    expect(source.asked).toEqual([command]);
  });

  it.each([
    ["without a token", undefined, "k3v9/ack", { comment: "seen" }, 401, "not-authenticated"],
    ["with an unknown token", "guess", "k3v9/ack", { comment: "seen" }, 401, "not-authenticated"],
    ["operator token, nobody named", operatorToken, "k3v9/ack", { comment: "seen" }, 400, "person-required"],
    [
      "operator token, a stranger named",
      operatorToken,
      "k3v9/ack",
      { comment: "seen", by: "9" },
      400,
      "person-required",
    ],
    [
      "operator token, a person without right",
      operatorToken,
      "k3v9/ack",
      { comment: "x", by: "30001" },
      403,
      "not-authorised",
    ],
    ["in somebody else's name", tokenOf("10231"), "k3v9/ack", { comment: "x", by: "20001" }, 403, "not-authorised"],
    ["in another room than the right's", tokenOf("40001"), "k3v9/ack", { comment: "x" }, 403, "not-authorised"],
    ["an action outside the right", tokenOf("40001"), "m2x4/comment", { comment: "x" }, 403, "not-authorised"],
    ["reset by somebody who may not", tokenOf("20001"), "k3v9/reset", { comment: "x" }, 403, "not-authorised"],
    ["acknowledge without comment", tokenOf("10231"), "k3v9/ack", {}, 400, "comment-required"],
    ["acknowledge with a blank comment", tokenOf("10231"), "k3v9/ack", { comment: "  " }, 400, "comment-required"],
    ["no such alarm", tokenOf("10231"), "zzzz/ack", { comment: "x" }, 404, "not-found"],
    ["a state in which it cannot be done", tokenOf("10231"), "k3v9/reset", {}, 409, "state-conflict"],
    ["shelve without a limit", tokenOf("10231"), "k3v9/shelve", { comment: "x" }, 400, "request-invalid"],
    ["shelve without comment", tokenOf("10231"), "k3v9/shelve", { for: "2h" }, 400, "comment-required"],
    [
      "shelve by somebody who may not",
      tokenOf("20001"),
      "k3v9/shelve",
      { comment: "x", for: "2h" },
      403,
      "not-authorised",
    ],
    ["acknowledge for a while", tokenOf("10231"), "k3v9/ack", { comment: "x", for: "2h" }, 400, "request-invalid"],
    ["a misspelt field", tokenOf("10231"), "k3v9/ack", { coment: "x" }, 400, "request-invalid"],
  ] as const)("is refused: %s", async (_, token, path, json, status, code) => {
    const { ask } = await startConsole();
    const answer = await ask(`/api/v1/alarms/${path}`, { ...(token === undefined ? {} : { token }), json });
    expect([answer.status, answer.body.code]).toEqual([status, code]);
  });
});

describe("reloading the configuration", () => {
  it("needs the right, or the operator token with a name", async () => {
    const source = aSource();
    const log = recordingLog();
    const { ask } = await startConsole({ source, log });
    const reload = (token: string, json?: unknown) => ask("/api/v1/config/reload", { method: "POST", token, json });
    expect((await reload(tokenOf("10231"))).status).toBe(403);
    expect((await reload(operatorToken, {})).body.code).toBe("person-required");
    expect(source.asked).toEqual([]);
    expect((await reload(tokenOf("20001"))).status).toBe(200);
    expect((await reload(operatorToken, { by: "10231" })).body).toEqual({ warnings: [] });
    expect(source.asked).toEqual(["reload", "reload"]);
    expect(log.lines.filter(({ event }) => event === "console.config.reloaded").map(({ fields }) => fields)).toEqual([
      { by: "20001", via: "api" },
      { by: "10231", via: "operator-token" },
    ]);
  });

  it("needs nobody's name at a site that names nobody yet", async () => {
    const { ask } = await startConsole({ source: aSource({}, aSite({ people: [] })) });
    expect((await ask("/api/v1/config/reload", { method: "POST", token: operatorToken })).status).toBe(200);
  });

  it("says what is wrong with a file that was refused", async () => {
    const { ask } = await startConsole({ source: aSource({ reload: () => Promise.reject(refusedReload) }) });
    const { status, body } = await ask("/api/v1/config/reload", { token: tokenOf("20001"), json: {} });
    expect([status, body.code]).toEqual([422, "config-invalid"]);
    expect(body.detail).toContain("rooms: expected a list, found 3");
  });
});

describe("a problem document", () => {
  it.each([
    ["/api/v1/readings?limit=0", 'limit: expected at least 1, found "0"'],
    ["/api/v1/readings?from=yesterday", "from: expected an RFC 3339 time"],
    ["/api/v1/readings?every=0m", 'every: expected a length of time such as 15m, 1h or 1d, found "0m"'],
    ["/api/v1/readings?rooom=a-101", "(querystring): expected only known keys, found rooom"],
    ["/api/v1/alarms?state=closed", 'state: expected one of open, all, remedial, found "closed"'],
  ])("says where %s is wrong", async (path, detail) => {
    const { ask } = await startConsole();
    const answer = await ask(path);
    expect(answer.headers.get("content-type")).toContain("application/problem+json");
    expect([answer.status, answer.body.status, answer.body.code]).toEqual([400, 400, "request-invalid"]);
    expect(answer.body.detail).toContain(detail);
  });

  it("answers what does not exist, bad bodies and long ones", async () => {
    const { ask } = await startConsole();
    const token = tokenOf("10231");
    const post = (body: string, type = "application/json") =>
      ask("/api/v1/alarms/k3v9/ack", { method: "POST", token, body, headers: { "content-type": type } });
    const seen = [
      await ask("/api/v1/nothing"),
      await ask("/api/v1/rooms", { method: "DELETE" }),
      await ask("/api/v1/readings?room=z-9"),
      await post("{broken"),
      await post(""),
      await post("comment=x", "application/x-www-form-urlencoded"),
      await post(JSON.stringify({ comment: "x".repeat(70_000) })),
      await ask("/api/v1/%zz"),
    ];
    expect(seen.map(({ status, body }) => `${status} ${body.code}`)).toEqual([
      "404 not-found",
      "404 not-found",
      "404 not-found",
      "400 request-invalid",
      "400 request-invalid",
      "400 request-invalid",
      "413 request-too-large",
      "400 request-invalid",
    ]);
    for (const { headers } of seen) expect(headers.get("content-type")).toContain("application/problem+json");
  });

  it("goes with a line in the log for tokens that are guessed, at most one a second", async () => {
    const log = recordingLog();
    const { ask } = await startConsole({ log, clock: manualClock() });
    for (const token of ["a", "b", "c"]) await ask("/api/v1/rooms", { token });
    const lines = log.lines.filter(({ event }) => event === "console.caller.refused");
    expect(lines.map(({ fields }) => fields)).toEqual([{ remoteAddress: "127.0.0.1", unlogged: 0 }]);
  });

  it("never reads a stranger's body", async () => {
    const { ask } = await startConsole();
    const answer = await ask("/api/v1/alarms/k3v9/ack", { json: { comment: "x".repeat(70_000) } });
    expect(answer.status).toBe(401);
  });

  it("keeps what went wrong inside for the log", async () => {
    const log = recordingLog();
    const rooms = () => {
      throw new Error("SQLITE at /var/lib/secret.db");
    };
    const { ask } = await startConsole({ source: aSource({ rooms }), log });
    const { status, body } = await ask("/api/v1/rooms");
    expect([status, body.code]).toEqual([500, "internal"]);
    expect(JSON.stringify(body)).not.toContain("secret.db");
    expect(log.lines.find(({ event }) => event === "console.request.failed")?.fields?.error).toContain("secret.db");
  });

  it("passes on the code and the words of a fault of the world", async () => {
    const readings = () => {
      throw new SentryError("request-invalid", "cursor: expected the `next` of an earlier page, found something else");
    };
    const { ask } = await startConsole({ source: aSource({ readings }) });
    const { status, body } = await ask("/api/v1/readings?cursor=x");
    expect([status, body.code, body.detail]).toEqual([400, "request-invalid", expect.stringContaining("cursor")]);
  });

  it("answers what is not HTTP at all, and goes on", async () => {
    const { console, ask } = await startConsole();
    const text = await new Promise<string>((resolve, reject) => {
      let received = "";
      const socket = createConnection(console.address()!.port, "127.0.0.1", () =>
        socket.write("\x10\x0e\x00\x04MQTT\r\n\r\n"),
      );
      socket.on("data", (chunk) => (received += chunk.toString()));
      socket.on("end", () => resolve(received));
      socket.on("error", reject);
    });
    expect(text).toContain("application/problem+json");
    expect((await ask("/health")).status).toBe(200);
  });
});

describe("listening", () => {
  it("says that a port is taken, and can be stopped twice", async () => {
    const { console, url } = await startConsole();
    const second = createConsole({
      source: aSource(),
      clock: systemClock,
      log: silentLogger,
      host: "127.0.0.1",
      port: console.address()!.port,
      operatorToken,
      tokens: () => new Map(),
      signIn: aSignIn(),
      handoversPath: ":memory:",
      proposalsPath: ":memory:",
    });
    await expect(second.start()).rejects.toMatchObject({ code: "port-taken" });
    await second.stop();
    await console.stop();
    await console.stop();
    expect(console.address()).toBeNull();
    await expect(fetch(`${url}/health`)).rejects.toThrow();
  });

  it("stops within two seconds while a request is under way", async () => {
    const { console, ask } = await startConsole({ source: aSource({ metrics: () => new Promise(() => {}) }) });
    const asking = ask("/metrics").then(
      () => "answered",
      () => "cut",
    );
    const begunMs = performance.now();
    await systemClock.sleep(50);
    await console.stop();
    expect(performance.now() - begunMs).toBeLessThan(2_000);
    expect(await asking).toBe("cut");
  });
});
