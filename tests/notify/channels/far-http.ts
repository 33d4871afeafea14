import { aGateway, type Gateway, type GatewayReply, type GatewayRequest } from "./builders.ts";
import type { FarEnd } from "./contract.ts";

/** A far end that speaks HTTP: `replies` are its real ones, by name; `keyOf` finds what says "the same again". */
export async function farHttp(options: {
  replies: Record<string, GatewayReply | "reset">;
  keyOf?: (request: GatewayRequest) => string | undefined;
}): Promise<{ far: FarEnd; gateway: Gateway }> {
  const gateway = await aGateway();
  const far: FarEnd = {
    does(what) {
      const reply = options.replies[what];
      if (what === "hang") gateway.answer = () => "hang";
      // Quotes the whole request, as a proxy's error page or a careless gateway does.
      else if (what === "echo") gateway.answer = (request) => ({ status: 502, body: whole(request) });
      else if (reply === undefined) throw new Error(`the far end does not know ${what}`);
      else gateway.answer = () => reply;
    },
    arrived: () => gateway.requests.length,
    busy: () => gateway.open,
    peak: () => gateway.peak,
    keys: () => (options.keyOf ? gateway.requests.map((request) => options.keyOf!(request) ?? "none") : null),
    leave: () => gateway.stop(),
  };
  return { far, gateway };
}

const whole = ({ method, url, headers, body }: GatewayRequest) =>
  `${decodeURIComponent(url)} ${headers.authorization} ${body} ${method} ${url} ${JSON.stringify(headers)}`;
