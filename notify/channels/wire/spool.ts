import { access, chmod, mkdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { type Clock, messageOf, systemCodeOf } from "../../../core/index.ts";
import type { SendResult } from "../../channel.ts";
import { createScrubber } from "./secrets.ts";

/** The folders through which a program that drives a modem takes messages and says what has become of them. */
export interface Spool {
  outgoing: string;
  /** Where a file is while the modem has it, in programs that move it there. */
  taken: string | null;
  sent: string;
  failed: string;
}

export interface SpoolOptions {
  /** Of the recipient; said to nobody else. */
  phone: string;
  spool: Spool;
  /** The same for every attempt at one message: what was sent before is found again and not sent twice. */
  file: string;
  content: Buffer;
  clock: Clock;
  pollMs: number;
  signal: AbortSignal;
}

/** Puts a file into the spool and waits until the modem has sent it or refused it; takes it back when told to stop. */
export async function sendThroughSpool(options: SpoolOptions): Promise<SendResult> {
  const { spool, file, clock, signal } = options;
  const at = (folder: string) => join(folder, file);
  try {
    // In the order in which a file moves on: whatever moves meanwhile is seen in the next place.
    const isUnderWay = (await exists(at(spool.outgoing))) || (spool.taken !== null && (await exists(at(spool.taken))));
    const before = await settled(spool, file);
    if (before?.kind === "delivered") return before;
    if (before !== null) await rm(at(spool.failed), { force: true });
    if (!isUnderWay) await drop(at(spool.outgoing), options.content);
    while (!signal.aborted) {
      const result = await settled(spool, file);
      if (result !== null) return result;
      await clock.sleep(options.pollMs, signal);
    }
    // What waits would go out late, perhaps when all is over. What the modem already has is left to it.
    await rm(at(spool.outgoing), { force: true });
    return (await settled(spool, file)) ?? { kind: "retry", reason: "the modem has not sent it in time" };
  } catch (error) {
    return { kind: "retry", reason: createScrubber([])(messageOf(error), [options.phone]) };
  }
}

/** Whoever watches the folder never sees half a file; a name with a dot before it is not looked at. */
async function drop(path: string, content: Buffer): Promise<void> {
  // Only the last folder: where the spool itself is missing, nobody would ever look into one of ours.
  await mkdir(dirname(path)).catch((error: unknown) => {
    if (systemCodeOf(error) !== "EEXIST") throw error;
  });
  const part = path.replace(/([^/]+)$/, ".$1.part");
  await writeFile(part, content);
  // The program that drives the modem is another user of the same group, whatever our mask is.
  await chmod(part, 0o660);
  await rename(part, path);
}

async function settled({ sent, failed }: Spool, file: string): Promise<SendResult | null> {
  if (await exists(join(sent, file))) return { kind: "delivered", reply: "sent by the modem" };
  if (!(await exists(join(failed, file)))) return null;
  const said = /^Fail_reason: *(.*)$/m.exec(await readFile(join(failed, file), "latin1"))?.[1]?.trim();
  const reason = `the modem could not send it${said ? `: ${said.slice(0, 200)}` : ""}`;
  const cause = /CMS ERROR: *(\d+)/.exec(said ?? "")?.[1];
  return { kind: cause !== undefined && finalCauses.has(Number(cause)) ? "give-up" : "retry", reason };
}

/** 3GPP TS 24.011 annex E: unassigned number, unidentified subscriber, unknown subscriber. */
const finalCauses: ReadonlySet<number> = new Set([1, 28, 30]);

async function exists(path: string): Promise<boolean> {
  try {
    await access(path);
    return true;
  } catch {
    return false;
  }
}

/** The spool of smstools as Debian lays it out; a message is a text file with headers. */
export function smstoolsSpool(directory: string): Spool {
  return {
    outgoing: join(directory, "outgoing"),
    taken: join(directory, "checked"),
    sent: join(directory, "sent"),
    failed: join(directory, "failed"),
  };
}
