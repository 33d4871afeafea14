import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { z } from "zod";
import { createRecords, type Deed, type OverdueReport } from "../../access/index.ts";
import { recordEntry, recordsResponse } from "../../contract/index.ts";
import { parseSite } from "../../site/index.ts";
import { aHouse, eventually, siteFile, startSentry } from "../sentry.ts";
import { aLedger } from "./builders.ts";

const dayMs = 86_400_000;
const records = {
  series: [
    { prefix: "BA-", class: "important" as const },
    { prefix: "BA-HX-", class: "core" as const },
  ],
};

function aBook() {
  const house = aLedger();
  const { site } = parseSite(JSON.stringify({ ...siteFile(["dev-1"]), records }), {
    directory: house.folder,
    name: "site.yaml",
    nowMs: 0,
  });
  const reports: OverdueReport[] = [];
  const open = () =>
    createRecords({
      ledger: house.ledger,
      site: () => site,
      key: Buffer.alloc(32, 7),
      reportOverdue: (report) => reports.push(report),
      clock: house.clock,
    });
  const book = {
    house,
    reports,
    records: open(),
    reopen() {
      house.reopen();
      book.records = open();
      return book.records;
    },
  };
  return book;
}

const aDeed = (changes: Partial<Deed> = {}): Deed => ({
  action: "consultation",
  reference: "BA-2026-0042",
  person: "10244",
  by: "10231",
  ...changes,
});
const codeOf = (work: () => unknown) => {
  try {
    work();
  } catch (error) {
    return z.object({ code: z.string() }).parse(error).code;
  }
  return null;
};

test("everything that ever happened to a record is found by its reference, after a restart too", () => {
  const book = aBook();
  const due = book.house.clock.nowMs() + dayMs;
  book.records.enter(aDeed({ action: "deposit", comment: "三箱之一" }));
  book.records.enter(aDeed({ action: "loan", dueMs: due, grant: "g-1", visit: "v-1" }));
  book.records.enter(aDeed({ action: "consultation", reference: "ZH-1" }));
  book.reopen();
  book.records.enter(aDeed({ action: "return" }));
  const { records: found } = book.records.list({ reference: " BA-2026-0042 ", state: "all", limit: 10 });
  expect(found.map(({ action, class: c, grant, comment }) => [action, c, grant, comment])).toEqual([
    ["deposit", "important", null, "三箱之一"],
    ["loan", "important", "g-1", null],
    ["return", "important", null, null],
  ]);
  expect(found[0]).toMatchObject({ person: { id: "10244", name: null }, by: { id: "10231", name: "王" } });
});

test("a page ends where it is asked to, and the next goes on", () => {
  const { records: book } = aBook();
  for (let n = 0; n < 5; n++) book.enter(aDeed({ reference: `ZH-${n}` }));
  const first = book.list({ state: "all", limit: 3 });
  const second = book.list({ state: "all", limit: 3, cursor: first.next! });
  expect([...first.records, ...second.records].map(({ reference }) => reference)).toEqual([
    "ZH-0",
    "ZH-1",
    "ZH-2",
    "ZH-3",
    "ZH-4",
  ]);
  expect(second.next).toBeNull();
});

test.each<[string, Partial<Deed>, string | null]>([
  ["a core record by one person", { reference: "BA-HX-1" }, "two-persons-required"],
  ["a core record by one person twice", { reference: "BA-HX-1", second: "10244" }, "two-persons-required"],
  ["a core record by two", { reference: "BA-HX-1", second: "10231" }, null],
  ["a core record called ordinary", { reference: "BA-HX-1", class: "ordinary", second: "10231" }, "request-invalid"],
  ["an important record called core, by one", { class: "core" }, "two-persons-required"],
  ["a return of what is not out", { action: "return" }, "state-conflict"],
  ["a loan without a date", { action: "loan" }, "request-invalid"],
  ["a loan for a year", { action: "loan", dueMs: 1e15 }, "request-invalid"],
  ["a date of return of what stays", { dueMs: 1e15 }, "request-invalid"],
  ["a room that is not there", { room: "x-9" }, "not-found"],
  ["what is still to come", { atMs: 1e15 }, "request-invalid"],
  ["neither reference nor scanner", { reference: undefined }, "request-invalid"],
  ["a scanner that has read nothing", { reference: undefined, scanner: "dev-1" }, "not-found"],
  ["a name that stands for a core record", { reference: "hmac-sha256:ab" }, "request-invalid"],
])("%s: %j is answered with %s", (_, changes, code) => {
  const book = aBook();
  expect(codeOf(() => book.records.enter(aDeed(changes)))).toBe(code);
});

test("that one person alone asked for a core record is an entry, without its reference", () => {
  const { house, records: book } = aBook();
  expect(codeOf(() => book.enter(aDeed({ reference: "BA-HX-1" })))).toBe("two-persons-required");
  const [refused] = house.ledger.read({ from: 0, limit: 10 });
  expect(refused?.entry).toMatchObject({ kind: "security-event", body: { what: "record-refused" } });
  expect(JSON.stringify(refused)).not.toContain("BA-HX-1");
});

test("a core record's reference stands nowhere in the clear, and is found all the same", () => {
  const { house, records: book } = aBook();
  book.enter(aDeed({ reference: "BA-HX-7-SECRET", second: "10231" }));
  const { records: found } = book.list({ reference: "BA-HX-7-SECRET", state: "all", limit: 1 });
  expect(found[0]).toMatchObject({ reference: "BA-HX-7-SECRET", second: { id: "10231" } });
  for (const name of ["ledger.db", "ledger.db-wal", "personal-keys.db"]) {
    expect(readFileSync(join(house.folder, name)).includes("BA-HX-7-SECRET")).toBe(false);
  }
  house.ledger.erase("10244", { reason: "left", by: "10231" });
  const { records: after } = book.list({ reference: "BA-HX-7-SECRET", state: "all", limit: 1 });
  expect(after[0]).toMatchObject({ person: null, reference: "BA-HX-7-SECRET" });
});

test("a loan that is late is said once, over a restart, until it is renewed or back", () => {
  const book = aBook();
  const { clock } = book.house;
  book.records.enter(aDeed({ action: "loan", reference: "ZH-1", dueMs: clock.nowMs() + dayMs }));
  book.records.lookForOverdue();
  expect(book.reports).toEqual([]);
  expect(codeOf(() => book.records.enter(aDeed({ reference: "ZH-1", person: "10900" })))).toBe("state-conflict");
  clock.advance(2 * dayMs);
  book.records.lookForOverdue();
  book.records.lookForOverdue();
  expect(book.reports.map(({ subject, active }) => [subject, active])).toEqual([["ZH-1", true]]);
  book.reopen().lookForOverdue();
  expect(book.records.list({ state: "overdue", limit: 9 }).records).toHaveLength(1);
  book.records.enter(aDeed({ action: "loan", reference: "ZH-1", dueMs: clock.nowMs() + dayMs }));
  expect(book.reports.map(({ active }) => active)).toEqual([true, true, false]);
  clock.advance(2 * dayMs);
  book.records.lookForOverdue();
  book.records.enter(aDeed({ action: "return", reference: "ZH-1" }));
  expect(book.reports.map(({ active }) => active)).toEqual([true, true, false, true, false]);
  expect(book.records.list({ state: "out", limit: 9 }).records).toEqual([]);
  const actions = book.records.list({ reference: "ZH-1", state: "all", limit: 9 }).records.map(({ action }) => action);
  expect(actions).toEqual(["loan", "overdue", "loan", "overdue", "return"]);
});

test("a barcode at the desk becomes an entry; reading the book is one too; who may not is refused", async () => {
  const people = [
    { id: "10231", name: "王芳", category: "archivist" as const, token_file: "wang.token" },
    { id: "10700", name: "欧阳修文", category: "it" as const, token_file: "it.token" },
  ];
  const house = aHouse({ ...siteFile(["dev-1"], { people }), records });
  house.secret("wang.token", "wang-token-of-this-test");
  house.secret("it.token", "it-token-of-this-test");
  const running = await startSentry(house);
  const scanner = await running.connect("dev-1");
  await scanner.publishAsync("sentry/north/dev-1/scan", JSON.stringify({ code: "BA-HX-9-SECRET" }), { qos: 1 });
  const deed = { action: "consultation", scanner: "dev-1", room: "a-101", person: "10231", second: "10700" };
  await eventually("the barcode is taken", async () => {
    const answer = await running.post("/api/v1/access/records", { ...deed, by: "10231" });
    if (!answer.ok) return false;
    const entered = recordEntry.parse(await answer.json());
    expect(entered).toMatchObject({
      class: "core",
      reference: "BA-HX-9-SECRET",
      second: { id: "10700", name: "欧阳" },
    });
    return true;
  });
  const ask = (token: string, path = "/api/v1/access/records?reference=BA-HX-9-SECRET") =>
    fetch(running.httpUrl + path, { headers: { authorization: `Bearer ${token}` } });
  expect((await ask("it-token-of-this-test")).status).toBe(403);
  const seen = recordsResponse.parse(await (await ask("wang-token-of-this-test")).json());
  expect(seen.records).toHaveLength(1);
  const log = readFileSync(join(house.data, "intake.db"));
  expect(log.includes("BA-HX-9-SECRET")).toBe(false);
  expect(readFileSync(join(house.data, "ledger.db-wal")).includes("history-read")).toBe(true);
});
