import { systemClock } from "../../../core/index.ts";
import {
  openDingtalkChannel,
  openSmsAliyunChannel,
  openSmsHttpChannel,
  openSmsTencentChannel,
  openVoiceAliyunChannel,
  openVoiceHttpChannel,
  openVoiceTencentChannel,
  openWebhookChannel,
  openWecomChannel,
} from "../../../notify/index.ts";
import { aSecretFolder, configOf, type GatewayReply, type GatewayRequest, wang } from "./builders.ts";
import { channelContract } from "./contract.ts";
import { farHttp } from "./far-http.ts";

const json = (body: unknown, status = 200): GatewayReply => ({
  status,
  body: JSON.stringify(body),
  headers: { "content-type": "application/json" },
});
const queryOf = ({ url }: GatewayRequest) => new URL(url, "http://x").searchParams;
const fieldOf = (name: string) => (request: GatewayRequest) => {
  const value: unknown = JSON.parse(request.body.toString())[name];
  return String(value);
};

/** What any web server or proxy in between may do. */
const anyServer = {
  reset: "reset",
  "500": { status: 500, body: "internal error" },
  "503": { status: 503, body: "come back", headers: { "retry-after": "30" } },
  "429": { status: 429, body: "slower" },
  "401": { status: 401, body: "who are you" },
  "a proxy's page": { status: 502, body: "<html>bad gateway</html>" },
  redirected: { status: 302, headers: { location: "http://127.0.0.1:1/" } },
} satisfies Record<string, GatewayReply | "reset">;
const anyCases = [...Object.keys(anyServer), "echo"].map((what) => [what, "retry"] as const);

const gatewayReplies = {
  ...anyServer,
  accept: json({ code: "0", msg: "ok" }),
  "empty account": json({ code: "9", msg: "余额不足" }),
  "wrong number": json({ code: "3", msg: "号码 8613900000000 错误" }),
  "a page instead of JSON": { body: "<html>welcome</html>" },
  "400": { status: 400, body: "bad request" },
};
const gatewayCases = [
  ["accept", "delivered"],
  ["empty account", "retry"],
  ["wrong number", "give-up"],
  ["a page instead of JSON", "retry"],
  ["400", "give-up"],
  ...anyCases,
] as const;
const gatewayConfig = (url: string, timeoutMs: number) => ({
  url,
  timeout: `${timeoutMs}ms`,
  secret_files: { password: "one" },
  basic_auth: { username: "sentry", password_file: "two" },
  body: { json: { user: "archive", password: "{password}", to: "{phone}", text: "{text}", id: "{key}" } },
  success: { json: "code", equals: ["0"] },
  refused: { json: "code", equals: [3] },
});

for (const [name, openChannel] of [
  ["sms-http", openSmsHttpChannel],
  ["voice-http", openVoiceHttpChannel],
] as const) {
  channelContract(name, {
    cases: gatewayCases,
    async open({ timeoutMs }) {
      const { far, gateway } = await farHttp({ replies: gatewayReplies, keyOf: fieldOf("id") });
      const config = configOf(name, gatewayConfig(gateway.url, timeoutMs));
      return { channel: openChannel(config, aSecretFolder()), to: wang, far };
    },
  });
}

channelContract("webhook", {
  cases: [
    ["accept", "delivered"],
    ["no content", "delivered"],
    ["400", "give-up"],
    ["413", "give-up"],
    ["404", "retry"],
    ...anyCases,
  ],
  async open({ timeoutMs }) {
    const { far, gateway } = await farHttp({
      replies: {
        ...anyServer,
        accept: { body: "ok" },
        "no content": { status: 204 },
        "400": { status: 400, body: "cannot read that" },
        "413": { status: 413 },
        "404": { status: 404 },
      },
      keyOf: ({ headers }) => String(headers["idempotency-key"]),
    });
    const receivers = [{ id: "duty", url: gateway.url, token_file: "one" }];
    const config = configOf("webhook", { receivers, timeout: `${timeoutMs}ms` });
    return { channel: openWebhookChannel(config, aSecretFolder()), to: { id: "@duty", name: "@duty" }, far };
  },
});

const aliyunReplies = {
  ...anyServer,
  accept: json({ Code: "OK", Message: "OK", BizId: "9006197469364984^0", RequestId: "F655A8D5" }),
  "too many to one number": json({ Code: "isv.BUSINESS_LIMIT_CONTROL", Message: "触发小时级流控Permits:5" }),
  "empty account": json({ Code: "isv.AMOUNT_NOT_ENOUGH", Message: "账户余额不足" }),
  "wrong number": json({ Code: "isv.MOBILE_NUMBER_ILLEGAL", Message: "13900000000 invalid mobile number" }),
  "a variable too long": json({ Code: "isv.PARAM_LENGTH_LIMIT", Message: "参数超过长度限制" }),
  "wrong key": json({ Code: "SignatureDoesNotMatch", Message: "Specified signature is not matched" }, 400),
  throttled: json({ Code: "Throttling.User", Message: "Request was denied due to user flow control." }, 400),
};
const aliyunCases = [
  ["accept", "delivered"],
  ["too many to one number", "retry"],
  ["empty account", "retry"],
  ["wrong number", "give-up"],
  ["a variable too long", "give-up"],
  ["wrong key", "retry"],
  ["throttled", "retry"],
  ...anyCases,
] as const;
const smsTemplates = { raised: "SMS_1", gas: "SMS_2", returned: "SMS_3" };

channelContract("sms-aliyun", {
  cases: aliyunCases,
  async open({ timeoutMs }) {
    const { far, gateway } = await farHttp({ replies: aliyunReplies, keyOf: (r) => queryOf(r).get("OutId")! });
    const config = configOf("sms-aliyun", {
      url: gateway.url,
      access_key_id: "LTAI",
      access_key_secret_file: "one",
      sign_name: "市一医院",
      templates: smsTemplates,
      timeout: `${timeoutMs}ms`,
    });
    return { channel: openSmsAliyunChannel(config, aSecretFolder()), to: wang, far };
  },
});

channelContract("voice-aliyun", {
  cases: aliyunCases,
  async open({ timeoutMs }) {
    const { far, gateway } = await farHttp({ replies: aliyunReplies, keyOf: (r) => queryOf(r).get("OutId")! });
    const config = configOf("voice-aliyun", {
      url: gateway.url,
      access_key_id: "LTAI",
      access_key_secret_file: "one",
      template: "TTS_1",
      timeout: `${timeoutMs}ms`,
    });
    return { channel: openVoiceAliyunChannel(config, aSecretFolder()), to: wang, far };
  },
});

const tencentError = (Code: string, Message: string) =>
  json({ Response: { Error: { Code, Message }, RequestId: "r" } });
const tencentStatus = (Code: string, Message: string) =>
  json({
    Response: { SendStatusSet: [{ SerialNo: "", PhoneNumber: "+8613900000000", Code, Message }], RequestId: "r" },
  });
const tencentFaults = {
  ...anyServer,
  "wrong key": tencentError("AuthFailure.SignatureFailure", "The provided credentials could not be validated."),
  "internal error": tencentError("InternalError.Timeout", "timeout"),
  throttled: tencentError("RequestLimitExceeded", "too fast"),
};
const tencentFaultCases = [
  ["wrong key", "retry"],
  ["internal error", "retry"],
  ["throttled", "retry"],
  ...anyCases,
] as const;

channelContract("sms-tencent", {
  cases: [
    ["accept", "delivered"],
    ["too many to one number", "retry"],
    ["empty account", "retry"],
    ["wrong number", "give-up"],
    ["a forbidden word", "give-up"],
    ["a variable too long", "give-up"],
    ...tencentFaultCases,
  ],
  async open({ timeoutMs }) {
    const { far, gateway } = await farHttp({
      replies: {
        ...tencentFaults,
        accept: tencentStatus("Ok", "send success"),
        "too many to one number": tencentStatus("LimitExceeded.PhoneNumberDailyLimit", "daily limit"),
        "empty account": tencentStatus("FailedOperation.InsufficientBalanceInSmsPackage", "insufficient balance"),
        "wrong number": tencentStatus("InvalidParameterValue.IncorrectPhoneNumber", "incorrect phone number"),
        "a forbidden word": tencentStatus("FailedOperation.ContainSensitiveWord", "contains sensitive word"),
        "a variable too long": tencentStatus("InvalidParameterValue.TemplateParameterLengthLimit", "too long"),
      },
      keyOf: fieldOf("SessionContext"),
    });
    const config = configOf("sms-tencent", {
      url: gateway.url,
      secret_id: "AKID",
      secret_key_file: "one",
      app_id: "1400006666",
      sign_name: "市一医院",
      templates: { raised: "1", gas: "2", returned: "3" },
      timeout: `${timeoutMs}ms`,
    });
    return { channel: openSmsTencentChannel(config, aSecretFolder()), to: wang, far };
  },
});

channelContract("voice-tencent", {
  cases: [
    ["accept", "delivered"],
    ["wrong number", "give-up"],
    ["neither error nor call", "retry"],
    ...tencentFaultCases,
  ],
  async open({ timeoutMs }) {
    const { far, gateway } = await farHttp({
      replies: {
        ...tencentFaults,
        accept: json({ Response: { SendStatus: { CallId: "c-1", SessionContext: "k" }, RequestId: "r" } }),
        "wrong number": tencentError("InvalidParameterValue.CalledNumberVerifyFail", "invalid number"),
        "neither error nor call": json({ Response: { RequestId: "r" } }),
      },
      keyOf: fieldOf("SessionContext"),
    });
    const config = configOf("voice-tencent", {
      url: gateway.url,
      secret_id: "AKID",
      secret_key_file: "one",
      app_id: "1400006666",
      template: "9",
      timeout: `${timeoutMs}ms`,
    });
    return { channel: openVoiceTencentChannel(config, aSecretFolder()), to: wang, far };
  },
});

const robotReply = (errcode: number, errmsg: string) => json({ errcode, errmsg });

channelContract("wecom", {
  waitsForTurn: true,
  cases: [
    ["accept", "delivered"],
    ["too fast", "retry"],
    ["wrong key", "retry"],
    ["not accepted", "give-up"],
    ...anyCases,
  ],
  async open({ timeoutMs }) {
    const { far, gateway } = await farHttp({
      replies: {
        ...anyServer,
        accept: robotReply(0, "ok"),
        "too fast": robotReply(45009, "api freq out of limit"),
        "wrong key": robotReply(93000, "invalid webhook url"),
        "not accepted": robotReply(40058, "invalid Request Parameter"),
      },
    });
    const groups = [{ id: "night", key_file: "one", mention: ["+86 139 0000 0000", "all"] }];
    const config = configOf("wecom", { url: gateway.url, groups, timeout: `${timeoutMs}ms` });
    const around = { site: aSecretFolder(), clock: systemClock };
    return { channel: openWecomChannel(config, around), to: { id: "@night", name: "@night" }, far };
  },
});

channelContract("dingtalk", {
  waitsForTurn: true,
  cases: [
    ["accept", "delivered"],
    ["too fast", "retry"],
    ["wrong signature", "retry"],
    ["not accepted", "give-up"],
    ...anyCases,
  ],
  async open({ timeoutMs }) {
    const { far, gateway } = await farHttp({
      replies: {
        ...anyServer,
        accept: robotReply(0, "ok"),
        "too fast": robotReply(130101, "send too fast, exceed 20 times per minute"),
        "wrong signature": robotReply(310000, "sign not match"),
        "not accepted": robotReply(430104, "the message contains inappropriate content"),
      },
    });
    const groups = [{ id: "night", token_file: "one", secret_file: "two", mention: ["13900000000"] }];
    const config = configOf("dingtalk", { url: gateway.url, groups, timeout: `${timeoutMs}ms` });
    const around = { site: aSecretFolder(), clock: systemClock };
    return { channel: openDingtalkChannel(config, around), to: { id: "@night", name: "@night" }, far };
  },
});
