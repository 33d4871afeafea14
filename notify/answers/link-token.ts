import { createHmac, timingSafeEqual } from "node:crypto";
import { z } from "zod";
import { jsonOf } from "../channels/wire/json.ts";

/** What a link stands for: one person, one alarm, one message, until it expires. */
export interface LinkClaim {
  alarmId: string;
  person: string;
  expiresAtMs: number;
  /** Of one message: its links count as one, however often the message was offered. */
  nonce: string;
}

/** The alphabet of base64url, so that a token needs no escaping in an address. */
const shape = /^([A-Za-z0-9_-]{1,300})\.([A-Za-z0-9_-]{43})$/;
const payload = z.tuple([
  z.literal(1),
  z.string().min(1),
  z.string().min(1),
  z.int().nonnegative(),
  z.string().min(16).max(64),
]);

export function signLink(key: Buffer, { alarmId, person, expiresAtMs, nonce }: LinkClaim): string {
  const content = JSON.stringify([1, alarmId, person, Math.floor(expiresAtMs / 1_000), nonce]);
  const body = Buffer.from(content).toString("base64url");
  return `${body}.${macOf(key, body)}`;
}

/** `null` for a token that is not ours to the letter; whether it has expired is the caller's question. */
export function openLink(key: Buffer, token: string): LinkClaim | null {
  const [, body, mac] = shape.exec(token) ?? [];
  if (body === undefined || mac === undefined) return null;
  // The texts are compared: several spellings of base64 mean the same bytes, and only one of them was sent.
  if (!timingSafeEqual(Buffer.from(mac), Buffer.from(macOf(key, body)))) return null;
  const read = payload.safeParse(jsonOf(Buffer.from(body, "base64url").toString()));
  if (!read.success) return null;
  const [, alarmId, person, expiresS, nonce] = read.data;
  return { alarmId, person, expiresAtMs: expiresS * 1_000, nonce };
}

const macOf = (key: Buffer, body: string) => createHmac("sha256", key).update(body).digest("base64url");
