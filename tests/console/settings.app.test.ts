import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { roomsResponse, settingsResponse } from "../../contract/index.ts";
import { aDevice, aHouse, siteFile, startSentry } from "../sentry.ts";

/** Settings are edited in the real site file of a running program. */

async function aRunningSite() {
  const house = aHouse(
    siteFile([], {
      devices: [aDevice("t-1")],
      people: [
        { id: "10231", name: "王芳", category: "archivist", token_file: "wang.token", email: "wang@example.org" },
        { id: "20001", name: "李伟", category: "it", token_file: "li.token" },
        { id: "30001", name: "Anna", category: "it", role: "security-administrator", token_file: "anna.token" },
      ],
    }),
  );
  for (const name of ["wang", "li", "anna"]) house.secret(`${name}.token`, `token-of-${name}-0123456789abcdef`);
  // As people write it: with comments.
  const text = readFileSync(house.config, "utf8");
  writeFileSync(house.config, `# The north campus.\n${text}`);
  const running = await startSentry(house);
  const send = async (who: string, path: string, body?: object) => {
    const response = await fetch(running.httpUrl + path, {
      method: body === undefined ? "GET" : "POST",
      headers: { authorization: `Bearer token-of-${who}-0123456789abcdef`, "content-type": "application/json" },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const answer: unknown = await response.json();
    return { status: response.status, body: z.record(z.string(), z.unknown()).parse(answer) };
  };
  const file = () => readFileSync(house.config, "utf8");
  return { house, running, send, file };
}

const phone = { path: ["people", "10231", "phone"], value: "+86 100 0000 0001" };
const limit = { path: ["rooms", "a-101", "limits", "temperature_c"], value: "16..22" };

describe("settings", () => {
  it("a telephone number is in force at once, and the file keeps its comments", async () => {
    const { send, file, running } = await aRunningSite();
    const changed = await send("li", "/api/v1/settings", { edits: [phone], comment: "new phone" });
    expect(changed.body).toMatchObject({ applied: true, waiting: null });
    expect(running.sentry.site().people.get("10231")?.phone).toBe("+86 100 0000 0001");
    expect(file()).toMatch(/^# The north campus\.\n/);
    expect((await send("wang", "/api/v1/settings", { edits: [phone] })).status).toBe(403);
  });

  it("a limit waits for a second person, who is not the one that asked", async () => {
    const { send, file, running } = await aRunningSite();
    const before = file();
    const asked = await send("li", "/api/v1/settings", { edits: [limit], comment: "new holdings" });
    expect(asked.body).toMatchObject({ applied: false, waiting: { by: "20001", consent: "consent" } });
    expect(file()).toBe(before);
    const [waiting] = settingsResponse.parse((await send("wang", "/api/v1/settings")).body).waiting;
    expect(waiting?.edits).toEqual([{ ...limit, before: "14..24" }]);
    const path = `/api/v1/settings/changes/${waiting?.id}/consent`;
    expect((await send("li", path, {})).status).toBe(403);
    expect((await send("wang", path, { comment: "checked" })).body).toMatchObject({ applied: true });
    const { rooms } = roomsResponse.parse(await (await fetch(`${running.httpUrl}/api/v1/rooms`)).json());
    expect(rooms[0]?.limits.temperature_c).toEqual({ low: 16, high: 22 });
    expect((await send("wang", path, {})).status).toBe(404);
  });

  it("who somebody is needs the security administrator", async () => {
    const { send, running } = await aRunningSite();
    const person = { id: "40001", name: 'O"Neil: {x}\n- y', category: "leader" };
    const asked = await send("li", "/api/v1/settings", { edits: [{ path: ["people", "40001"], value: person }] });
    expect(asked.body).toMatchObject({ applied: false, waiting: { consent: "manage-rights" } });
    const { id } = z.object({ id: z.string() }).parse(asked.body.waiting);
    expect((await send("wang", `/api/v1/settings/changes/${id}/consent`, {})).status).toBe(403);
    expect((await send("anna", `/api/v1/settings/changes/${id}/consent`, {})).status).toBe(200);
    expect(running.sentry.site().people.get("40001")?.name).toBe(person.name);
  });

  it("what would make the file wrong, or is not edited here, is refused, and nothing is written", async () => {
    const { send, file, house } = await aRunningSite();
    const before = file();
    const wrong = await send("li", "/api/v1/settings", { edits: [{ ...limit, value: "30..10" }] });
    expect([wrong.status, wrong.body.code]).toEqual([422, "config-invalid"]);
    for (const path of [
      ["broker", "credentials_file"],
      ["people", "10231", "token_file"],
      ["console", "sign_in", "failures"],
      ["rooms", "a-101"],
    ]) {
      expect((await send("li", "/api/v1/settings", { edits: [{ path, value: "x" }] })).status).toBe(403);
    }
    expect(file()).toBe(before);
    // Refused by the reload alone: a secret that the file names is gone.
    writeFileSync(join(house.folder, "wang.token"), "", { mode: 0o600 });
    const refused = await send("li", "/api/v1/settings", { edits: [phone] });
    expect([refused.status, refused.body.code]).toEqual([500, "secret-unreadable"]);
    expect(file()).toBe(before);
  });

  it("a device is entered, and can speak at once", async () => {
    const { send, running } = await aRunningSite();
    const device = { id: "t-2", room: "a-101", quantities: ["temperature_c"], interval: "60s" };
    const made = await send("li", "/api/v1/devices", device);
    expect(made.body).toMatchObject({ device: "t-2", username: "t-2", topic: "sentry/north/t-2/telemetry" });
    expect((await send("li", "/api/v1/devices", device)).status).toBe(422);
    const { connectMqtt } = await import("../broker/harness.ts");
    const { password } = z.object({ password: z.string() }).parse(made.body);
    const client = await connectMqtt(running.mqttUrl, { clientId: "t-2", username: "t-2", password });
    await client.publishAsync("sentry/north/t-2/telemetry", JSON.stringify({ temperature_c: 21.5 }), { qos: 1 });
    await running.sentry.settled();
    const { rooms } = roomsResponse.parse(await (await fetch(`${running.httpUrl}/api/v1/rooms`)).json());
    expect(rooms[0]?.current.temperature_c).toMatchObject({ value: 21.5, device: "t-2" });
    expect((await send("li", "/api/v1/devices/t-2/password", {})).body.password).not.toBe(password);
    await expect(connectMqtt(running.mqttUrl, { clientId: "t-2", username: "t-2", password })).rejects.toThrow();
  });
});
