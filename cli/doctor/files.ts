import { createPrivateKey, X509Certificate } from "node:crypto";
import { resolve } from "node:path";
import { messageOf, SentryError } from "../../core/index.ts";
import { loadSite, readConfigFile, readSecret, type Site } from "../../site/index.ts";
import { missingFiles } from "../site-files.ts";
import { channelSecrets } from "./channels.ts";
import { type Finding, fail, ok, warn } from "./finding.ts";

/** The site file and the files it names. */

const dayMs = 86_400_000;
const renewWithinDays = 30;

/** `site` is null when the file is not usable: then nothing that depends on it can be checked. */
export function checkSite(path: string, nowMs: number): { site: Site | null; findings: Finding[] } {
  try {
    const { site, warnings } = loadSite(path, { nowMs });
    const found = `${path}: ${site.rooms.size} rooms, ${site.devices.size} devices, ${site.people.size} people`;
    return {
      site,
      findings: [
        ok("site", found),
        ...warnings.map((warning) => warn("site", warning, "the program runs without it")),
        ...missingFiles(site).map((missing) => fail("site", missing, "put the file there, or correct the path")),
      ],
    };
  } catch (error) {
    if (!(error instanceof SentryError)) throw error;
    const [headline = "", ...faults] = error.message.split("\n");
    const advice = "correct the site file; npx archive-sentry config check looks at it again";
    return {
      site: null,
      findings: (faults.length > 0 ? faults : [headline]).map((fault) => fail("site", fault, advice)),
    };
  }
}

export function checkSecrets(site: Site): Finding[] {
  const { broker, sources, stores, people, channels } = site.config;
  const files = [
    ...broker.identities.map(({ password_file }) => password_file),
    ...sources.map((source) => (source.kind === "mqtt" ? source.password_file : undefined)),
    ...stores.map((store) => (store.kind === "influx-v1" ? store.password_file : store.token_file)),
    ...people.map(({ token_file }) => token_file),
    ...channelSecrets(channels),
    site.config.console.sign_in.openid?.client_secret_file,
  ].filter((file) => file !== undefined);
  const faults = [...new Set(files)].flatMap((file) => {
    try {
      readSecret(site, file);
      return [];
    } catch (error) {
      return [fail("secrets", messageOf(error), "one secret on one line, readable by this user alone (chmod 600)")];
    }
  });
  if (faults.length > 0 || files.length === 0) return faults;
  return [ok("secrets", `${files.length} ${files.length === 1 ? "file" : "files"} readable, and not by everybody`)];
}

export function checkCertificates(site: Site, nowMs: number): Finding[] {
  return site.config.broker.listeners.flatMap(({ kind, port, certificate_file, key_file }) => {
    if (certificate_file === undefined || key_file === undefined) return [];
    const of = `${kind} listener on ${port}`;
    try {
      const certificate = new X509Certificate(readConfigFile(resolve(site.directory, certificate_file)));
      const key = createPrivateKey(readConfigFile(resolve(site.directory, key_file)));
      if (!certificate.checkPrivateKey(key)) {
        return [
          fail(
            "certificate",
            `${of}: the key does not belong to the certificate`,
            "name the two files that were issued together",
          ),
        ];
      }
      return [validity(of, certificate, nowMs)];
    } catch (error) {
      return [
        fail(
          "certificate",
          `${of}: ${messageOf(error)}`,
          "name a PEM certificate and its PEM key, readable by this user",
        ),
      ];
    }
  });
}

function validity(of: string, certificate: X509Certificate, nowMs: number): Finding {
  const days = Math.floor((Date.parse(certificate.validTo) - nowMs) / dayMs);
  if (Date.parse(certificate.validFrom) > nowMs) {
    return fail(
      "certificate",
      `${of}: valid only from ${certificate.validFrom}`,
      "check the clock of this machine, or the certificate",
    );
  }
  if (days < 0) return fail("certificate", `${of}: expired on ${certificate.validTo}`, "renew it: devices refuse it");
  const found = `${of}: valid for ${days} days more`;
  return days < renewWithinDays ? warn("certificate", found, "renew it soon") : ok("certificate", found);
}
