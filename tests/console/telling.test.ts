import { describe, expect, it } from "vitest";
import type { TellingSource } from "../../console/index.ts";
import type { TellingEntry } from "../../contract/index.ts";
import { aSite, aSource, operatorToken, startConsole, tokenOf } from "./builders.ts";

const entry = (id: number, room: string | null): TellingEntry => ({
  id,
  alarm: "k3v9",
  n: id,
  transition: "raised",
  condition: "temperature-high",
  room,
  person: "10231",
  channel: "email",
  reason: "raised",
  state: "delivered",
  attempts: 1,
  queuedAt: "2026-11-22T08:00:00.000Z",
  heldUntil: null,
  settledAt: "2026-11-22T08:00:01.000Z",
  reply: "250 accepted for wang@example.org",
});

async function aConsole() {
  const site = aSite({
    people: [
      { id: "10231", name: "王芳", category: "archivist" },
      { id: "20001", name: "李伟", category: "it" },
      {
        id: "40001",
        name: "陈静",
        category: "archivist",
        rights: [{ actions: ["read", "acknowledge"], rooms: ["a-102"] }],
      },
      { id: "50001", name: "孙丽", category: "health-authority" },
    ],
    telling: { rotas: [{ id: "duty", layers: [{ person: "10231" }] }] },
  });
  const asked: unknown[] = [];
  const telling: TellingSource = {
    log(request) {
      asked.push(request);
      return { log: [entry(3, "a-101"), entry(2, "a-102"), entry(1, null)], next: "1" };
    },
    async test(request) {
      asked.push(request);
      return { channel: "email", state: "delivered", attempts: 1, reply: "250 ok" };
    },
  };
  const { ask } = await startConsole({ source: aSource({ telling }, site) });
  return { ask, asked };
}

describe("who was told what", () => {
  it("is for those who log in, of the rooms they may read", async () => {
    const { ask, asked } = await aConsole();
    expect((await ask("/api/v1/telling/log")).status).toBe(401);
    const all = await ask("/api/v1/telling/log?limit=3&alarm=k3v9", { token: tokenOf("10231") });
    expect(all.body).toMatchObject({ log: [{ id: 3, person: "10231" }, { id: 2 }, { id: 1 }], next: "1" });
    expect(asked).toEqual([{ limit: 3, alarm: "k3v9", person: undefined }]);
    const some = await ask("/api/v1/telling/log", { token: tokenOf("40001") });
    expect(some.body.log).toMatchObject([{ id: 2, person: "10231" }]);
  });

  it("names people, and shows what servers said, only to those who may see them", async () => {
    const { ask } = await aConsole();
    const page = await ask("/api/v1/telling/log", { token: tokenOf("50001") });
    expect(page.body.log).toMatchObject([{ person: null, reply: null }, { person: null }, { person: null }]);
    expect(JSON.stringify(page.body)).not.toMatch(/10231|example\.org/);
    // Nor can they find out by asking for one after the other.
    expect((await ask("/api/v1/telling/log?person=10231", { token: tokenOf("50001") })).status).toBe(403);
  });
});

describe("who is on duty", () => {
  it("is said at any time, by name to those who may see people", async () => {
    const { ask } = await aConsole();
    const at = encodeURIComponent("2026-12-25T02:10:00+08:00");
    const duty = await ask(`/api/v1/telling/on-duty?at=${at}`, { token: tokenOf("20001") });
    expect(duty.body).toMatchObject({
      at: "2026-12-24T18:10:00.000Z",
      rotas: [{ rota: "duty", people: [{ id: "10231", name: "王芳" }], by: "layers[0]", until: null }],
    });
    const nameless = await ask("/api/v1/telling/on-duty", { token: tokenOf("50001") });
    expect(nameless.body).toMatchObject({ rotas: [{ people: [{ id: null, name: null }] }] });
    expect((await ask("/api/v1/telling/on-duty?at=tomorrow", { token: operatorToken })).status).toBe(400);
    expect((await ask("/api/v1/telling/on-duty")).status).toBe(401);
  });
});

describe("a test message", () => {
  it("needs the right to configure, and somebody who asks for it", async () => {
    const { ask, asked } = await aConsole();
    const test = (token: string, json: object) => ask("/api/v1/telling/test", { token, json });
    expect((await test(tokenOf("10231"), { person: "10231" })).status).toBe(403);
    expect((await test(operatorToken, { person: "10231" })).status).toBe(400);
    const sent = await test(tokenOf("20001"), { person: "10231", channel: "email" });
    expect(sent.body).toEqual({ channel: "email", state: "delivered", attempts: 1, reply: "250 ok" });
    expect(asked).toEqual([{ person: "10231", channel: "email", by: "20001" }]);
  });
});
