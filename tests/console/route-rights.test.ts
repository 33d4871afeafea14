import { describe, expect, it } from "vitest";
import { z } from "zod";
import { pageAddresses, routeRights } from "../../console/route-rights.ts";
import { roleRights, roles } from "../../site/index.ts";
import { aSite, aSource, startConsole, tokenOf } from "./builders.ts";

const document = z.object({ paths: z.record(z.string(), z.record(z.string(), z.unknown())) });

/** Routes that the document of the interface leaves out. */
const undescribed = [
  "GET /api/openapi.json",
  "GET /answer/:token",
  "POST /answer/:token",
  // There while the site file lets people answer from elsewhere.
  "POST /api/v1/answers/sms",
  "POST /api/v1/answers/voice",
  "GET /api/v1/session/openid",
  "GET /api/v1/session/openid/callback",
];

describe("the table of routes and rights", () => {
  it("has a row for each route of the router, and no row for none", async () => {
    const { ask } = await startConsole();
    const { paths } = document.parse((await ask("/api/openapi.json")).body);
    const described = Object.entries(paths).flatMap(([path, methods]) =>
      Object.keys(methods).map((method) => `${method.toUpperCase()} ${path.replaceAll(/\{(\w+)\}/g, ":$1")}`),
    );
    expect(Object.keys(routeRights).sort()).toEqual([...described, ...undescribed].sort());
    // None of the page's addresses is one of the interface's.
    for (const address of pageAddresses) expect(address).not.toMatch(/^\/(api|answer|health|metrics)/);
  });

  it("is what each role meets at each route", async () => {
    const people = roles.map((role) => ({ id: role, name: role, category: "visitor" as const, role }));
    const { ask } = await startConsole({ source: aSource({}, aSite({ people })) });
    for (const [route, rights] of Object.entries(routeRights)) {
      const [method = "", path = ""] = route.split(" ");
      if (rights === "everybody" || path === "/api/v1/stream") continue;
      for (const role of roles) {
        const held: readonly string[] = roleRights[role];
        const allowed = typeof rights === "string" || rights.some((right) => held.includes(right));
        const { status, body } = await ask(path.replaceAll(/:\w+/g, "x"), {
          method,
          token: tokenOf(role),
          ...(method === "GET" ? {} : { json: {} }),
        });
        const refused = status === 403 && String(body.detail).includes("no right to");
        // Whoever is let in may still be refused for this one room, or find nothing there: but not by the table.
        if (!allowed) expect([route, role, status, refused]).toEqual([route, role, 403, true]);
        else if (typeof rights !== "string") expect([route, role, refused && status]).not.toEqual([route, role, 401]);
      }
      const stranger = await ask(path.replaceAll(/:\w+/g, "x"), { method, ...(method === "GET" ? {} : { json: {} }) });
      // Let in; where the address needs more than a name, it is told so.
      if (rights === "open-reading") expect([200, 400], route).toContain(stranger.status);
      else expect([route, stranger.status]).toEqual([route, 401]);
    }
  }, 60_000);
});
