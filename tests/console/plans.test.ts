import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createSite, siteSchema } from "../../site/index.ts";
import { aRoom, aSite, aSource, startConsole, tokenOf } from "./builders.ts";

const picture = '<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>';
let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "plans-"));
  writeFileSync(join(directory, "a-1.svg"), picture);
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

async function withPlans(limit = "4MiB") {
  const { config } = aSite();
  const building = {
    id: "a",
    name: { zh: "住院部", en: "Inpatient building" },
    plans: [
      { floor: 1, file: "a-1.svg" },
      { floor: 2, file: "a-1.svg" },
      { floor: 3, file: "gone.png" },
    ],
  };
  const rooms = config.rooms.map((room, at) => ({ ...room, building: "a", floor: at === 0 ? 1 : 3 }));
  const bytes = limit === "4MiB" ? 4_194_304 : 10;
  const site = createSite(
    { ...config, buildings: [building], rooms, limits: { ...config.limits, floor_plan: bytes } },
    { directory },
  );
  const source = aSource({
    site: () => site,
    rooms: () => [aRoom("a-101"), aRoom("a-102", { floor: 3 })],
  });
  return startConsole({ source });
}

describe("floor plans", () => {
  it("are sent as pictures that can do nothing by themselves", async () => {
    const { url } = await withPlans();
    const response = await fetch(`${url}/api/v1/plans/a/1`);
    expect(response.status).toBe(200);
    expect(response.headers.get("content-type")).toMatch(/^image\/svg\+xml/);
    expect(response.headers.get("content-security-policy")).toContain("sandbox");
    expect(response.headers.get("content-security-policy")).toContain("default-src 'none'");
    expect(response.headers.get("x-content-type-options")).toBe("nosniff");
    expect(await response.text()).toBe(picture);
  });

  it("are listed with the rooms, for floors of which a room is seen", async () => {
    const { ask } = await withPlans();
    const { body } = await ask("/api/v1/rooms");
    expect(body.plans).toEqual([
      { building: "a", floor: 1 },
      { building: "a", floor: 3 },
    ]);
  });

  it("are not found where there is no room, no picture, no building, or another path is tried", async () => {
    const { ask } = await withPlans();
    for (const path of ["a/2", "a/3", "b/1", "..%2f..%2fetc/1", "a/1.5"])
      expect((await ask(`/api/v1/plans/${path}`)).status, path).toBeOneOf([400, 404]);
  });

  it("are kept from who may read no room of the floor", async () => {
    const { ask } = await withPlans();
    expect((await ask("/api/v1/plans/a/1", { token: tokenOf("40001") })).status).toBe(404);
  });

  it("are not sent beyond their size", async () => {
    const { ask } = await withPlans("10B");
    expect(await ask("/api/v1/plans/a/1")).toMatchObject({ status: 503, body: { code: "limit-reached" } });
  });

  it("are pictures by name, or the site file is refused", () => {
    const parsed = siteSchema.safeParse({
      site: { id: "north", name: { zh: "北院", en: "North" } },
      buildings: [{ id: "a", name: { zh: "楼", en: "A" }, plans: [{ floor: 1, file: "operator.token" }] }],
    });
    expect(JSON.stringify(parsed.error?.issues)).toContain("a picture: .svg, .png, .jpg or .webp");
  });
});
