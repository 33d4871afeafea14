import { once } from "node:events";
import { isIP } from "node:net";
import { connect } from "node:tls";
import type { ProbeCheck } from "../../../site/index.ts";
import { authorityOf, certificateDays } from "./certificate.ts";
import { failed, type Look, type LookOptions, responseMs } from "./look.ts";

/** How long the certificate of a server is still valid. */
export function lookAtTls(check: ProbeCheck & { kind: "tls" }, { clock, directory }: LookOptions): Look {
  const { host, port } = check.address;
  const name = check.server_name ?? host;
  return async (signal) => {
    const authority = await authorityOf(check.ca_file, directory);
    const fromMs = clock.monotonicMs();
    // Verified below, and not by ending the handshake: an expired certificate is what we came to see.
    const socket = connect({
      host,
      port,
      // A name that is sent must not be an address (RFC 6066, section 3).
      ...(isIP(name) === 0 ? { servername: name } : {}),
      rejectUnauthorized: false,
      ...authority,
    });
    try {
      await once(socket, "secureConnect", { signal });
      // In truth a code, whatever its declared type: Node's own, or OpenSSL's.
      const why = socket.authorizationError as unknown;
      if (!socket.authorized && why !== "CERT_HAS_EXPIRED") return failed(`certificate not trusted: ${String(why)}`);
      const days = certificateDays(socket.getPeerCertificate(), clock.nowMs());
      return { ok: true, values: { response_ms: responseMs(clock, fromMs), certificate_days: days } };
    } finally {
      socket.on("error", () => {}).destroy();
    }
  };
}
