import { readFileSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { expect, test } from "vitest";
import { z } from "zod";
import { parseCheckpoint, verdictOfAll, verifyConsistency, verifyData, verifyInclusion } from "../../access/index.ts";
import { checkpointResponse, healthResponse, proofResponse } from "../../contract/index.ts";
import { aHouse, eventually, type House, siteFile, startSentry, telemetry } from "../sentry.ts";

interface Row {
  n: number;
  kind: string;
  payload: string;
}

function ledgerOf(house: House): Row[] {
  const db = new DatabaseSync(join(house.data, "ledger.db"), { readOnly: true });
  try {
    return db
      .prepare("SELECT n, kind, CAST(payload AS TEXT) AS payload FROM entries ORDER BY n")
      .all()
      .map((row) => z.object({ n: z.number(), kind: z.string(), payload: z.string() }).parse(row));
  } finally {
    db.close();
  }
}

const kindsOf = (house: House) => ledgerOf(house).map(({ kind }) => kind);

test("alarms, answers, refused clients and changes of configuration are entries, and anybody let in can check them", async () => {
  const file = siteFile(["dev-1"], { conditions: { "temperature-high": { delay: "0s" } } });
  const house = aHouse(file);
  const running = await startSentry(house);
  const device = await running.connect("dev-1");
  await device.publishAsync(telemetry("dev-1"), JSON.stringify({ seq: 1, temperature_c: 31 }), { qos: 1 });
  await eventually("the alarm is an entry", () => kindsOf(house).includes("alarm-journal"));
  const alarms = await running.ask(z.object({ alarms: z.array(z.object({ id: z.string() })) }), "/api/v1/alarms");
  const answer = await running.post(`/api/v1/alarms/${alarms.alarms[0]!.id}/ack`, {
    by: "10231",
    comment: "王芳看过了",
  });
  expect(answer.status).toBe(200);
  device.publish("bms/elsewhere", "x");
  await eventually("the refusal is an entry", () => kindsOf(house).includes("security-event"));
  await eventually("the answer is an entry", () => kindsOf(house).includes("operator-command"));
  house.rewrite({ ...file, conditions: { "temperature-high": { delay: "5m" } } });
  expect((await running.post("/api/v1/config/reload", { by: "10231" })).status).toBe(200);
  await eventually(
    "the change is an entry",
    () => kindsOf(house).filter((kind) => kind === "configuration-change").length === 2,
  );

  const rows = ledgerOf(house);
  for (const { payload } of rows) expect(payload).not.toMatch(/10231|王芳|wang@/);
  const changes = rows.filter(({ kind }) => kind === "configuration-change").map(({ payload }) => JSON.parse(payload));
  expect(changes[0].body.cause).toBe("first-start");
  expect(changes[1].body).toEqual({
    cause: "reload",
    via: "operator-token",
    changes: [{ path: "conditions.temperature-high.delay", before: 0, after: 300_000 }],
  });
  // Who wanted it is there for those who hold the keys.
  expect(Object.keys(changes[1].personal)).toEqual(["by"]);
  house.rewrite(file);
  await running.sentry.reload({ by: null, via: "signal", user: "root" });
  await eventually("who sent the signal is an entry", () =>
    ledgerOf(house).some(({ payload }) => JSON.parse(payload).body.user === "root"),
  );
  const { parts } = await running.ask(healthResponse, "/health");
  expect([parts.ledger, parts.access]).toEqual([{ ready: true }, { ready: true }]);
  const figures = await (await fetch(`${running.httpUrl}/metrics`)).text();
  expect(figures).toMatch(/^archive_sentry_consumer_lag\{consumer="ledger"\} 0$/m);
  expect(figures).toMatch(/^archive_sentry_part_ready\{part="access"\} 1$/m);

  const { checkpoint, key } = await running.ask(checkpointResponse, "/api/v1/access/checkpoint");
  const { size, root } = parseCheckpoint(checkpoint)!;
  const hash = (text: string) => Buffer.from(text, "base64");
  const proof = await running.ask(proofResponse, `/api/v1/access/proof?index=1&size=${size}`);
  const claim = { index: 1, size, leaf: hash(proof.hash!), proof: proof.proof.map(hash), root };
  expect(verifyInclusion(claim)).toBe(true);
  await running.stop();

  const again = await startSentry(house);
  const later = parseCheckpoint((await again.ask(checkpointResponse, "/api/v1/access/checkpoint")).checkpoint)!;
  const grown = await again.ask(proofResponse, `/api/v1/access/proof?from=${size}&size=${later.size}`);
  expect(
    verifyConsistency({
      first: size,
      second: later.size,
      firstRoot: root,
      secondRoot: later.root,
      proof: grown.proof.map(hash),
    }),
  ).toBe(true);
  const verdict = verdictOfAll(verifyData((name) => join(house.data, name), { key, since: [checkpoint] }));
  expect(verdict.fault).toBeNull();
});

test("the newest checkpoint is published, retained", async () => {
  const house = aHouse(
    siteFile(["dev-1"], {
      broker: {
        identities: [{ name: "auditor", password_file: "auditor.txt", subscribe: ["sentry/+/ledger/checkpoint"] }],
      },
    }),
  );
  house.secret("auditor.txt", "for the auditor alone");
  const running = await startSentry(house);
  const auditor = await running.connect("dev-1", {
    username: "auditor",
    password: "for the auditor alone",
    clientId: "auditor",
  });
  const seen: string[] = [];
  auditor.on("message", (_, payload) => void seen.push(payload.toString()));
  await eventually("it is given out", async () => {
    await auditor.subscribeAsync("sentry/north/ledger/checkpoint", { qos: 1 });
    return seen.length > 0;
  });
  expect(parseCheckpoint(seen[0]!)?.origin).toMatch(/^archive-sentry\/north\//);
});

test("a ledger that somebody changed raises ledger-broken at the next start, and everything else goes on", async () => {
  const house = aHouse(siteFile(["dev-1"]));
  const first = await startSentry(house);
  await eventually("there are entries", () => kindsOf(house).length > 0);
  await first.ask(checkpointResponse, "/api/v1/access/checkpoint");
  await first.stop();
  const db = new DatabaseSync(join(house.data, "ledger.db"));
  db.exec("DROP TRIGGER entries_do_not_change");
  const { payload } = ledgerOf(house)[0]!;
  db.prepare("UPDATE entries SET payload = ? WHERE n = 0").run(Buffer.from(payload.replace("north", "south")));
  db.close();

  const again = await startSentry(house);
  const open = z.object({
    alarms: z.array(z.object({ condition: z.string(), messages: z.object({ en: z.string() }) })),
  });
  await eventually("it is said", async () => {
    const { alarms } = await again.ask(open, "/api/v1/alarms");
    return alarms.some(({ condition }) => condition === "ledger-broken");
  });
  const { ready, parts } = await again.ask(healthResponse, "/health");
  expect([ready, parts.ledger?.ready, parts.ledger?.reason]).toEqual([true, false, expect.any(String)]);
  const device = await again.connect("dev-1");
  await device.publishAsync(telemetry("dev-1"), JSON.stringify({ seq: 1, temperature_c: 20 }), { qos: 1 });
  expect(readFileSync(join(house.data, "ledger.checkpoint"), "utf8")).toContain("archive-sentry/north/");
});
