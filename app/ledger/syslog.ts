import { hostname } from "node:os";
import { resolve } from "node:path";
import { createSyslogSender, type Ledger, type SyslogSender } from "../../access/index.ts";
import type { Clock, Logger } from "../../core/index.ts";
import { readConfigFile, readSecret, type Site } from "../../site/index.ts";

/** The way of security events to the hospital's log audit, where the site file names one. */
export function openSyslog(options: { ledger: Ledger; site: Site; clock: Clock; log: Logger }): SyslogSender | null {
  const { ledger, site, clock, log } = options;
  const { syslog } = site.config.ledger;
  if (!syslog) return null;
  const { host, port, ca_file, certificate_file, key_file } = syslog;
  const read = (path: string) => readConfigFile(resolve(site.directory, path)).toString();
  return createSyslogSender({
    ledger,
    server: {
      host,
      port,
      ...(ca_file === undefined ? {} : { ca: read(ca_file) }),
      ...(certificate_file === undefined ? {} : { cert: read(certificate_file) }),
      ...(key_file === undefined ? {} : { key: readSecret(site, key_file) }),
    },
    hostName: hostname(),
    clock,
    log,
  });
}
