import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { aHouse, siteFile, startSentry } from "../sentry.ts";

it("a register is made in a thread of its own, as a table or as paper", async () => {
  const house = aHouse(siteFile(["t-1"]));
  const { sentry, httpUrl } = await startSentry(house);
  await sentry.settled();
  const operator = readFileSync(`${house.data}/operator.token`, "utf8").trim();
  const ask = (path: string) =>
    fetch(`${httpUrl}/api/v1/registers/${path}`, { headers: { authorization: `Bearer ${operator}` } });
  const table = await ask("a-101/2026-11?format=xlsx");
  expect(table.status).toBe(200);
  expect(table.headers.get("content-disposition")).toBe('attachment; filename="register-a-101-2026-11.xlsx"');
  // An XLSX file is a ZIP file.
  expect(
    Buffer.from(await table.arrayBuffer())
      .subarray(0, 2)
      .toString(),
  ).toBe("PK");
  const paper = await ask("a-101/2026-11?language=en");
  const text = Buffer.from(await paper.arrayBuffer()).toString("latin1");
  if (paper.headers.get("content-type") === "application/pdf") expect(text).toMatch(/^%PDF-/);
  else expect(text).toContain("<!doctype html>");
  expect((await ask("nowhere/2026-11")).status).toBe(404);
  expect((await ask("a-101/2026-13")).status).toBe(400);
  expect((await ask("a-101/..%2f..%2fetc")).status).toBe(400);
});
