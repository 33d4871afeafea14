import { z } from "zod";
import { grantPurposes } from "../contract/index.ts";
import { personnelCategories } from "../site/index.ts";
import { type Grant, recordClasses, type Who } from "./grants/grant.ts";

/**
 * What the ledger says about grants, badges and doors under repair, read from its first entry on: there is no second
 * store that could say otherwise. Whom an entry is about is gone with an erased person, and with it what it allowed.
 */
export interface Register {
  apply(fact: Fact): void;
  grants(): readonly Grant[];
  grant(id: string): Grant | undefined;
  badgeHolder(credential: string, atMs: number): Who | null;
  /** Badges given out now. */
  badges(): readonly Badge[];
  maintenanceOf(door: string, atMs: number): Maintenance | null;
  /** Whoever was erased holds no badge any more, and grants no longer say for whom they were. Returns those badges. */
  forget(isErased: (person: string) => boolean): Set<string>;
}

export const factKinds = ["grant", "grant-decision", "credential", "door-maintenance"] as const;
export type FactKind = (typeof factKinds)[number];

/** An entry with what it says about persons in clear. */
export interface Fact {
  kind: string;
  atMs: number;
  body: unknown;
  personal: Readonly<Record<string, unknown>>;
}

export interface Badge {
  credential: string;
  who: Who;
  fromMs: number;
  toMs: number;
}

export interface Maintenance {
  door: string;
  fromMs: number;
  toMs: number;
  by: string | null;
  comment: string;
}

export const whoShape = z.object({ id: z.string(), name: z.string(), category: z.enum(personnelCategories) });
const text = z.string();
const at = z.iso.datetime().transform((iso) => Date.parse(iso));
const grantBody = z.object({
  grant: text,
  step: z.enum(["requested", "used", "expired", "revoked", "withdrawn", "break-glass", "reminded", "explained"]),
  rooms: z.array(text).default([]),
  purpose: z.enum([...grantPurposes, "break-glass"]).default("consultation"),
  class: z.enum(recordClasses).default("ordinary"),
  records: z.array(text).default([]),
  from: at.optional(),
  to: at.optional(),
});
const grantPersonal = z.object({
  person: whoShape.nullable().catch(null),
  by: text.nullable().catch(null),
  companions: z.array(text).catch([]),
  comment: text.catch(""),
  records: z.array(text).catch([]),
});
const decisionBody = z.object({
  grant: text,
  decision: z.enum(["approved", "refused"]),
  from: at.optional(),
  to: at.optional(),
});
const decisionPersonal = z.object({ by: text.nullable().catch(null), comment: text.catch("") });
const credentialBody = z.object({ step: z.enum(["assigned", "withdrawn"]) });
const credentialPersonal = z.object({
  person: whoShape.nullable().catch(null),
  credential: text.nullable().catch(null),
});
const maintenanceBody = z.object({ door: text, step: z.enum(["started", "ended"]), to: at.optional() });

export function createRegister(): Register {
  const grants = new Map<string, Grant>();
  const badges = new Map<string, Badge[]>();
  const maintenance = new Map<string, Maintenance[]>();

  const takeGrant = ({ atMs, body, personal }: Fact) => {
    const { grant: id, step, rooms, purpose, class: recordClass, records, from, to } = grantBody.parse(body);
    const said = grantPersonal.parse(personal);
    if (step === "requested" || step === "break-glass") {
      const glass = step === "break-glass";
      grants.set(id, {
        id,
        person: said.person,
        companions: said.companions,
        rooms,
        purpose: glass ? "break-glass" : purpose,
        records: said.records.length > 0 ? said.records : records,
        recordClass,
        fromMs: from ?? atMs,
        toMs: to ?? atMs,
        requestedBy: said.by,
        requestedAtMs: atMs,
        comment: said.comment,
        decision: glass ? { approved: true, by: null, atMs, comment: "" } : null,
        endedAtMs: null,
        endedHow: null,
        usedAtMs: null,
        expiryNoted: false,
        remindedAtMs: null,
        explainedAtMs: null,
        explanation: null,
      });
      return;
    }
    const grant = grants.get(id);
    if (!grant) return;
    if (step === "used") grant.usedAtMs ??= atMs;
    else if (step === "expired") grant.expiryNoted = true;
    else if (step === "reminded") grant.remindedAtMs = atMs;
    else if (step === "explained") {
      grant.explainedAtMs = atMs;
      grant.explanation = said.comment;
    } else {
      grant.endedAtMs = atMs;
      grant.endedHow = step;
    }
  };
  const takeDecision = ({ atMs, body, personal }: Fact) => {
    const { grant: id, decision, from, to } = decisionBody.parse(body);
    const { by, comment } = decisionPersonal.parse(personal);
    const grant = grants.get(id);
    if (!grant || grant.decision) return;
    grant.decision = { approved: decision === "approved", by, atMs, comment };
    if (from !== undefined) grant.fromMs = from;
    if (to !== undefined) grant.toMs = to;
  };
  const takeCredential = ({ atMs, body, personal }: Fact) => {
    const { step } = credentialBody.parse(body);
    const { person, credential } = credentialPersonal.parse(personal);
    if (credential === null) return;
    const list = badges.get(credential) ?? [];
    badges.set(credential, list);
    // A badge is one person's at a time: given to somebody else, it is taken from the one before.
    for (const badge of list) badge.toMs = Math.min(badge.toMs, atMs);
    if (step === "assigned" && person !== null) {
      list.push({ credential, who: person, fromMs: atMs, toMs: Number.POSITIVE_INFINITY });
    }
  };
  const takeMaintenance = ({ atMs, body, personal }: Fact) => {
    const { door, step, to } = maintenanceBody.parse(body);
    const { by, comment } = decisionPersonal.parse(personal);
    const list = maintenance.get(door) ?? [];
    maintenance.set(door, list);
    for (const one of list) one.toMs = Math.min(one.toMs, atMs);
    if (step === "started" && to !== undefined) list.push({ door, fromMs: atMs, toMs: to, by, comment });
  };
  const takers: Record<FactKind, (fact: Fact) => void> = {
    grant: takeGrant,
    "grant-decision": takeDecision,
    credential: takeCredential,
    "door-maintenance": takeMaintenance,
  };
  return {
    apply(fact) {
      const kind = factKinds.find((one) => one === fact.kind);
      if (kind) takers[kind](fact);
    },
    grants: () => [...grants.values()],
    grant: (id) => grants.get(id),
    badgeHolder: (credential, atMs) =>
      badges.get(credential)?.find(({ fromMs, toMs }) => atMs >= fromMs && atMs < toMs)?.who ?? null,
    badges: () => [...badges.values()].flat().filter(({ toMs }) => toMs === Number.POSITIVE_INFINITY),
    maintenanceOf: (door, atMs) =>
      maintenance.get(door)?.find(({ fromMs, toMs }) => atMs >= fromMs && atMs < toMs) ?? null,
    forget(isErased) {
      const gone = (person: string | null) => person !== null && isErased(person);
      const taken = new Set<string>();
      for (const [credential, list] of badges) {
        const kept = list.filter(({ who }) => !gone(who.id));
        if (kept.length < list.length) taken.add(credential);
        badges.set(credential, kept);
      }
      for (const grant of grants.values()) {
        if (gone(grant.person?.id ?? null)) Object.assign(grant, { person: null, comment: "", records: [] });
        if (gone(grant.requestedBy)) grant.requestedBy = null;
        if (grant.decision && gone(grant.decision.by)) grant.decision = { ...grant.decision, by: null, comment: "" };
        grant.companions = grant.companions.filter((person) => !gone(person));
      }
      return taken;
    },
  };
}
