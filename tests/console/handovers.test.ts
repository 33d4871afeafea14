import { expect, it } from "vitest";
import { startConsole, tokenOf } from "./builders.ts";

it("a shift is handed over by one person and taken by another", async () => {
  const { ask } = await startConsole();
  const [wang, li] = [tokenOf("10231"), tokenOf("20001")];
  const before = await ask("/api/v1/handovers", { token: wang });
  expect(before.body).toMatchObject({ waiting: null, past: [], now: { raised: 1, answered: 0, inside: [] } });
  const handed = await ask("/api/v1/handovers", { token: wang, json: { comment: "leave the door of a-101 shut" } });
  expect(handed.body).toMatchObject({ outgoing: { id: "10231", name: "王芳" }, incoming: null });
  const { id } = handed.body as unknown as { id: string };
  const own = await ask(`/api/v1/handovers/${id}/take`, { token: wang, json: {} });
  expect([own.status, own.body.code]).toEqual([409, "two-persons-required"]);
  const taken = await ask(`/api/v1/handovers/${id}/take`, { token: li, json: { comment: "seen" } });
  expect(taken.body).toMatchObject({ incoming: { id: "20001" }, takenComment: "seen" });
  expect((await ask(`/api/v1/handovers/${id}/take`, { token: li, json: {} })).status).toBe(404);
  const after = await ask("/api/v1/handovers", { token: li });
  expect(after.body).toMatchObject({ waiting: null, past: [{ id }] });
});

it("who answers no alarms hands nothing over", async () => {
  const { ask } = await startConsole();
  expect((await ask("/api/v1/handovers", { token: tokenOf("30001") })).status).toBe(403);
  expect((await ask("/api/v1/handovers", { token: "operator-token-of-the-tests" })).status).toBe(403);
});
