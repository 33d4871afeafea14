import { isIP } from "node:net";
import { pageIsBuilt } from "../../app/index.ts";
import type { Site } from "../../site/index.ts";
import { type Finding, ok, warn } from "./finding.ts";
import { whyUnreachable } from "./reach.ts";

const loopback = (host: string) => host === "localhost" || host === "::1" || /^127\./.test(host);

/** Whether people can use the console from where they are. */
export async function checkConsole(site: Site): Promise<Finding[]> {
  const { host, public_url: address, sign_in: signIn } = site.config.console;
  const findings: Finding[] = [
    pageIsBuilt()
      ? ok("console", "the web page is built")
      : warn("console", "the web page is not built", "run npm run build in the program's folder"),
  ];
  if (!loopback(host) && !address?.startsWith("https:")) {
    findings.push(
      warn(
        "console",
        `it listens on ${host} without https: passwords travel in clear, passkeys and proofs do not work`,
        "listen on 127.0.0.1, put a TLS proxy in front, and name it in console.public_url",
      ),
    );
  }
  if (loopback(host) && address?.startsWith("https:") && signIn.trusted_proxies.length === 0) {
    findings.push(
      warn(
        "console",
        "everybody seems to come from the proxy: five failures of one lock an account for all",
        "name the proxy in console.sign_in.trusted_proxies",
      ),
    );
  }
  if (signIn.openid) findings.push(await directory(signIn.openid.issuer));
  return findings;
}

async function directory(issuer: string): Promise<Finding> {
  const { hostname, port, protocol } = new URL(issuer);
  const host = isIP(hostname.replace(/^\[|\]$/g, "")) ? hostname.replace(/^\[|\]$/g, "") : hostname;
  const why = await whyUnreachable(host, Number(port) || (protocol === "https:" ? 443 : 80));
  if (why === null) return ok("directory", `${hostname} answers`);
  return warn(
    "directory",
    `${hostname} does not: ${why}`,
    "check console.sign_in.openid.issuer, the server and the firewall",
  );
}
