import { expect, onTestFinished, test } from "vitest";
import {
  openSmsAliyunChannel,
  openSmsTencentChannel,
  openVoiceTencentChannel,
  signAcs3,
  signTc3,
} from "../../../notify/index.ts";
import { startMs } from "../builders.ts";
import { aGateway, aMessage, aSecretFolder, configOf, secrets, smoke, wang } from "./builders.ts";

/** What is compared here was read off the requests of the vendors' own Node.js SDKs (2026). */

const never = new AbortController().signal;

test("Alibaba Cloud: the request is the SDK's, everything in the query and nothing in the body", async () => {
  const gateway = await aGateway(() => ({ body: '{"Code":"OK"}' }));
  const config = configOf("sms-aliyun", {
    url: gateway.url,
    access_key_id: "LTAI",
    access_key_secret_file: "one",
    sign_name: "市一医院",
    templates: { raised: "SMS_1", gas: "SMS_2", returned: "SMS_3" },
  });
  const channel = openSmsAliyunChannel(config, aSecretFolder());
  onTestFinished(() => channel.close());
  await channel.send(aMessage(smoke), wang, never);
  await channel.send(aMessage({ transition: "returned", state: "normal" }), wang, never);
  const [fire, over] = gateway.requests;
  const address = new URL(fire!.url, gateway.url);
  expect([fire!.method, address.pathname, fire!.body.length]).toEqual(["POST", "/", 0]);
  expect([...address.searchParams.keys()]).toEqual([
    "OutId",
    "PhoneNumbers",
    "SignName",
    "TemplateCode",
    "TemplateParam",
  ]);
  const query = Object.fromEntries(address.searchParams);
  expect(query).toMatchObject({ PhoneNumbers: "13900000000", SignName: "市一医院", TemplateCode: "SMS_2" });
  expect(JSON.parse(query.TemplateParam!)).toEqual({
    level: "紧急",
    room: "住院101",
    what: "烟雾报警(疑似火情)",
    since: "08:00",
    value: "3.4%每米限2%每米",
    code: "4711",
  });
  const { headers } = fire!;
  expect(headers).toMatchObject({
    "x-acs-action": "SendSms",
    "x-acs-version": "2017-05-25",
    "x-acs-date": "2026-11-22T00:00:00Z",
    "content-length": "0",
    // Of an empty body.
    "x-acs-content-sha256": "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
  });
  const resigned = signAcs3(
    {
      host: headers.host!,
      action: "SendSms",
      version: "2017-05-25",
      query,
      date: String(headers["x-acs-date"]),
      nonce: String(headers["x-acs-signature-nonce"]),
    },
    { id: "LTAI", secret: secrets.one },
  );
  expect(headers.authorization).toBe(resigned.headers.authorization);
  // Without a nonce of its own a second request is refused as replayed.
  expect(over!.headers["x-acs-signature-nonce"]).not.toBe(headers["x-acs-signature-nonce"]);
  expect(over!.url).toContain("TemplateCode=SMS_3");
});

test("Tencent Cloud: the request is the SDK's, for an SMS and for a call", async () => {
  const gateway = await aGateway(() => ({ body: '{"Response":{"SendStatusSet":[{"Code":"Ok"}]}}' }));
  const account = { url: gateway.url, secret_id: "AKID", secret_key_file: "one", app_id: "1400006666" };
  const sms = openSmsTencentChannel(
    configOf("sms-tencent", { ...account, sign_name: "市一医院", templates: { raised: "1", gas: "2", returned: "3" } }),
    aSecretFolder(),
  );
  const voice = openVoiceTencentChannel(configOf("voice-tencent", { ...account, template: "9" }), aSecretFolder());
  onTestFinished(async () => void (await Promise.all([sms.close(), voice.close()])));
  const message = aMessage(smoke);
  await sms.send(message, wang, never);
  await voice.send(message, wang, never);
  const [text, call] = gateway.requests;
  expect(JSON.parse(text!.body.toString())).toEqual({
    PhoneNumberSet: ["+8613900000000"],
    SmsSdkAppId: "1400006666",
    SignName: "市一医院",
    TemplateId: "2",
    TemplateParamSet: ["紧急", "住院101", "烟雾报警(疑似火情)", "08:00", "3.4%每米限2%每米", "4711"],
    SessionContext: message.key,
  });
  expect(text!.headers).toMatchObject({
    "x-tc-action": "SendSms",
    "x-tc-version": "2021-01-11",
    "x-tc-region": "ap-guangzhou",
    "x-tc-timestamp": String(startMs / 1_000),
  });
  const signed = {
    service: "sms",
    host: text!.headers.host!,
    payload: text!.body.toString(),
    timestampS: startMs / 1_000,
  };
  expect(text!.headers.authorization).toBe(signTc3(signed, { id: "AKID", secret: secrets.one }));
  expect(JSON.parse(call!.body.toString())).toMatchObject({
    CalledNumber: "+8613900000000",
    VoiceSdkAppid: "1400006666",
    TemplateId: "9",
    TemplateParamSet: ["紧急", "住院101", "烟雾报警(疑似火情)", "08:00"],
    PlayTimes: 2,
  });
  expect(call!.headers).toMatchObject({ "x-tc-action": "SendTtsVoice", "x-tc-version": "2020-09-02" });
  // What rings is critical and stands.
  expect(await voice.send(aMessage(), wang, never)).toMatchObject({ kind: "give-up" });
});
