import { randomBytes } from "node:crypto";
import { describe, expect, it } from "vitest";
import { createConfidential } from "../../collector/index.ts";

const { protect } = createConfidential({ credentials: randomBytes(32), codes: randomBytes(32) });
const topic = "sentry/north/reader-1/badge";
const badge = { at: 1, credential: "04A2B3C4", direction: "in", decision: "granted" };
const kept = (of: string, payload: unknown): Record<string, unknown> =>
  JSON.parse(protect(of, Buffer.from(typeof payload === "string" ? payload : JSON.stringify(payload))).toString());

describe("what is written of a message about persons", () => {
  it("holds the keyed hash of a credential, the same each time, and never the credential", () => {
    const first = kept(topic, badge);
    expect(first).toMatchObject({ at: 1, direction: "in", decision: "granted" });
    expect(first.credential).toMatch(/^hmac-sha256:[0-9a-f]{64}$/);
    expect(kept(topic, badge)).toEqual(first);
    expect(kept(topic, { ...badge, credential: "04A2B3C5" }).credential).not.toBe(first.credential);
  });
  it("leaves out whatever else a reader sends along", () => {
    expect(kept(topic, { ...badge, name: "Wang Min", face_template: "AAAA" })).not.toHaveProperty("face_template");
  });
  it("holds a scanned code encrypted", () => {
    const scan = kept("sentry/north/scanner-1/scan", { code: "CW-2019-0042" });
    expect(scan.code).toMatch(/^aes-256-gcm:/);
    expect(JSON.stringify(scan)).not.toContain("CW-2019");
  });
  it.each([
    ["is no JSON", topic, "04A2B3C4"],
    ["lacks its direction", topic, { credential: "04A2B3C4" }],
    ["comes on a topic that only looks like one", "sentry/north/reader-1/Badge/x", badge],
  ])("is length and keyed hash alone when it %s", (_, of, payload) => {
    const text = JSON.stringify(kept(of, payload));
    expect(text).toMatch(/"undecodable":\{"length":\d+,"hmac_sha256":"[0-9a-f]{64}"/);
    expect(text).not.toContain("04A2B3C4");
  });
  it("is the message itself on every other topic", () => {
    const payload = Buffer.from("{}");
    expect(protect("sentry/north/d1/telemetry", payload)).toBe(payload);
  });
});
