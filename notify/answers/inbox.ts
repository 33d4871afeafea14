import { createHash } from "node:crypto";
import { mkdir, readdir, readFile, rename, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { type Clock, type Logger, messageOf, systemCodeOf } from "../../core/index.ts";
import type { ChannelConfig } from "../../site/index.ts";
import { type ReceivedSms, readGammuFile, readSmstoolsFile } from "./received-sms.ts";

/** Files read at one look; the others have to wait for the next. */
const mostAtOnce = 100;
/** No SMS is so long. */
const longestFile = 64 * 1024;
/** Handled messages that are left for whoever looks for one. */
const mostKept = 200;

/**
 * Watches the folder in which a modem's program puts what it has received. A file is moved to `handled/` only once what
 * it says is on disk; should we die between the two, it is offered again under the same key, and known.
 */
export function watchInbox(options: {
  config: Pick<ChannelConfig<"sms-modem">, "daemon" | "directory" | "poll">;
  /** @throws when it could not be brought to disk: the file stays. */
  take(message: ReceivedSms & { key: string }): Promise<void>;
  clock: Clock;
  log: Logger;
}) {
  const { config, clock, log } = options;
  const isGammu = config.daemon === "gammu-smsd";
  const folder = join(config.directory, isGammu ? "inbox" : "incoming");
  const handled = join(folder, "handled");
  const stopped = new AbortController();
  let earlier = new Map<string, string>();
  let fault: string | null = null;

  async function look(): Promise<void> {
    const names = (await readdir(folder, { withFileTypes: true }))
      .filter((entry) => entry.isFile() && !entry.name.startsWith(".") && !/\.(LOCK|bak|tmp)$/i.test(entry.name))
      .map(({ name }) => name)
      .sort()
      .slice(0, mostAtOnce);
    const now = new Map<string, string>();
    for (const name of names) {
      const { size, mtimeMs } = await stat(join(folder, name));
      now.set(name, `${size} ${mtimeMs}`);
      // One that still grows is being written.
      if (earlier.get(name) === now.get(name)) await handle(name, size);
      if (stopped.signal.aborted) return;
    }
    earlier = now;
  }

  async function handle(name: string, size: number): Promise<void> {
    const path = join(folder, name);
    const content = size > longestFile ? Buffer.alloc(0) : await readFile(path);
    const message = isGammu ? readGammuFile(name, content) : readSmstoolsFile(content);
    const key = `sms-${createHash("sha256").update(`${name}\0`).update(content).digest("hex").slice(0, 40)}`;
    if (message) await options.take({ ...message, key });
    await mkdir(handled).catch((error: unknown) => {
      if (systemCodeOf(error) !== "EEXIST") throw error;
    });
    await rename(path, join(handled, name));
    await forgetOld();
  }

  async function forgetOld(): Promise<void> {
    const names = await readdir(handled);
    if (names.length <= mostKept) return;
    const dated = await Promise.all(names.map(async (name) => ({ name, ...(await stat(join(handled, name))) })));
    const old = dated.toSorted((a, b) => b.mtimeMs - a.mtimeMs).slice(mostKept);
    for (const { name } of old) await rm(join(handled, name), { force: true });
  }

  async function watch(): Promise<void> {
    while (!stopped.signal.aborted) {
      try {
        await look();
        if (fault !== null) log.info("notify.inbox.readable-again", { folder });
        fault = null;
      } catch (error) {
        // Said once, not at every look.
        if (fault === null) log.warn("notify.inbox.unread", { folder, reason: messageOf(error) });
        fault = messageOf(error);
      }
      await clock.sleep(config.poll, stopped.signal);
    }
  }

  let watching: Promise<void> = Promise.resolve();
  return {
    start(): void {
      watching = watch();
    },
    /** Why answers by SMS do not come in, if so. */
    fault: () => fault,
    async stop(): Promise<void> {
      stopped.abort();
      await watching;
    },
  };
}
