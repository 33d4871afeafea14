import { createHash, createHmac } from "node:crypto";
import { beforeEach, describe, expect, test } from "vitest";
import type { SiteFile } from "../../../site/index.ts";
import { type Running, startSentry } from "../../sentry.ts";
import { acknowledgements, aModemHouse, type ModemHouse, people, raiseSmoke, storedAnswers } from "./house.ts";

const secret = "between-gateway-and-us";

async function started(answers: NonNullable<SiteFile["answers"]>): Promise<{
  modem: ModemHouse;
  running: Running;
  code: string;
  post(path: string, init: RequestInit): Promise<Response>;
}> {
  const modem = aModemHouse({
    answers,
    people: people.slice(0, 2),
    console: { port: 0, public_url: "https://archive.example" },
  });
  modem.house.secret("gateway.secret", secret);
  const running = await startSentry(modem.house);
  const { code } = await raiseSmoke(running, modem, 2);
  return { modem, running, code, post: (path, init) => fetch(running.httpUrl + path, { method: "POST", ...init }) };
}

const form = (fields: Record<string, string>, headers: Record<string, string> = {}): RequestInit => ({
  headers: { "content-type": "application/x-www-form-urlencoded", ...headers },
  body: new URLSearchParams(fields).toString(),
});

describe("a gateway with its secret in a header", () => {
  let house: Awaited<ReturnType<typeof started>>;
  beforeEach(async () => {
    house = await started({
      sms: {
        secret_file: "gateway.secret",
        header: "authorization",
        fields: { from: "mobile", text: "content", id: "id" },
      },
      voice: { secret_file: "gateway.secret", header: "x-token", fields: { from: "called", text: "digits" } },
    });
  });

  test("is believed, and a repeated delivery is one answer", async () => {
    const { post, modem, code } = house;
    const sent = form(
      { mobile: "13900000231", content: `1 ${code}`, id: "m-1" },
      { authorization: `Bearer ${secret}` },
    );
    const first = await post("/api/v1/answers/sms", sent);
    expect(first.status).toBe(200);
    const body: unknown = await first.json();
    expect(body).toMatchObject({ outcome: "acknowledged", text: expect.stringMatching(/^已确认/) });
    expect(await (await post("/api/v1/answers/sms", sent)).json()).toEqual(body);
    expect(storedAnswers(modem)).toHaveLength(1);
    expect(acknowledgements(modem)).toMatchObject([{ by: "10231", via: "sms" }]);
  });

  test("with a wrong secret, or none, is not even read", async () => {
    const { post, modem, code } = house;
    const fields = { mobile: "13900000231", content: `1 ${code}`, id: "m-1" };
    for (const authorization of ["", "Bearer guess", `Basic ${secret}`]) {
      const answer = await post("/api/v1/answers/sms", form(fields, authorization === "" ? {} : { authorization }));
      expect(answer.status).toBe(401);
      expect(await answer.text()).not.toContain(secret);
    }
    expect((await post("/api/v1/answers/sms", form({ ...fields, "x-token": secret }))).status).toBe(401);
    expect(storedAnswers(modem)).toEqual([]);
  });

  test("says nothing of a foreign number but that it is ignored", async () => {
    const { post, code } = house;
    const fields = { mobile: "13999999999", content: `1 ${code}`, id: "m-2" };
    const answer = await post("/api/v1/answers/sms", form(fields, { authorization: `Bearer ${secret}` }));
    expect(await answer.json()).toEqual({ outcome: "ignored", reason: null, text: null });
  });

  test("a key pressed in a call acknowledges the newest alarm; another key does not", async () => {
    const { post, modem } = house;
    const call = async (digits: string) =>
      await (
        await post("/api/v1/answers/voice", form({ called: "+8613900000312", digits }, { "x-token": secret }))
      ).json();
    expect(await call("9")).toMatchObject({ outcome: "refused", reason: "unclear" });
    expect(acknowledgements(modem)).toEqual([]);
    expect(await call("1")).toMatchObject({ outcome: "acknowledged", text: expect.stringMatching(/^Acknowledged/) });
    expect(acknowledgements(modem)).toMatchObject([{ by: "10312", via: "voice", comment: "Received, on my way" }]);
  });

  test("a missing field is named", async () => {
    const answer = await house.post("/api/v1/answers/sms", form({ mobile: "1" }, { authorization: secret }));
    expect(answer.status).toBe(400);
    expect(await answer.json()).toMatchObject({ code: "request-invalid", detail: expect.stringContaining("content") });
  });
});

test("Twilio's way: a signature over address and fields, and our reply in its own markup", async () => {
  const { post, modem, code } = await started({
    sms: {
      secret_file: "gateway.secret",
      header: "x-twilio-signature",
      signature: { algorithm: "hmac-sha1", of: "{url}{pairs}", output: "base64" },
      fields: { from: "From", text: "Body", id: "MessageSid" },
      respond: "<Response><Message>{xml_text}</Message></Response>",
    },
  });
  const fields = { From: "+8613900000312", Body: `1 ${code} <on> my way`, MessageSid: "SM1", To: "+1500" };
  // Twilio's published rule: the address, then each field's name and value in the order of the names.
  const signed = `https://archive.example/api/v1/answers/sms${Object.entries(fields)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .flat()
    .join("")}`;
  const signature = createHmac("sha1", secret).update(signed).digest("base64");
  const altered = form({ ...fields, Body: `1 ${code} other` }, { "x-twilio-signature": signature });
  expect((await post("/api/v1/answers/sms", altered)).status).toBe(401);
  const answer = await post("/api/v1/answers/sms", form(fields, { "x-twilio-signature": signature }));
  expect(answer.headers.get("content-type")).toBe("text/xml; charset=utf-8");
  expect(await answer.text()).toMatch(/^<Response><Message>Acknowledged: \d{4} .*<\/Message><\/Response>$/);
  expect(acknowledgements(modem)).toMatchObject([{ by: "10312", comment: "<on> my way" }]);
});

test("a box that speaks GBK, signs with MD5 in a field and wants to read ok", async () => {
  const { post, modem, code } = await started({
    sms: {
      secret_file: "gateway.secret",
      field: "sign",
      signature: { algorithm: "md5", of: "{mobile}{ts}{secret}", output: "HEX" },
      fields: { from: "mobile", text: "msg" },
      encoding: "gbk",
      respond: "ok",
    },
  });
  const sign = createHash("md5").update(`139000002311764${secret}`).digest("hex").toUpperCase();
  // 收到 in GBK.
  const body = `mobile=13900000231&ts=1764&msg=%CA%D5%B5%BD+${code}&sign=${sign}`;
  const answer = await post("/api/v1/answers/sms", { headers: { "content-type": "text/plain" }, body });
  expect([answer.status, await answer.text()]).toEqual([200, "ok"]);
  expect(acknowledgements(modem)).toMatchObject([{ by: "10231", comment: "收到,前往查看" }]);
});

test("JSON with fields further inside", async () => {
  const { post, modem, code } = await started({
    sms: { secret_file: "gateway.secret", header: "x-key", fields: { from: "data.0.from", text: "data.0.text" } },
  });
  const body = JSON.stringify({ data: [{ from: 13900000231, text: `1 ${code}` }] });
  const headers = { "content-type": "application/json", "x-key": secret };
  expect(await (await post("/api/v1/answers/sms", { headers, body })).json()).toMatchObject({
    outcome: "acknowledged",
  });
  expect(acknowledgements(modem)).toHaveLength(1);
});
