import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it, vi } from "vitest";
import { z } from "zod";
import { accountChanged, type TrailEntry, trailResponse } from "../../contract/index.ts";
import { aHouse, siteFile, startSentry } from "../sentry.ts";

const password = "Lantern-7 river";
const sessionView = z.looseObject({ stage: z.string() });

/** The cookie of whoever sets an account up, or the refusal. */
async function signIn(url: string, path: string, body: object) {
  const response = await fetch(`${url}${path}`, {
    method: "POST",
    headers: { "content-type": "application/json", "sec-fetch-site": "same-origin" },
    body: JSON.stringify(body),
  });
  const cookie = /sentry-session=[^;]+/.exec(response.headers.getSetCookie().join())?.[0] ?? "";
  return { cookie, status: response.status, view: sessionView.safeParse(await response.json()) };
}

it("log-ins, their refusals, commands and readings stand in the ledger, and in nobody's log", async () => {
  const people = [
    { id: "10231", name: "王芳", category: "archivist" as const },
    { id: "10900", name: "周审计", category: "auditor" as const },
  ];
  const house = aHouse(siteFile([], { people }));
  const lines: string[] = [];
  const note = (event: string, fields?: object) => void lines.push(`${event} ${JSON.stringify(fields)}`);
  const running = await startSentry(house, { log: { debug: note, info: note, warn: note, error: note } });
  const { httpUrl } = running;

  const account = async (person: string) => {
    const made = accountChanged.parse(await (await running.post("/api/v1/accounts", { person, by: "10231" })).json());
    const token = made.link!.slice(made.link!.indexOf("#") + 1);
    return { token, ...(await signIn(httpUrl, "/api/v1/session/set-up", { token, password })) };
  };
  const auditor = await account("10900");
  await signIn(httpUrl, "/api/v1/session", { account: "10231", password: "my-secret-typo" });
  await signIn(httpUrl, "/api/v1/session", { account: "typed my password here", password: "x" });

  const trail = async (query = "") =>
    trailResponse.parse(
      await (await fetch(`${httpUrl}/api/v1/trail${query}`, { headers: { cookie: auditor.cookie } })).json(),
    );
  // What goes through the intake comes a moment later.
  const securityEvents = (found: TrailEntry[]) => found.filter(({ kind }) => kind === "security-event");
  await vi.waitFor(async () => expect(securityEvents((await trail()).entries).length).toBeGreaterThan(0), 20_000);
  const { entries } = await trail();
  const told = entries
    .filter(({ kind }) => kind !== "history-read" && kind !== "security-event")
    .map(({ kind, body, people: who }) => [kind, body.result ?? body.do ?? body.cause, who]);
  const order = (a: unknown, b: unknown) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1);
  expect(told.sort(order)).toEqual([
    ["configuration-change", "first-start", {}],
    ["log-in", "accepted", { person: "10900" }],
    ["log-in", "refused", {}],
    ["log-in", "refused", {}],
    ["operator-command", "account-made", { by: "10231", about: "10900" }],
  ]);
  // Whoever looks after the system asks for refusals alone, or for one person.
  const refused = (await trail("?refused=true")).entries;
  expect(new Set(refused.map(({ kind }) => kind))).toEqual(new Set(["log-in", "security-event"]));
  expect(refused.filter(({ kind }) => kind === "log-in").map(({ body }) => body.result)).toEqual([
    "refused",
    "refused",
  ]);
  const about = (await trail("?person=10231")).entries;
  expect(about.map(({ kind, body }) => [kind, body.do])).toContainEqual(["operator-command", "account-made"]);
  expect(about.every(({ people: who }) => Object.values(who).includes("10231"))).toBe(true);
  // A badge given out is a deed of an administrator; of its number nothing is shown.
  await running.post("/api/v1/access/badges", { person: { id: "10231" }, credential: "04A2B3C4D5", by: "10231" });
  const [badge] = (await trail("?kind=credential")).entries;
  expect(badge).toMatchObject({ body: { step: "assigned" }, people: { by: "10231", person: "10231" } });
  expect(Object.keys(badge!.people).sort()).toEqual(["by", "person"]);
  const [last] = (await trail()).entries;
  expect(last).toMatchObject({ kind: "history-read", body: { what: "trail" }, people: { by: "10900" } });

  // Whoever reads the log of the program learns no secret from it.
  const system = readFileSync(join(house.data, "set-up/system-administrator.link"), "utf8").trim();
  const log = lines.join("\n");
  for (const secret of [
    auditor.token,
    auditor.cookie.split("=")[1]!,
    password,
    "my-secret-typo",
    "typed my password",
    system.split("#")[1]!,
  ]) {
    expect(log).not.toContain(secret);
  }
  expect((await fetch(`${httpUrl}/api/v1/trail`)).status).toBe(401);
});
