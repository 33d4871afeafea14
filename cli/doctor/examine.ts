import { samplePath } from "../../app/index.ts";
import { checkChannels } from "./channels.ts";
import { checkConsole } from "./console.ts";
import { checkCertificates, checkSecrets, checkSite } from "./files.ts";
import type { Finding } from "./finding.ts";
import { checkData, checkNode, checkPort, isInUse, startClockCheck } from "./machine.ts";
import { checkMail, checkSources, checkStores } from "./reach.ts";

/** Everything that could stand in the way of a good start, each finding handed on as it is made. */
export async function examine(
  options: { config: string | undefined; data: string; nowMs: number },
  onFinding: (finding: Finding) => void,
): Promise<void> {
  const tell = (findings: readonly Finding[]) => findings.forEach(onFinding);
  const clock = startClockCheck();
  tell(checkNode());
  const { site, findings } = checkSite(options.config ?? samplePath, options.nowMs);
  tell(findings);
  const smallestFreeBytes = 2 * 1024 ** 3;
  tell(checkData(options.data, { diskFreeBytes: site?.config.limits.disk_free ?? smallestFreeBytes }));
  if (site) {
    const inUse = isInUse(options.data);
    for (const listener of site.config.broker.listeners) {
      onFinding(await checkPort(`${listener.kind} port`, listener, inUse));
    }
    onFinding(await checkPort("http port", site.config.console, inUse));
    tell(checkCertificates(site, options.nowMs));
    tell(checkSecrets(site));
    for (const findings of await Promise.all([
      checkMail(site),
      checkChannels(site),
      checkStores(site),
      checkSources(site),
      checkConsole(site),
    ]))
      tell(findings);
  }
  tell(clock());
}
