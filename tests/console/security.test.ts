import { readFileSync } from "node:fs";
import { request } from "node:http";
import { describe, expect, it } from "vitest";
import { routeRights } from "../../console/route-rights.ts";
import { manualClock } from "../../core/index.ts";
import {
  aReading,
  aSignIn,
  aSite,
  aSource,
  operatorToken,
  recordingLog,
  startConsole,
  tokenOf,
  until,
} from "./builders.ts";

/** What somebody who means ill may try, from outside and from inside. */

const password = "Lantern-7 river";

/** A person of the site file with a session. */
async function aSignedIn(started: Awaited<ReturnType<typeof startConsole>>, person: string) {
  const made = await started.ask("/api/v1/accounts", { token: operatorToken, json: { person, by: "20001" } });
  const token = String(made.body.link).split("#")[1]!;
  const done = await started.ask("/api/v1/session/set-up", {
    json: { token, password },
    headers: { "sec-fetch-site": "same-origin" },
  });
  expect(done.status).toBe(200);
  const cookie = done.headers.getSetCookie()[0]!.split(";")[0]!;
  return { cookie, token };
}

/** A path as it is, which `fetch` would tidy up. */
function rawGet(url: string, path: string): Promise<{ status: number; text: string }> {
  const { hostname, port } = new URL(url);
  return new Promise((resolve, reject) => {
    const asked = request({ hostname, port, path }, (response) => {
      let text = "";
      response.on("data", (part) => {
        text += String(part);
      });
      response.on("end", () => resolve({ status: response.statusCode ?? 0, text }));
    });
    asked.on("error", reject);
    asked.end();
  });
}

describe("every answer", () => {
  it("forbids inline script, foreign origins, frames and guesses of its type", async () => {
    const { ask } = await startConsole();
    for (const path of ["/", "/rooms/a-101", "/sign-in", "/api/v1/rooms", "/api/v1/devices", "/nowhere", "/answer/x"]) {
      const { headers } = await ask(path);
      const policy = headers.get("content-security-policy") ?? "";
      expect([path, policy]).toEqual([path, expect.stringContaining("default-src 'none'")]);
      expect([path, policy]).not.toEqual([path, expect.stringMatching(/unsafe-|\*|https?:/)]);
      expect([path, policy]).toEqual([path, expect.stringContaining("frame-ancestors 'none'")]);
      expect([path, headers.get("x-content-type-options")]).toEqual([path, "nosniff"]);
      expect([path, headers.get("referrer-policy")]).toEqual([path, "no-referrer"]);
      expect([path, headers.get("x-powered-by"), headers.get("server")]).toEqual([path, null, null]);
    }
  });

  it("is kept by no cache, but for what never changes", async () => {
    const { ask } = await startConsole();
    for (const path of ["/api/v1/rooms", "/api/v1/session", "/api/v1/devices", "/answer/x"]) {
      expect([path, (await ask(path)).headers.get("cache-control")]).toEqual([path, expect.stringMatching(/no-store/)]);
    }
  });

  it("carries a page without anything inline", () => {
    const page = readFileSync(new URL("../../console/web/dist/index.html", import.meta.url), "utf8");
    expect(page).not.toMatch(/<script(?![^>]*\ssrc=)|<style|\son\w+=|\sstyle=|javascript:|https?:\/\//i);
  });
});

describe("files of the page", () => {
  it.each([
    "/assets/../index.html",
    "/assets/../../../../package.json",
    "/assets/..%2f..%2f..%2f..%2fpackage.json",
    "/assets/%2e%2e/%2e%2e/%2e%2e/page.ts",
    "/assets/..%5c..%5c..%5cpackage.json",
    "/assets/%252e%252e%252fpage.ts",
    "/assets//etc/passwd",
    "/assets/%00",
    "/assets/",
    "/assets",
    "/assets/%c0%ae%c0%ae/page.ts",
    "/../console/page.ts",
    "/.git/config",
    "/main.tsx",
  ])("%s leads to nothing else", async (path) => {
    const { url } = await startConsole();
    const { status, text } = await rawGet(url, path);
    expect([400, 403, 404]).toContain(status);
    expect(text).not.toMatch(/archive-sentry"|root:|import |<div id="page">/);
  });
});

describe("a page of another site", () => {
  it("changes nothing by any route, though the browser sends the cookie along", async () => {
    const started = await startConsole();
    const { cookie } = await aSignedIn(started, "20001");
    for (const route of Object.keys(routeRights)) {
      const [method = "", path = ""] = route.split(" ");
      // A link of a mail and a gateway's callback carry a secret of their own, and no cookie.
      if (method === "GET" || path.includes("answer")) continue;
      for (const from of [{ "sec-fetch-site": "cross-site" }, { origin: "https://evil.example" }, {}]) {
        const { status, body } = await started.ask(path.replaceAll(/:\w+/g, "x"), {
          method,
          json: {},
          headers: { cookie, ...from },
        });
        // Where the right is missing already, that is said first.
        expect([route, status, String(body.code)]).toEqual([
          route,
          403,
          expect.stringMatching(/^(forged-request|not-authorised)$/),
        ]);
      }
    }
    expect((await started.ask("/api/v1/session", { headers: { cookie } })).body).toMatchObject({ stage: "full" });
  });

  it("reads nothing either: no answer is for another origin", async () => {
    const { ask } = await startConsole();
    for (const path of ["/api/v1/rooms", "/api/v1/session", "/"]) {
      const { headers } = await ask(path, { headers: { origin: "https://evil.example" } });
      expect(headers.get("access-control-allow-origin")).toBeNull();
      expect(headers.get("cross-origin-resource-policy")).toBe("same-origin");
    }
  });
});

describe("bodies", () => {
  it("too long are refused, and a stranger's is never read", async () => {
    const { ask } = await startConsole();
    const json = { comment: "x".repeat(3_000_000) };
    const known = await ask("/api/v1/alarms/k3v9/ack", { token: tokenOf("10231"), json });
    expect([known.status, known.body.code]).toEqual([413, "request-too-large"]);
    expect((await ask("/api/v1/alarms/k3v9/ack", { token: "nobody", json: { comment: "x" } })).status).toBe(401);
    for (const body of ['{"comment":', '["__proto__"]', '{"__proto__":{"admin":true},"comment":"x"}', "\u0000"]) {
      const broken = await ask("/api/v1/alarms/k3v9/ack", {
        method: "POST",
        token: tokenOf("10231"),
        body,
        headers: { "content-type": "application/json" },
      });
      expect([body, broken.status]).toEqual([body, 400]);
    }
    const form = await ask("/api/v1/alarms/k3v9/ack", {
      method: "POST",
      token: tokenOf("10231"),
      body: "comment=x",
      headers: { "content-type": "text/plain" },
    });
    expect(form.status).toBe(400);
  });
});

describe("the live stream", () => {
  it("is for nobody without a right to read, and for a person only of the rooms that are theirs", async () => {
    const source = aSource({}, aSite({ console: { open_reading: false } }));
    const started = await startConsole({ source });
    expect((await started.ask("/api/v1/stream")).status).toBe(401);
    expect((await started.ask("/api/v1/stream", { token: tokenOf("30001") })).status).toBe(403);
    // May read a-102 alone.
    const listening = await fetch(`${started.url}/api/v1/stream`, {
      headers: { authorization: `Bearer ${tokenOf("40001")}` },
    });
    await until(() => source.listeners() === 1);
    source.emit({ kind: "reading", readings: [aReading(), aReading({ room: "a-102", device: "dev-2", value: 7.25 })] });
    const reader = listening.body!.getReader();
    let text = "";
    while (!text.includes("7.25")) text += new TextDecoder().decode((await reader.read()).value);
    await reader.cancel();
    expect(text).not.toContain("a-101");
  });

  it("ends with the session that opened it", async () => {
    const clock = manualClock(Date.UTC(2026, 10, 23, 1));
    const source = aSource({}, aSite({ console: { open_reading: false } }));
    const started = await startConsole({ source, clock });
    const { cookie } = await aSignedIn(started, "10231");
    const listening = await fetch(`${started.url}/api/v1/stream`, { headers: { cookie, accept: "text/event-stream" } });
    expect(listening.status).toBe(200);
    const own = { method: "DELETE", headers: { cookie, "sec-fetch-site": "same-origin" } };
    expect((await started.ask("/api/v1/session", own)).status).toBe(200);
    clock.advance(15_000);
    const rest = listening.text().then(
      () => "ended",
      () => "ended",
    );
    expect(await rest).toBe("ended");
  });
});

describe("secrets", () => {
  it("stand in no log and no address", async () => {
    const log = recordingLog();
    const clock = manualClock(Date.UTC(2026, 10, 23, 1));
    const links: string[] = [];
    const signIn = aSignIn({ deliverLink: (_role, path) => void links.push(path) });
    const started = await startConsole({ log, clock, signIn });
    const { cookie, token } = await aSignedIn(started, "10231");
    const headers = { cookie, "sec-fetch-site": "same-origin" };
    await started.ask("/api/v1/session", { json: { account: "10231", password: "Wrong-pass word 1" }, headers });
    const again = { headers: { "sec-fetch-site": "same-origin" }, json: { account: "10231", password } };
    const signedIn = await started.ask("/api/v1/session", again);
    const session = signedIn.headers.getSetCookie()[0]!.split(";")[0]!.split("=")[1]!;
    const enrol = await started.ask("/api/v1/session/totp/new", {
      method: "POST",
      headers: { ...headers, cookie: `sentry-session=${session}` },
    });
    const secret = String(enrol.body.secret);
    expect(secret).toMatch(/^[A-Z2-7]{32}$/);
    await started.ask("/api/v1/rooms", { token: "a-token-that-nobody-has" });
    const lines = JSON.stringify(log.lines);
    expect(log.lines.length).toBeGreaterThan(0);
    for (const kept of [password, "Wrong-pass word 1", token, session, secret, operatorToken, "a-token-that-nobody"]) {
      expect(lines).not.toContain(kept);
    }
    // A one-time link holds its secret behind the #, which no browser sends.
    for (const link of links) expect(link).toMatch(/^\/set-up#[\w-]+$/);
  });
});
