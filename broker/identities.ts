import { createHash, timingSafeEqual } from "node:crypto";
import { type IdentityConfig, readSecret, type Site } from "../site/index.ts";
import { type CredentialTable, checkCredential } from "./credentials.ts";
import type { SecurityEventKind } from "./security-events.ts";
import { anonymousRights, deviceRights, integrationRights, type Rights } from "./topic-rights.ts";

/** Who a client has shown itself to be, and what follows from it. */
export interface Identity {
  readonly kind: "device" | "integration" | "anonymous";
  /** The device's id, the identity's name in the site file, or `anonymous`. */
  readonly name: string;
  readonly device: string | null;
  readonly rights: Rights;
  /** May it keep a session while it is away? */
  readonly persistent: boolean;
  /** Changes when what let it in, or what it may do, changes: a reload then closes its connections. */
  readonly fingerprint: string;
}

export interface Login {
  username: string | undefined;
  password: Buffer | undefined;
  /** Common name of a client certificate that our authority signed. */
  certificateName: string | undefined;
  /** Spoken by a program on this very machine. */
  local: boolean;
}

export interface Refusal {
  kind: SecurityEventKind;
  /** As claimed, unproven. */
  identity: string | null;
  device: string | null;
  detail: string;
}

export type LoginResult = { ok: true; identity: Identity } | { ok: false; refusal: Refusal };

export interface Identities {
  login(login: Login): LoginResult;
  /** Would the same proof lead to the same identity with the same rights today? */
  stillHolds(identity: Identity): boolean;
}

interface Integration {
  identity: Identity;
  secretHash: Buffer | null;
}

/**
 * Everybody who may log in, from the site file and the table of device credentials.
 * @throws SentryError `secret-unreadable` when a password file cannot be used.
 */
export function createIdentities(site: Site, credentials: CredentialTable): Identities {
  const integrations = new Map<string, Integration>();
  const byCertificate = new Map<string, Identity>();
  for (const config of site.config.broker.identities) {
    const integration = integrationOf(site, config);
    integrations.set(config.name, integration);
    if (config.certificate_name) byCertificate.set(config.certificate_name, integration.identity);
  }
  for (const device of site.config.devices) {
    const name = device.certificate_name ?? device.id;
    if (!byCertificate.has(name)) byCertificate.set(name, deviceIdentity(site, device.id, "certificate"));
  }
  const standing = new Set([...integrations.values()].map(({ identity }) => identity.fingerprint));
  for (const identity of byCertificate.values()) standing.add(identity.fingerprint);
  const anonymous = anonymousIdentity(site, integrations);

  const refused = (refusal: Refusal): LoginResult => ({ ok: false, refusal });
  return {
    login({ username, password, certificateName, local }) {
      if (username !== undefined) return loginWithPassword(username, password ?? Buffer.alloc(0));
      if (certificateName !== undefined) {
        const identity = byCertificate.get(certificateName);
        if (identity) return { ok: true, identity };
        return refused({
          kind: "unknown-device",
          identity: certificateName,
          device: certificateName,
          detail: "its client certificate is valid, but the site file has no device or identity of this name",
        });
      }
      if (anonymous && local) return { ok: true, identity: anonymous };
      const detail = anonymous ? "anonymous clients are accepted on loopback only" : "no username was given";
      return refused({ kind: "login-failed", identity: null, device: null, detail });
    },
    stillHolds(identity) {
      if (identity.kind === "anonymous") return identity.fingerprint === anonymous?.fingerprint;
      if (standing.has(identity.fingerprint)) return true;
      if (identity.device === null || !site.devices.has(identity.device)) return false;
      for (const entry of credentials.values()) {
        if (entry.device !== identity.device) continue;
        if (deviceIdentity(site, entry.device, entry.sha256).fingerprint === identity.fingerprint) return true;
      }
      return false;
    },
  };

  function loginWithPassword(username: string, password: Buffer): LoginResult {
    const integration = integrations.get(username);
    if (integration) {
      if (integration.secretHash && timingSafeEqual(integration.secretHash, sha256(password))) {
        return { ok: true, identity: integration.identity };
      }
      return refused({ kind: "login-failed", identity: username, device: null, detail: "wrong password" });
    }
    const entry = checkCredential(credentials, username, password);
    if (!entry) {
      const device = credentials.get(username)?.device ?? null;
      return refused({
        kind: "login-failed",
        identity: username,
        device,
        detail: "unknown username or wrong password",
      });
    }
    if (!site.devices.has(entry.device)) {
      return refused({
        kind: "unknown-device",
        identity: username,
        device: entry.device,
        detail: "its credentials are right, but the site file has no such device",
      });
    }
    return { ok: true, identity: deviceIdentity(site, entry.device, entry.sha256) };
  }
}

function deviceIdentity(site: Site, device: string, proof: string): Identity {
  return {
    kind: "device",
    name: device,
    device,
    rights: deviceRights({ site: site.id, device }),
    // A device's commands are of the moment; what it has to say it keeps itself until it is acknowledged.
    persistent: false,
    fingerprint: `device ${site.id} ${device} ${proof}`,
  };
}

function integrationOf(site: Site, config: IdentityConfig): Integration {
  const secretHash = config.password_file ? sha256(readSecret(site, config.password_file)) : null;
  const proof = secretHash?.toString("hex") ?? "";
  return {
    secretHash,
    identity: {
      kind: "integration",
      name: config.name,
      device: null,
      rights: integrationRights(config),
      persistent: config.persistent,
      fingerprint: `integration ${JSON.stringify(config)} ${proof}`,
    },
  };
}

/** An identity named `anonymous` in the site file, with neither password nor certificate, says what such clients may do. */
function anonymousIdentity(site: Site, integrations: ReadonlyMap<string, Integration>): Identity | null {
  if (!site.config.broker.anonymous) return null;
  const named = integrations.get("anonymous");
  if (named && !named.secretHash) return { ...named.identity, kind: "anonymous" };
  return {
    kind: "anonymous",
    name: "anonymous",
    device: null,
    rights: anonymousRights(site.id),
    persistent: false,
    fingerprint: `anonymous ${site.id}`,
  };
}

/** Both sides of a comparison are hashed first, so that they have one length and their time tells nothing. */
function sha256(secret: Buffer | string): Buffer {
  return createHash("sha256").update(secret).digest();
}
