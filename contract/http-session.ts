import { z } from "zod";
import { instantText } from "./http-values.ts";

/** Signing in and accounts over HTTP: shapes of `/api/v1/session` and `/api/v1/accounts`. */

const accountId = z.string().trim().min(1).max(64);
const password = z.string().min(1).max(1_000);
const where = z.union([z.literal("all"), z.array(z.string())]);

export const sessionStages = ["none", "second-factor", "enrol", "full"] as const;

export const sessionView = z
  .object({
    stage: z.enum(sessionStages).meta({
      description: "`second-factor`: a code or passkey is asked for; `enrol`: one must first be set up",
    }),
    account: z
      .object({
        id: z.string(),
        name: z.string(),
        role: z.string().meta({ description: "Role, else category of the person" }),
        language: z.enum(["zh-CN", "en"]).nullable(),
      })
      .nullable(),
    rights: z
      .record(z.string(), where)
      .meta({ description: "Right → the rooms where it holds; `all` also for what belongs to no room" }),
    factors: z.array(z.enum(["totp", "passkey"])).meta({ description: "Second factors that are set up" }),
    expiresAt: instantText.nullable().meta({ description: "When it ends if nothing more is done" }),
    openReading: z.boolean().meta({ description: "Reading rooms and alarms needs no sign-in here" }),
    openId: z
      .string()
      .nullable()
      .meta({ description: "Name of the directory to sign in through; null: there is none" }),
    site: z.object({
      id: z.string(),
      name: z.object({ zh: z.string(), en: z.string() }),
      timeZone: z.string(),
      buildings: z.record(z.string(), z.object({ zh: z.string(), en: z.string() })),
      language: z.enum(["zh-CN", "en"]),
      version: z.string(),
    }),
  })
  .meta({ id: "Session" });
export type SessionView = z.infer<typeof sessionView>;

export const signInBody = z.strictObject({ account: accountId, password });
export const codeBody = z.strictObject({ code: z.string().regex(/^\d{6}$/, { error: "six digits" }) });
export const setUpBody = z.strictObject({ token: z.string().min(20).max(100), password });
/** Shown anew before a second factor is changed, once signed in: one of the three. */
export const proofBody = z.union([
  z.strictObject({ password }),
  z.strictObject({ code: z.string().regex(/^\d{6}$/, { error: "six digits" }) }),
  z.strictObject({ passkey: z.looseObject({}).meta({ description: "Answer to `/session/passkey/options`" }) }),
]);
export type ProofBody = z.infer<typeof proofBody>;
export const proven = z.strictObject({ proof: proofBody.optional() });
export const takeAppBody = proven.extend({
  code: z.string().regex(/^\d{6}$/, { error: "six digits" }),
  secret: z.string().regex(/^[A-Z2-7]{32}$/),
});
export const factorsResponse = z
  .object({
    password: z.boolean().meta({ description: "The account has one here, and not only in the directory" }),
    app: z.boolean().meta({ description: "An authenticator app is set up" }),
    passkeys: z.array(z.object({ id: z.string(), name: z.string(), since: instantText })),
    needsOne: z.boolean().meta({ description: "The last one can be replaced, not removed" }),
  })
  .meta({ id: "Factors" });
export type FactorsView = z.infer<typeof factorsResponse>;
export const newPasswordBody = z.strictObject({ current: password, password });
export const enrolTotpResponse = z.object({ secret: z.string(), uri: z.string() });
/** What the browser's own WebAuthn API takes and gives, passed on as it is. */
export const passkeyOptions = z.object({ options: z.looseObject({}) });
export const passkeyAnswer = z.strictObject({ response: z.looseObject({}) });
export const newPasskeyBody = proven.extend({ response: z.looseObject({}), name: z.string().max(60).default("") });

export const accountView = z
  .object({
    id: z.string(),
    name: z.string(),
    role: z.string(),
    administrator: z.boolean(),
    origin: z.enum(["local", "directory"]),
    enabled: z.boolean(),
    setUp: z.boolean(),
    factors: z.array(z.enum(["totp", "passkey"])),
    sessions: z.array(z.object({ address: z.string(), since: instantText, seen: instantText })),
    locked: z
      .array(z.object({ address: z.string(), until: instantText }))
      .meta({ description: "From where it cannot be signed in to just now, after too many failures" }),
    rights: z.record(z.string(), where).meta({ description: "What it may do, as in `Session`" }),
  })
  .meta({ id: "Account" });
export type AccountView = z.infer<typeof accountView>;
export const accountsResponse = z.object({
  accounts: z.array(accountView),
  without: z
    .array(z.object({ id: z.string(), name: z.string(), role: z.string() }))
    .meta({ description: "People of the site file who have no account" }),
});
export const accountsQuery = z.object({
  by: accountId.optional().meta({ description: "Staff number; needed with the operator token" }),
});
export const accountBody = z.strictObject({ person: accountId, by: accountsQuery.shape.by });
/** `link`: a fresh one-time link. */
export const accountActions = ["link", "unlock", "end-sessions", "reset-second-factor", "disable", "enable"] as const;
export type AccountAction = (typeof accountActions)[number];
export const accountChanged = z.object({
  account: accountView,
  link: z.string().nullable().meta({ description: "One-time link, shown this once" }),
});
