import { chmodSync, writeFileSync } from "node:fs";
import { createServer, type IncomingHttpHeaders, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { onTestFinished } from "vitest";
import { type AlarmNotice, type RenderedMessage, renderMessage } from "../../../notify/index.ts";
import { type ChannelConfig, type ChannelName, type Site, siteSchema } from "../../../site/index.ts";
import { aFolder, aNotice, aPerson, aSite, startMs } from "../builders.ts";

/** Secrets that a channel is given in the tests: what the wire may carry and nothing else may. */
export const secrets = { one: "s3cret/word+one==", two: "SEC2nd&s3cret" };

/** A folder with the secrets' files, as a site file's folder has them. */
export function aSecretFolder(): { directory: string; timeZone: string; id: string } {
  const directory = aFolder();
  for (const [name, text] of Object.entries(secrets)) {
    writeFileSync(join(directory, name), `${text}\n`);
    chmodSync(join(directory, name), 0o600);
  }
  return { directory, timeZone: "Asia/Shanghai", id: "north" };
}

/** A channel's section of a site file, as understood: with every default filled in. */
export function configOf<Name extends ChannelName>(name: Name, section: unknown): ChannelConfig<Name> {
  const file = { site: { id: "north", name: { zh: "北院", en: "North" } }, channels: { [name]: section } };
  return siteSchema.parse(file).channels[name]!;
}

/** A room with a short name, protected by gas, and one without. */
export function aSiteWithShortNames(): Site {
  return aSite({
    rooms: [
      {
        id: "a-101",
        building: "a",
        floor: 1,
        short_name: "住院101",
        name: { zh: "住院病案一库", en: "Inpatient records 1" },
        suppression: "gas",
      },
      { id: "a-102", building: "a", name: { zh: "胶片库", en: "Film store" } },
    ],
  });
}

export function aMessage(
  changes: Partial<AlarmNotice> = {},
  options: { site?: Site; language?: "zh-CN" | "en"; sentAtMs?: number; channel?: ChannelName; person?: string } = {},
): RenderedMessage {
  const site = options.site ?? aSiteWithShortNames();
  const notice = aNotice(changes);
  const person = { ...aPerson(), id: options.person ?? "10231", language: options.language ?? "zh-CN" };
  return renderMessage(
    {
      alarmId: notice.alarmId,
      n: notice.n,
      person: person.id,
      channel: options.channel ?? "email",
      notice,
      merges: false,
    },
    { site, person, sentAtMs: options.sentAtMs ?? startMs, instance: "test" },
  );
}

export const smoke: Partial<AlarmNotice> = {
  condition: "smoke-alarm",
  priority: "critical",
  value: 3.4,
  limit: 2,
  unit: "%/m",
};

export const wang = { id: "10231", name: "王芳", email: "wang@example.org", phone: "+86 139 0000 0000" };

export interface GatewayRequest {
  method: string;
  url: string;
  headers: IncomingHttpHeaders;
  body: Buffer;
}
export interface GatewayReply {
  status?: number;
  body?: string | Buffer;
  headers?: Record<string, string>;
}

export interface Gateway {
  url: string;
  requests: GatewayRequest[];
  /** Most requests that were open at one time. */
  peak: number;
  open: number;
  answer: (request: GatewayRequest, n: number) => GatewayReply | "hang" | "reset" | Promise<GatewayReply>;
  stop(): Promise<void>;
}

/** A real HTTP server that answers as a gateway would. */
export async function aGateway(answer: Gateway["answer"] = () => ({})): Promise<Gateway> {
  const server = createServer((request, response) => {
    gateway.open++;
    gateway.peak = Math.max(gateway.peak, gateway.open);
    response.on("close", () => gateway.open--);
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("error", () => {});
    request.on("end", async () => {
      const { method = "", url = "", headers } = request;
      const received = { method, url, headers, body: Buffer.concat(chunks) };
      gateway.requests.push(received);
      const reply = await gateway.answer(received, gateway.requests.length);
      if (reply === "hang") return;
      if (reply === "reset") request.socket.resetAndDestroy();
      else respond(response, reply);
    });
  });
  const stop = () =>
    new Promise<void>((resolve) => {
      server.close(() => resolve());
      server.closeAllConnections();
    });
  const gateway: Gateway = { url: "", requests: [], peak: 0, open: 0, answer, stop };
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(stop);
  gateway.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return gateway;
}

function respond(response: ServerResponse, { status = 200, body = "", headers = {} }: GatewayReply): void {
  response.writeHead(status, headers);
  response.end(body);
}
