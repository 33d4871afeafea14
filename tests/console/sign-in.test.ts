import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { Secret, TOTP } from "otpauth";
import { describe, expect, it } from "vitest";
import type { ConsoleSource } from "../../console/index.ts";
import { hashPassword } from "../../console/sign-in/passwords.ts";
import { openAccountStore } from "../../console/sign-in/store.ts";
import { accountsResponse, enrolTotpResponse, factorsResponse, type SessionView } from "../../contract/index.ts";
import { isoTime, manualClock } from "../../core/index.ts";
import { aFolder } from "../sentry.ts";
import { aSignIn, aSite, aSource, operatorToken, startConsole } from "./builders.ts";

const password = "Lantern-7 river";

/** A browser: keeps cookies, and says where its requests come from. */
function aBrowser(url: string) {
  const cookies = new Map<string, string>();
  const send = async (method: string, path: string, json?: unknown, headers: Record<string, string> = {}) => {
    const response = await fetch(url + path, {
      method,
      redirect: "manual",
      headers: {
        "sec-fetch-site": "same-origin",
        cookie: [...cookies].map(([name, value]) => `${name}=${value}`).join("; "),
        ...(json === undefined ? {} : { "content-type": "application/json" }),
        ...headers,
      },
      ...(json === undefined ? {} : { body: JSON.stringify(json) }),
    });
    for (const line of response.headers.getSetCookie()) {
      const [, name = "", value = ""] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
      if (value === "") cookies.delete(name);
      else cookies.set(name, value);
    }
    const text = await response.text();
    const body: Record<string, never> = text.startsWith("{") ? JSON.parse(text) : {};
    return { status: response.status, body, setCookie: response.headers.getSetCookie(), headers: response.headers };
  };
  return {
    cookies,
    get: (path: string, headers?: Record<string, string>) => send("GET", path, undefined, headers),
    post: (path: string, json?: unknown, headers?: Record<string, string>) => send("POST", path, json ?? {}, headers),
    delete: (path: string) => send("DELETE", path),
  };
}

const tokenIn = (link: string) => link.slice(link.indexOf("#") + 1);
const codeOf = (secret: string, atMs: number) =>
  new TOTP({ secret: Secret.fromBase32(secret) }).generate({ timestamp: atMs });

async function aConsole(site = aSite()) {
  const clock = manualClock(Date.UTC(2026, 10, 23, 1));
  const links = new Map<string, string>();
  const records: { result: string; account: string; reason?: string; known: boolean }[] = [];
  const signIn = aSignIn({
    deliverLink: (role, path) => void links.set(role, path),
    record: (logIn) => void records.push(logIn),
  });
  const deeds: [string, string | null][] = [];
  const note: ConsoleSource["note"] = ({ do: what, by }) => void deeds.push([what, by]);
  const started = await startConsole({ source: aSource({ note }, site), clock, signIn });
  const browser = () => aBrowser(started.url);
  /** An administrator through the one-time link and an authenticator app. */
  const administrator = async (role: string) => {
    const page = browser();
    const setUp = await page.post("/api/v1/session/set-up", { token: tokenIn(links.get(role)!), password });
    expect(setUp.body).toMatchObject({ stage: "enrol" });
    const { secret } = (await page.post("/api/v1/session/totp/new")).body as unknown as { secret: string };
    const done = await page.post("/api/v1/session/totp/confirm", { secret, code: codeOf(secret, clock.nowMs()) });
    expect(done.body).toMatchObject({ stage: "full" });
    return { page, secret };
  };
  /** A person of the site file, signed in. */
  const person = async (id: string) => {
    const made = await started.ask("/api/v1/accounts", { token: operatorToken, json: { person: id, by: "20001" } });
    expect(made.status).toBe(200);
    const page = browser();
    const { link } = made.body as unknown as { link: string };
    const setUp = await page.post("/api/v1/session/set-up", { token: tokenIn(link), password });
    expect(setUp.body).toMatchObject({ stage: "full" });
    return page;
  };
  return { ...started, clock, links, records, deeds, browser, administrator, person };
}

describe("the three administrators", () => {
  it("are set up one after the other, each by a link of its own, that works once", async () => {
    const { links, administrator, browser, records } = await aConsole();
    expect([...links.keys()]).toEqual(["system-administrator"]);
    const system = await administrator("system-administrator");
    expect([...links.keys()]).toEqual(["system-administrator", "security-administrator", "audit-administrator"]);
    const again = { token: tokenIn(links.get("system-administrator")!), password };
    expect((await browser().post("/api/v1/session/set-up", again)).status).toBe(404);
    // Who set up the first cannot use the links of the two others, signed in or out.
    const other = { token: tokenIn(links.get("security-administrator")!), password };
    expect((await system.page.post("/api/v1/session/set-up", other)).status).toBe(403);
    await system.page.delete("/api/v1/session");
    expect((await system.page.post("/api/v1/session/set-up", other)).status).toBe(403);
    const security = await administrator("security-administrator");
    expect((await security.page.get("/api/v1/session")).body).toMatchObject({
      account: { id: "security-admin", role: "security-administrator" },
      rights: { read: "all", "manage-rights": "all" },
    });
    expect(records.map(({ result, account }) => [result, account])).toEqual([
      ["accepted", "system-admin"],
      ["ended", "system-admin"],
      ["accepted", "security-admin"],
    ]);
  });

  it("do no one's work but their own", async () => {
    const { administrator, person } = await aConsole();
    const system = (await administrator("system-administrator")).page;
    const security = (await administrator("security-administrator")).page;
    const audit = (await administrator("audit-administrator")).page;
    const archivist = await person("10231");
    const status = async (page: typeof system, path: string, body?: unknown) =>
      (body === undefined ? await page.get(path) : await page.post(path, body)).status;
    for (const page of [system, security, audit]) expect(await status(page, "/api/v1/accounts")).toBe(200);
    expect(await status(archivist, "/api/v1/accounts")).toBe(403);
    expect(await status(system, "/api/v1/accounts", { person: "40001" })).toBe(200);
    for (const page of [security, audit, archivist]) {
      expect(await status(page, "/api/v1/accounts", { person: "30001" })).toBe(403);
    }
    expect(await status(system, "/api/v1/accounts/10231/link", {})).toBe(200);
    expect(await status(system, "/api/v1/accounts/security-admin/link", {})).toBe(403);
    expect(await status(system, "/api/v1/accounts/10231/disable", {})).toBe(403);
    expect(await status(security, "/api/v1/accounts/security-admin/reset-second-factor", {})).toBe(403);
    expect(await status(audit, "/api/v1/accounts/system-admin/disable", {})).toBe(403);
    expect(await status(security, "/api/v1/accounts/10231/disable", {})).toBe(200);
    // A closed account's session is over at once.
    expect(await status(archivist, "/api/v1/devices")).toBe(401);
    // Alarms are for those who look after rooms.
    expect(await status(system, "/api/v1/alarms/k3v9/ack", { comment: "seen" })).toBe(403);
  });

  it("need a second factor, whose codes work once", async () => {
    const { administrator, browser, clock } = await aConsole();
    const { secret } = await administrator("system-administrator");
    clock.advance(60_000);
    const page = browser();
    const first = await page.post("/api/v1/session", { account: "system-admin", password });
    expect(first.body).toMatchObject({ stage: "second-factor", rights: {}, factors: ["totp"] });
    expect((await page.get("/api/v1/accounts")).status).toBe(401);
    expect((await page.post("/api/v1/session/totp", { code: "000000" })).status).toBe(401);
    const code = codeOf(secret, clock.nowMs());
    expect((await page.post("/api/v1/session/totp", { code })).body).toMatchObject({ stage: "full" });
    const thief = browser();
    await thief.post("/api/v1/session", { account: "system-admin", password });
    expect((await thief.post("/api/v1/session/totp", { code })).status).toBe(401);
  });
});

describe("passwords", () => {
  it.each(["short-1A", "alllowercaseletters", "10231-Archive-x", "aaaaaaaaaaA1"])("%s is too weak", async (weak) => {
    const { ask, browser } = await aConsole();
    const made = await ask("/api/v1/accounts", { token: operatorToken, json: { person: "10231", by: "20001" } });
    const { link } = made.body as unknown as { link: string };
    const page = browser();
    expect((await page.post("/api/v1/session/set-up", { token: tokenIn(link), password: weak })).status).toBe(400);
    // The link is not spent by that.
    expect((await page.post("/api/v1/session/set-up", { token: tokenIn(link), password })).status).toBe(200);
  });

  it("five failures lock the account from that address for ten minutes, and tell nothing", async () => {
    const { person, browser, clock, records, ask } = await aConsole(
      aSite({ console: { sign_in: { trusted_proxies: ["127.0.0.0/8"] } } }),
    );
    await person("10231");
    const tryFrom = async (from: string, account: string, given: string) => {
      const { status, body } = await browser().post(
        "/api/v1/session",
        { account, password: given },
        { "x-forwarded-for": from },
      );
      return `${status} ${body.detail ?? ""}`;
    };
    const wrong = await tryFrom("10.0.0.7", "10231", "wrong");
    expect(await tryFrom("10.0.0.7", "nobody", "wrong")).toBe(wrong);
    for (let n = 0; n < 4; n++) expect(await tryFrom("10.0.0.7", "10231", "wrong")).toBe(wrong);
    expect(await tryFrom("10.0.0.7", "10231", password)).toBe(wrong);
    expect(await tryFrom("10.0.0.8", "10231", password)).toMatch(/^200/);
    // The security administrator sees from where, until when, and what the account may do.
    const locked = async () => {
      const { body } = await ask("/api/v1/accounts?by=20001", { token: operatorToken });
      return accountsResponse.parse(body).accounts.find(({ id }) => id === "10231");
    };
    expect(await locked()).toMatchObject({
      locked: [{ address: "10.0.0.7", until: isoTime(clock.nowMs() + 10 * 60_000) }],
      rights: { read: "all", acknowledge: "all" },
    });
    clock.advance(10 * 60_000);
    expect(await locked()).toMatchObject({ locked: [] });
    expect(await tryFrom("10.0.0.7", "10231", password)).toMatch(/^200/);
    expect(records.filter(({ reason }) => reason === "locked")).toHaveLength(1);
    expect(records.find(({ account }) => account === "nobody")).toMatchObject({ known: false });
  });

  it("from outside the hospital's network a second factor is set up first", async () => {
    const { person, browser } = await aConsole(aSite({ console: { sign_in: { trusted_proxies: ["127.0.0.0/8"] } } }));
    await person("10231");
    const outside = browser();
    const headers = { "x-forwarded-for": "203.0.113.9" };
    const answer = await outside.post("/api/v1/session", { account: "10231", password }, headers);
    expect(answer.body).toMatchObject({ stage: "enrol", rights: {} });
    // An address that the sender made up itself, before the trusted proxy, is not believed.
    const liar = { "x-forwarded-for": "10.0.0.1, 203.0.113.9" };
    expect((await browser().post("/api/v1/session", { account: "10231", password }, liar)).body).toMatchObject({
      stage: "enrol",
    });
  });
});

describe("the second factors of one's own account", () => {
  const factorsOf = async (page: ReturnType<typeof aBrowser>) =>
    factorsResponse.parse((await page.get("/api/v1/session/factors")).body);
  const newSecret = async (page: ReturnType<typeof aBrowser>) =>
    enrolTotpResponse.parse((await page.post("/api/v1/session/totp/new")).body).secret;

  it("an app is replaced with a proof: the old one's codes are right no longer, other sessions end", async () => {
    const { administrator, browser, clock, deeds } = await aConsole();
    const { page, secret: old } = await administrator("system-administrator");
    clock.advance(60_000);
    const elsewhere = browser();
    await elsewhere.post("/api/v1/session", { account: "system-admin", password });
    await elsewhere.post("/api/v1/session/totp", { code: codeOf(old, clock.nowMs()) });
    expect(await factorsOf(page)).toEqual({ password: true, app: true, passkeys: [], needsOne: true });

    const secret = await newSecret(page);
    const code = () => codeOf(secret, clock.nowMs());
    const confirm = (more: object) => page.post("/api/v1/session/totp/confirm", { secret, code: code(), ...more });
    // Whoever finds a session open cannot put an app of their own in its place.
    expect((await confirm({})).status).toBe(401);
    const wrong = await confirm({ proof: { password: "Not-the one 7" } });
    expect([wrong.status, wrong.body.detail]).toEqual([401, expect.stringMatching(/^proof: the password is wrong/)]);
    expect((await confirm({ proof: { code: code() } })).status).toBe(401);
    expect((await confirm({ code: "000000", proof: { password } })).status).toBe(400);
    expect((await confirm({ secret: "short", proof: { password } })).status).toBe(400);
    expect(deeds).toEqual([["factor-app-added", "system-admin"]]);

    expect((await confirm({ proof: { password } })).body).toMatchObject({ stage: "full" });
    expect((await elsewhere.get("/api/v1/session")).body).toMatchObject({ stage: "none" });
    expect((await page.get("/api/v1/session")).body).toMatchObject({ stage: "full" });
    clock.advance(60_000);
    const later = browser();
    await later.post("/api/v1/session", { account: "system-admin", password });
    expect((await later.post("/api/v1/session/totp", { code: codeOf(old, clock.nowMs()) })).status).toBe(401);
    expect((await later.post("/api/v1/session/totp", { code: code() })).body).toMatchObject({ stage: "full" });
    expect(deeds.at(-1)).toEqual(["factor-app-replaced", "system-admin"]);
  });

  it("the last one of an administrator stays; others remove theirs", async () => {
    const { administrator, person, clock, deeds } = await aConsole();
    const { page } = await administrator("system-administrator");
    const refused = await page.post("/api/v1/session/totp/remove", { proof: { password } });
    expect([refused.status, refused.body.code]).toEqual([409, "state-conflict"]);
    expect(await factorsOf(page)).toMatchObject({ app: true });

    const archivist = await person("10231");
    expect(await factorsOf(archivist)).toMatchObject({ app: false, needsOne: false });
    expect((await archivist.post("/api/v1/session/totp/remove", { proof: { password } })).status).toBe(404);
    const secret = await newSecret(archivist);
    const code = codeOf(secret, clock.nowMs());
    await archivist.post("/api/v1/session/totp/confirm", { secret, code, proof: { password } });
    expect(await factorsOf(archivist)).toMatchObject({ app: true });
    // A code serves once, as a proof too.
    expect((await archivist.post("/api/v1/session/totp/remove", { proof: { code } })).status).toBe(401);
    clock.advance(60_000);
    const fresh = { proof: { code: codeOf(secret, clock.nowMs()) } };
    expect((await archivist.post("/api/v1/session/totp/remove", fresh)).body).toMatchObject({ factors: [] });
    expect(deeds.slice(-2)).toEqual([
      ["factor-app-added", "10231"],
      ["factor-app-removed", "10231"],
    ]);
  });

  it("guesses at the proof lock the account as guesses at the door do", async () => {
    const { person, browser } = await aConsole();
    const page = await person("10231");
    const tryIt = async (given: string) =>
      (await page.post("/api/v1/session/totp/remove", { proof: { password: given } })).status;
    expect(await tryIt(password)).toBe(404);
    const add = async (given: string) =>
      (await page.post("/api/v1/session/passkey/confirm", { response: {}, proof: { password: given } })).status;
    for (let n = 0; n < 5; n++) expect(await add("Wrong-word 1234")).toBe(401);
    expect((await browser().post("/api/v1/session", { account: "10231", password })).status).toBe(401);
  });

  it("nobody sees or removes another's, and nothing is asked for without a session", async () => {
    const { person, browser } = await aConsole();
    const page = await person("10231");
    expect((await page.post("/api/v1/session/passkey/somebody-elses/remove", { proof: { password } })).status).toBe(
      404,
    );
    const stranger = browser();
    expect((await stranger.get("/api/v1/session/factors")).status).toBe(401);
    for (const path of ["totp/new", "totp/remove", "passkey/new", "passkey/x/remove"]) {
      expect([path, (await stranger.post(`/api/v1/session/${path}`)).status]).toEqual([path, 401]);
    }
    const half = browser();
    await half.post("/api/v1/session", { account: "10231", password: "wrong" });
    expect((await half.get("/api/v1/session/factors")).status).toBe(401);
  });
});

describe("secrets of authenticator apps at rest", () => {
  it("are sealed, and open with no other key nor for another account", () => {
    const path = join(aFolder(), "accounts.db");
    const store = openAccountStore(path, Buffer.alloc(32, 1));
    const secret = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP";
    for (const id of ["a", "b"]) store.addAccount({ id, name: id, role: null, origin: "local", madeAtMs: 0 });
    store.setTotp("a", secret, 5);
    expect([store.totpSecret("a"), store.account("a")?.hasTotp, store.totpSecret("b")]).toEqual([secret, true, null]);
    store.close();
    const db = new DatabaseSync(path);
    const sealed = String(db.prepare("SELECT totp_sealed FROM accounts WHERE id = 'a'").get()?.totp_sealed);
    expect(sealed).not.toContain(secret);
    db.prepare("UPDATE accounts SET totp_sealed = ? WHERE id = 'b'").run(sealed);
    db.close();
    const again = openAccountStore(path, Buffer.alloc(32, 1));
    expect([again.totpSecret("a"), again.totpSecret("b"), again.account("b")?.hasTotp]).toEqual([secret, null, true]);
    again.close();
    const other = openAccountStore(path, Buffer.alloc(32, 2));
    // What does not open is no reason to let somebody in without it.
    expect([other.totpSecret("a"), other.account("a")?.hasTotp]).toEqual([null, true]);
    other.close();
  });

  it("of a file from before are sealed when it is opened, and no trace of them stays", async () => {
    const folder = aFolder();
    const path = join(folder, "accounts.db");
    const secret = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP";
    const clock = manualClock(Date.UTC(2026, 10, 23, 1));
    const before = new DatabaseSync(path);
    before.exec("PRAGMA journal_mode = WAL");
    before.exec(readFileSync(join(import.meta.dirname, "accounts-before-seals.sql"), "utf8"));
    before
      .prepare("INSERT INTO accounts VALUES ('10231', '王芳', NULL, 'local', ?, ?, 0, 1, 0, 0)")
      .run(await hashPassword(password), secret);
    before.exec("PRAGMA user_version = 1");
    before.close();
    const started = await startConsole({ source: aSource({}, aSite()), clock, signIn: aSignIn({ path }) });
    const page = aBrowser(started.url);
    const first = await page.post("/api/v1/session", { account: "10231", password });
    expect(first.body).toMatchObject({ stage: "second-factor", factors: ["totp"] });
    const code = codeOf(secret, clock.nowMs());
    expect((await page.post("/api/v1/session/totp", { code })).body).toMatchObject({ stage: "full" });
    for (const file of readdirSync(folder))
      expect([file, readFileSync(join(folder, file)).includes(secret)]).toEqual([file, false]);
  });
});

describe("sessions", () => {
  it("are read by no script and sent to no other site", async () => {
    const { browser, links } = await aConsole();
    const page = browser();
    const token = tokenIn(links.get("system-administrator")!);
    const { setCookie } = await page.post("/api/v1/session/set-up", { token, password });
    expect(setCookie.find((line) => line.startsWith("sentry-session="))).toMatch(/HttpOnly; SameSite=Strict$/);
    const site = aSite({ console: { public_url: "https://sentry.example.org" } });
    const secure = await aConsole(site);
    const safe = await secure.browser().post("/api/v1/session/set-up", {
      token: tokenIn(secure.links.get("system-administrator")!),
      password,
    });
    expect(safe.setCookie.find((line) => line.startsWith("__Host-sentry-session="))).toMatch(/Path=\/; .*Secure/);
  });

  it("end after 15 minutes without use, and after 12 hours in any case", async () => {
    const { person, clock } = await aConsole();
    const page = await person("10231");
    const stage = async (headers?: Record<string, string>) =>
      ((await page.get("/api/v1/session", headers)).body as unknown as SessionView).stage;
    clock.advance(14 * 60_000);
    expect(await stage()).toBe("full");
    // What the page asks by itself does not count as use.
    clock.advance(14 * 60_000);
    expect(await stage({ "x-unattended": "1" })).toBe("full");
    clock.advance(60_000);
    expect(await stage()).toBe("none");
    const long = await person("40001");
    for (let minute = 0; minute < 12 * 60; minute += 10) {
      expect((await long.get("/api/v1/session")).body).toMatchObject({ stage: "full" });
      clock.advance(10 * 60_000);
    }
    expect((await long.get("/api/v1/session")).body).toMatchObject({ stage: "none" });
  });

  it("get a new name at each step: one put there by somebody else opens nothing (fixation)", async () => {
    const { person, browser } = await aConsole();
    const victim = await person("10231");
    const known = victim.cookies.get("sentry-session");
    const attacker = browser();
    attacker.cookies.set("sentry-session", "planted-by-somebody-else-000000");
    const signedIn = await attacker.post("/api/v1/session", { account: "10231", password });
    expect(signedIn.body).toMatchObject({ stage: "full" });
    expect(attacker.cookies.get("sentry-session")).not.toMatch(/planted/);
    expect(attacker.cookies.get("sentry-session")).not.toBe(known);
    // A session that was there before is over when the same browser signs in anew.
    const before = victim.cookies.get("sentry-session")!;
    await victim.post("/api/v1/session", { account: "10231", password });
    const old = browser();
    old.cookies.set("sentry-session", before);
    expect((await old.get("/api/v1/session")).body).toMatchObject({ stage: "none" });
  });

  it("change nothing for a page of another site", async () => {
    const { person } = await aConsole();
    const page = await person("10231");
    const acknowledge = (headers: Record<string, string>) =>
      page.post("/api/v1/alarms/k3v9/ack", { comment: "seen" }, headers);
    for (const headers of [{ "sec-fetch-site": "cross-site" }, { "sec-fetch-site": "same-site" }]) {
      const { status, body } = await acknowledge(headers);
      expect([status, body.code]).toEqual([403, "forged-request"]);
    }
    expect(
      (await page.post("/api/v1/session", { account: "x", password }, { "sec-fetch-site": "cross-site" })).status,
    ).toBe(403);
    expect((await acknowledge({})).status).toBe(200);
  });

  it("are over after signing out, and after the password was changed elsewhere", async () => {
    const { person, browser, records } = await aConsole();
    const first = await person("10231");
    const second = browser();
    await second.post("/api/v1/session", { account: "10231", password });
    const change = { current: password, password: "Harbour-9 stone" };
    expect((await second.post("/api/v1/session/password", { ...change, current: "no" })).status).toBe(401);
    expect((await second.post("/api/v1/session/password", change)).body).toMatchObject({ stage: "full" });
    expect((await first.get("/api/v1/session")).body).toMatchObject({ stage: "none" });
    await second.delete("/api/v1/session");
    expect((await second.get("/api/v1/session")).body).toMatchObject({ stage: "none" });
    expect(records.at(-1)).toMatchObject({ result: "ended", account: "10231" });
  });
});

it("refuses whoever asks too often", async () => {
  const { browser } = await aConsole();
  const statuses = new Set<number>();
  for (let n = 0; n < 40; n++) statuses.add((await browser().post("/api/v1/session", { account: "x" })).status);
  expect([...statuses]).toEqual([400, 429]);
});
