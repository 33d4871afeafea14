import { effect, signal } from "@preact/signals";
import type { SessionView } from "../../contract/index.ts";
import { ask, signedOut } from "./api.ts";
import { every } from "./clock.ts";
import { language, timeZone } from "./language.ts";
import { remembered } from "./remembered.ts";

/** Who is signed in, as the server says; what is hidden here is refused there all the same. */

export const session = signal<SessionView | null>(null);

export function took(view: SessionView): void {
  session.value = view;
  timeZone.value = view.site.timeZone;
  if (remembered("language") === null) language.value = view.account?.language ?? view.site.language;
}

export async function lookAtSession(unattended = false): Promise<void> {
  took(await ask<SessionView>("/session", { unattended }));
}

/** Whether the person may do this, in that room or, without one, anywhere. */
export function may(right: string, room?: string | null): boolean {
  const where = session.value?.rights[right];
  if (where === undefined) return false;
  return where === "all" || room === undefined || (room !== null && where.includes(room));
}

export const isSignedIn = (): boolean => session.value?.stage === "full";

export async function signOut(): Promise<void> {
  await ask("/session", { method: "DELETE" });
  await lookAtSession(true);
}

const lookEveryMs = 60_000;

/** Looks whether the session still stands, now and again and whenever the server has refused. */
export function watchSession(): void {
  every(lookEveryMs, () => void lookAtSession(true).catch(() => undefined));
  effect(() => {
    if (signedOut.value > 0) void lookAtSession(true).catch(() => undefined);
  });
}
