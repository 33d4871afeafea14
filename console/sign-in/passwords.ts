import { argon2, randomBytes, timingSafeEqual } from "node:crypto";
import { promisify } from "node:util";
import type { SignInConfig } from "../../site/index.ts";

/** Passwords as Argon2id in PHC strings, with OWASP's figures: 19 MiB, two passes, one lane. */

const figures = { memory: 19_456, passes: 2, parallelism: 1 } as const;
const derive = promisify(argon2);
const phc = /^\$argon2id\$v=19\$m=(\d{1,7}),t=(\d{1,3}),p=(\d{1,2})\$([A-Za-z0-9+/]+)\$([A-Za-z0-9+/]+)$/;
const base64 = (bytes: Uint8Array) => Buffer.from(bytes).toString("base64").replace(/=+$/, "");

export async function hashPassword(password: string): Promise<string> {
  const nonce = randomBytes(16);
  const tag = await derive("argon2id", { message: password.normalize("NFKC"), nonce, tagLength: 32, ...figures });
  return `$argon2id$v=19$m=${figures.memory},t=${figures.passes},p=${figures.parallelism}$${base64(nonce)}$${base64(tag)}`;
}

/** Takes as long where there is no such account, so that the time taken tells nothing. */
export async function verifyPassword(password: string, stored: string | null): Promise<boolean> {
  const [, m, t, p, nonce, tag] = phc.exec(stored ?? nobody) ?? [];
  if (!m || !t || !p || !nonce || !tag) return false;
  const expected = Buffer.from(tag, "base64");
  const found = await derive("argon2id", {
    message: password.normalize("NFKC"),
    nonce: Buffer.from(nonce, "base64"),
    tagLength: expected.length,
    memory: Number(m),
    passes: Number(t),
    parallelism: Number(p),
  });
  return timingSafeEqual(expected, found) && stored !== null;
}

const nobody = `$argon2id$v=19$m=${figures.memory},t=${figures.passes},p=${figures.parallelism}$${"A".repeat(22)}$${"A".repeat(43)}`;

const kinds = [/\p{Ll}/u, /\p{Lu}/u, /\p{N}/u, /[^\p{Ll}\p{Lu}\p{N}]/u] as const;

/** Why a new password is not taken; null when it is. */
export function passwordFault(
  password: string,
  { account, policy }: { account: string; policy: SignInConfig },
): "too-short" | "too-plain" | "contains-account" | null {
  if ([...password].length < policy.password_length) return "too-short";
  if (kinds.filter((kind) => kind.test(password)).length < policy.password_kinds) return "too-plain";
  if (new Set(password).size < 5) return "too-plain";
  if (password.toLowerCase().includes(account.toLowerCase())) return "contains-account";
  return null;
}
