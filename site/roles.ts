import type { Action } from "./schema.ts";

/**
 * What each role may do; an account has exactly one. Administration is split in three, so that nobody can both do a
 * thing and judge or hide it: the system administrator runs the program and makes accounts, the security administrator
 * decides over rights, locks and second factors, the audit administrator reads what the two others did.
 */
export const roleRights = {
  viewer: ["read"],
  facilities: ["read", "comment", "acknowledge", "shelve", "reset"],
  "on-call": ["read", "comment", "acknowledge"],
  archivist: ["read", "comment", "acknowledge", "shelve", "reset", "keep-records", "consent"],
  auditor: ["read", "read-access", "read-trail"],
  leader: ["read", "comment", "acknowledge", "consent"],
  "system-administrator": ["read", "configure", "manage-accounts"],
  "security-administrator": ["read", "manage-rights"],
  "audit-administrator": ["read", "read-trail"],
} as const satisfies Record<string, readonly Action[]>;

export type Role = keyof typeof roleRights;

export const administratorRoles = [
  "system-administrator",
  "security-administrator",
  "audit-administrator",
] as const satisfies readonly Role[];
export type AdministratorRole = (typeof administratorRoles)[number];

export const isAdministrator = (role: Role | undefined): boolean =>
  administratorRoles.some((administrator) => administrator === role);
