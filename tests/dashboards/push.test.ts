import { expect, test } from "vitest";
import { buildDashboards, folderOf, type Pushed, pushDashboards } from "../../dashboards/index.ts";
import { type FakeGrafana, fakeGrafana } from "./grafana.ts";
import { sampleSite } from "./sample.ts";

async function push(grafana: FakeGrafana, options: { site?: ReturnType<typeof sampleSite>; token?: string } = {}) {
  const site = options.site ?? sampleSite();
  const pushed: Pushed[] = [];
  for await (const one of pushDashboards({
    url: `${grafana.url}/`,
    token: options.token ?? grafana.token,
    folder: folderOf(site),
    dashboards: buildDashboards(site).map(({ dashboard }) => dashboard),
    timeoutMs: 5_000,
  })) {
    pushed.push(one);
  }
  return pushed;
}

const outcomes = (pushed: readonly Pushed[]) =>
  Object.entries(Object.groupBy(pushed, ({ outcome }) => outcome)).map(([outcome, of]) => `${outcome} ${of.length}`);

test("the first time all fourteen are made in a folder of their own; the second time nothing is written", async () => {
  const grafana = await fakeGrafana();
  expect(outcomes(await push(grafana))).toEqual(["created 14"]);
  expect(grafana.folders).toEqual(new Map([["north-archive-sentry", "Archive Sentry · Sample Hospital North"]]));
  expect([...grafana.dashboards.values()].every(({ folderUid }) => folderUid === "north-archive-sentry")).toBe(true);
  const written = grafana.writes.length;
  expect(outcomes(await push(grafana))).toEqual(["unchanged 14"]);
  expect(grafana.writes).toHaveLength(written);
});

test("a changed limit changes what shows it, and nothing else", async () => {
  const grafana = await fakeGrafana();
  await push(grafana);
  const site = sampleSite((file) => ({
    ...file,
    rooms: (file.rooms ?? []).map((room) =>
      room.id === "a-101" ? { ...room, limits: { temperature_c: "16..22" } } : room,
    ),
  }));
  const changed = (await push(grafana, { site })).filter(({ outcome }) => outcome !== "unchanged");
  expect(changed.map(({ uid, outcome }) => `${uid} ${outcome}`)).toEqual([
    "north-overview-en changed",
    "north-room-en changed",
    "north-overview-zh changed",
    "north-room-zh changed",
  ]);
});

test("what somebody changed in Grafana, or moved elsewhere, is put right; what is theirs is left alone", async () => {
  const grafana = await fakeGrafana();
  await push(grafana);
  grafana.folders.set("theirs", "Theirs");
  grafana.dashboards.set("their-own", { dashboard: { uid: "their-own" }, folderUid: "theirs", version: 3 });
  grafana.dashboards.get("north-room-en")!.dashboard.title = "My room";
  grafana.dashboards.get("north-access-en")!.folderUid = "theirs";
  expect(outcomes(await push(grafana)).sort()).toEqual(["changed 2", "unchanged 12"]);
  expect(grafana.dashboards.get("north-access-en")?.folderUid).toBe("north-archive-sentry");
  expect(grafana.dashboards.get("their-own")).toMatchObject({ folderUid: "theirs", version: 3 });
});

test.each([
  ["a token that Grafana does not know", { token: "wrong" }, null, "not-authenticated"],
  ["a token that may not write", {}, { status: 403, message: "Access denied" }, "not-authorised"],
  [
    "a dashboard that is provisioned from files",
    {},
    { status: 400, message: "Cannot save provisioned dashboard" },
    "request-invalid",
  ],
])("%s is said, without the token", async (_what, options, refuse, code) => {
  const grafana = await fakeGrafana();
  grafana.refuse = refuse;
  const failure = await push(grafana, options).catch((error: unknown) => error);
  expect(failure).toMatchObject({ code });
  expect(String(failure)).toContain(refuse?.message ?? "Invalid API key");
  expect(String(failure)).not.toContain(grafana.token);
});

test("a Grafana that is not there is named", async () => {
  const grafana = await fakeGrafana();
  const gone = { ...grafana, url: "http://127.0.0.1:9" };
  await expect(push(gone)).rejects.toMatchObject({ code: "url-unreachable" });
});
