import { SentryError } from "../core/index.ts";
import type { Action } from "../site/index.ts";

/** What may be edited from here: who may propose it, and who else must consent. Everything else is edited in the file. */
interface Editable {
  /** `*` stands for any one key or id; more may follow it. */
  path: readonly string[];
  /** One of these. */
  propose: readonly Action[];
  consent: Action | null;
}

const editable: readonly Editable[] = [
  ...["phone", "email", "language", "channels", "quiet", "told"].map((key) => ({
    path: ["people", "*", key],
    propose: ["configure"] as const,
    consent: null,
  })),
  { path: ["people", "*", "leave"], propose: ["configure", "consent"], consent: null },
  // Who somebody is decides over rights: that is the security administrator's.
  ...["name", "category", "role", "rights"].map((key) => ({
    path: ["people", "*", key],
    propose: ["configure"] as const,
    consent: "manage-rights" as const,
  })),
  { path: ["people", "*"], propose: ["configure"], consent: "manage-rights" },
  { path: ["telling", "rotas", "*", "overrides"], propose: ["configure", "consent"], consent: null },
  { path: ["telling", "rotas", "*", "layers"], propose: ["configure"], consent: null },
  { path: ["telling", "teams", "*", "members"], propose: ["configure"], consent: null },
  { path: ["rooms", "*", "limits"], propose: ["configure"], consent: "consent" },
  { path: ["rooms", "*", "conditions"], propose: ["configure"], consent: "consent" },
  { path: ["devices", "*", "calibrations"], propose: ["configure"], consent: null },
  { path: ["access", "standing"], propose: ["configure"], consent: "manage-rights" },
];

/** Sections of the site file that hold what can be edited. */
export const editableSections = ["people", "telling", "rooms", "devices", "access"] as const;

/** @throws SentryError `not-authorised` for a place that is edited in the file alone */
export function editableAt(path: readonly string[]): Pick<Editable, "propose" | "consent"> {
  const exact = editable.find((one) => one.path.length <= path.length && fits(one.path, path, one.path.at(-1) !== "*"));
  if (exact) return exact;
  throw new SentryError("not-authorised", `${path.join(".")}: this is changed in the site file itself`);
}

function fits(pattern: readonly string[], path: readonly string[], mayGoOn: boolean): boolean {
  if (!mayGoOn && pattern.length !== path.length) return false;
  return pattern.every((key, at) => key === "*" || key === path[at]);
}
