import { BlockList, isIPv6 } from "node:net";
import type { FastifyRequest } from "fastify";

/** Whether an address lies in one of these networks. */
export function within(address: string, networks: readonly string[]): boolean {
  const list = new BlockList();
  for (const network of networks) {
    const [net = "", prefix = ""] = network.split("/");
    list.addSubnet(net, Number(prefix), isIPv6(net) ? "ipv6" : "ipv4");
  }
  const plain = address.replace(/^::ffff:(?=\d+\.)/i, "");
  return list.check(plain, isIPv6(plain) ? "ipv6" : "ipv4");
}

/** The address of whoever sent a request. */
export function addressOf(request: FastifyRequest, trustedProxies: readonly string[]): string {
  const forwarded = request.headers["x-forwarded-for"];
  const hops = Array.isArray(forwarded) ? forwarded.join(",") : forwarded;
  return senderOf(request.socket.remoteAddress ?? "", hops, trustedProxies);
}

/** Who really asks: what the proxy nearest to us says, where it is one whose word is believed. */
export function senderOf(remote: string, forwardedFor: string | undefined, trustedProxies: readonly string[]): string {
  let address = remote;
  const hops = (forwardedFor ?? "")
    .split(",")
    .map((hop) => hop.trim())
    .filter(Boolean);
  while (hops.length > 0 && within(address, trustedProxies)) address = hops.pop()!;
  return address;
}
