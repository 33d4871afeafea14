import { createHash, createHmac } from "node:crypto";
import { readFileSync } from "node:fs";
import { describe, expect, onTestFinished, test } from "vitest";
import { parse } from "yaml";
import { openSmsHttpChannel, openVoiceHttpChannel, smsText } from "../../../notify/index.ts";
import { aGateway, aMessage, aSecretFolder, configOf, secrets, smoke, wang } from "./builders.ts";

const never = new AbortController().signal;

/** Sends one message through a gateway of this kind and returns the request that it received. */
async function requestOf(section: Record<string, unknown>, message = aMessage()) {
  const gateway = await aGateway();
  const config = configOf("sms-http", { ...section, url: `${gateway.url}${section.url ?? "/send"}` });
  const channel = openSmsHttpChannel(config, aSecretFolder());
  onTestFinished(() => channel.close());
  expect(await channel.send(message, wang, never)).toMatchObject({ kind: "delivered" });
  return gateway.requests[0]!;
}

const text = () => smsText(aMessage().brief, "4711");
/** Percent-decoded bytes of a form, by field. */
function fieldsOf(body: Buffer, encoding: string): Record<string, string> {
  const decoder = new TextDecoder(encoding, { fatal: true });
  const decode = (part: string) => {
    const bytes = Buffer.from(
      part.replace(/%([0-9A-F]{2})/g, (_, hex) => String.fromCharCode(Number.parseInt(hex, 16))),
      "latin1",
    );
    return decoder.decode(bytes);
  };
  return Object.fromEntries(
    body
      .toString("latin1")
      .split("&")
      .map((pair) => pair.split("=").map(decode)),
  );
}

test("a form in GBK with an MD5 over its fields, as many gateways in China want it", async () => {
  const request = await requestOf({
    encoding: "gbk",
    values: { account: "bingan" },
    secret_files: { password: "one" },
    timestamp: "yyyyMMddHHmmss",
    body: {
      form: {
        account: "{account}",
        mobile: "{phone}",
        content: "【市一医院】{text}",
        ts: "{timestamp}",
        sign: "{sign}",
      },
    },
    signature: { algorithm: "md5", of: "{account}{password}{timestamp}", output: "HEX" },
  });
  expect(request.headers["content-type"]).toBe("application/x-www-form-urlencoded; charset=gbk");
  const fields = fieldsOf(request.body, "gbk");
  expect(fields).toEqual({
    account: "bingan",
    mobile: "13900000000",
    content: `【市一医院】${text()}`,
    ts: "20261122080000",
    sign: createHash("md5").update(`bingan${secrets.one}20261122080000`).digest("hex").toUpperCase(),
  });
  expect(request.body.toString("latin1")).not.toContain("s3cret");
});

test("an HMAC over the sorted fields of the form", async () => {
  const request = await requestOf({
    secret_files: { key: "two" },
    body: { form: { to: "{phone}", appid: "7", text: "{text}", sign: "{sign}" } },
    signature: { algorithm: "hmac-sha256", of: "{sorted_fields}", key: "key", output: "base64" },
  });
  const fields = fieldsOf(request.body, "utf-8");
  const signed = `appid=7&text=${text()}&to=13900000000`;
  expect(fields.sign).toBe(createHmac("sha256", secrets.two).update(signed).digest("base64"));
});

test("JSON keeps its shape whatever the text holds, and XML is escaped", async () => {
  const message = aMessage();
  message.brief.where = '库"\\<&>\n{phone}';
  const json = await requestOf(
    { body: { json: { messages: [{ to: ["{phone}"], text: "{text}", priority: 1, flash: false }] } } },
    message,
  );
  expect(JSON.parse(json.body.toString())).toEqual({
    messages: [{ to: ["13900000000"], text: smsText(message.brief, "4711"), priority: 1, flash: false }],
  });
  const xml = await requestOf({ body: { xml: "<sms><to>{phone}</to><text>{text}</text></sms>" } }, message);
  // What is filled in is not filled in again: the name of the room is text, not a template.
  expect(xml.body.toString()).toContain("库&#34;\\&#60;&#38;&#62;\n{phone}");
  expect(xml.headers["content-type"]).toBe("text/xml; charset=utf-8");
});

test("a GET with everything in the address, in the gateway's encoding", async () => {
  const request = await requestOf({
    method: "GET",
    encoding: "gbk",
    phone: "+cc",
    url: "/sms?to={phone}&msg={text}&id={key}",
    headers: { "X-Request": "{key}" },
  });
  expect(request.method).toBe("GET");
  expect(request.body).toHaveLength(0);
  const fields = fieldsOf(Buffer.from(request.url.split("?")[1]!), "gbk");
  expect(fields).toEqual({ to: "+8613900000000", msg: text(), id: aMessage().key });
  expect(request.headers["x-request"]).toBe(aMessage().key);
});

test("a placeholder that nobody fills in is found when the channel is opened", () => {
  const open = (section: object) => () =>
    openSmsHttpChannel(configOf("sms-http", { url: "http://127.0.0.1/{phone}", ...section }), aSecretFolder());
  expect(open({})).not.toThrow();
  expect(open({ body: { json: { to: "{mobile}" } } })).toThrow(/channels\.sms-http: placeholders .*found mobile/);
  expect(open({ body: { form: { s: "{sign}" } } })).toThrow(/sign, which needs signature/);
  expect(open({ signature: { algorithm: "hmac-sha1", of: "{text}", key: "none" } })).toThrow(/signature\.key none/);
});

test("a regular expression says what success is where the reply is no JSON", async () => {
  const gateway = await aGateway();
  const config = configOf("sms-http", {
    url: gateway.url,
    body: { form: { m: "{phone}" } },
    success: { match: "^result=0(&|$)" },
    refused: { match: "^result=-?1[0-9](&|$)" },
  });
  const channel = openSmsHttpChannel(config, aSecretFolder());
  onTestFinished(() => channel.close());
  for (const [body, kind] of [
    ["result=0&id=77", "delivered"],
    ["result=5&description=余额不足", "retry"],
    ["result=11&description=号码错误", "give-up"],
  ] as const) {
    gateway.answer = () => ({ body });
    expect(await channel.send(aMessage(), wang, never)).toMatchObject({ kind });
  }
});

test("a gateway that says when to come back is believed", async () => {
  const gateway = await aGateway(() => ({ status: 429, headers: { "retry-after": "30" } }));
  const channel = openSmsHttpChannel(configOf("sms-http", { url: gateway.url }), aSecretFolder());
  onTestFinished(() => channel.close());
  expect(await channel.send(aMessage(), wang, never)).toEqual({ kind: "retry", reason: "429", afterMs: 30_000 });
});

test("a call is made for what is critical and not over, in words to be heard", async () => {
  const gateway = await aGateway();
  const config = configOf("voice-http", { url: gateway.url, body: { json: { say: "{text}" } } });
  const channel = openVoiceHttpChannel(config, aSecretFolder());
  onTestFinished(() => channel.close());
  expect(await channel.send(aMessage(smoke), wang, never)).toMatchObject({ kind: "delivered" });
  expect(JSON.parse(gateway.requests[0]!.body.toString()).say).toBe(
    "气体灭火区域,勿单独进入。档案库房紧急报警。住院101烟雾报警(疑似火情)。08:00起。请立即查看",
  );
  for (const changes of [{ priority: "high" }, { ...smoke, transition: "returned", state: "normal" }] as const)
    expect(await channel.send(aMessage(changes), wang, never)).toMatchObject({ kind: "give-up" });
  expect(gateway.requests).toHaveLength(1);
});

describe("the presets of the guide", () => {
  const guide = readFileSync(new URL("../../../docs/guides/channels.md", import.meta.url), "utf8");
  const presets = [...guide.matchAll(/```yaml\n(channels:\n[\s\S]*?)```/g)].map((match) => parse(match[1]!).channels);

  test("are all accepted by the schema", () => {
    expect(presets.length).toBeGreaterThanOrEqual(8);
    for (const channels of presets)
      for (const [name, section] of Object.entries(channels))
        expect(() => configOf(name as "sms-http", section)).not.toThrow();
  });

  test("Twilio: a form under basic authorisation, numbers with +, 201 with a sid", async () => {
    const twilio = presets.find((channels) => channels["sms-http"]?.url?.includes("twilio"))!["sms-http"];
    const reply = { sid: "SM90c6fc909d8504d45ecdb3a3d5b3556e", status: "queued", error_code: null };
    const gateway = await aGateway(() => ({ status: 201, body: JSON.stringify(reply) }));
    const config = configOf("sms-http", {
      ...twilio,
      url: twilio.url.replace("https://api.twilio.com", gateway.url),
      basic_auth: { ...twilio.basic_auth, password_file: "one" },
    });
    const channel = openSmsHttpChannel(config, aSecretFolder());
    onTestFinished(() => channel.close());
    expect(await channel.send(aMessage(), wang, never)).toMatchObject({ kind: "delivered" });
    const [request] = gateway.requests;
    expect(fieldsOf(request!.body, "utf-8")).toMatchObject({ To: "+8613900000000", Body: text() });
    const account = twilio.basic_auth.username;
    expect(request!.url).toBe(`/2010-04-01/Accounts/${account}/Messages.json`);
    expect(request!.headers.authorization).toBe(`Basic ${Buffer.from(`${account}:${secrets.one}`).toString("base64")}`);
    gateway.answer = () => ({ status: 400, body: '{"code":21211,"message":"Invalid To Phone Number","status":400}' });
    expect(await channel.send(aMessage(), wang, never)).toMatchObject({ kind: "give-up" });
    gateway.answer = () => ({ status: 401, body: '{"code":20003,"message":"Authenticate","status":401}' });
    expect(await channel.send(aMessage(), wang, never)).toMatchObject({ kind: "retry" });
  });

  test("Twilio's calls: the words stand as text inside the markup", async () => {
    const twilio = presets.find((channels) => channels["voice-http"])!["voice-http"];
    const gateway = await aGateway(() => ({ status: 201, body: '{"sid":"CA1"}' }));
    const config = configOf("voice-http", {
      ...twilio,
      url: twilio.url.replace("https://api.twilio.com", gateway.url),
      basic_auth: { ...twilio.basic_auth, password_file: "one" },
    });
    const channel = openVoiceHttpChannel(config, aSecretFolder());
    onTestFinished(() => channel.close());
    const message = aMessage(smoke);
    message.brief.where = "A&B";
    expect(await channel.send(message, wang, never)).toMatchObject({ kind: "delivered" });
    expect(fieldsOf(gateway.requests[0]!.body, "utf-8").Twiml).toMatch(
      /^<Response><Say language="zh-CN" loop="2">气体灭火区域.*A&#38;B烟雾报警.*<\/Say><\/Response>$/,
    );
  });
});
