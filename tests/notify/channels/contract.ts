import { describe, expect, onTestFinished, test } from "vitest";
import type { Channel, Recipient, RenderedMessage, SendResult } from "../../../notify/index.ts";
import { startMs, until } from "../builders.ts";
import { aMessage, secrets, smoke } from "./builders.ts";

/** The far end of a channel, as the contract needs to see and steer it. */
export interface FarEnd {
  /** What it does with the next messages: one of the channel's cases, or nothing at all. */
  does(what: string | "hang"): void;
  /** Messages that have reached it so far. */
  arrived(): number;
  /** Messages that it is busy with. */
  busy(): number;
  /** Most at one time. */
  peak(): number;
  /** What tells it that a message is the same again, for each that arrived; `null` where there is no such thing. */
  keys(): string[] | null;
  /** Nobody is there any more. */
  leave(): Promise<void>;
}

export interface ContractOptions {
  open(options: { timeoutMs: number }): Promise<{ channel: Channel; to: Recipient; far: FarEnd }>;
  /** What the far end can do, as it really says it, and what that means. `accept` and `echo` are among them. */
  cases: readonly (readonly [what: string, kind: SendResult["kind"]])[];
  /** Whether the configured time is the whole of one send; robots also wait for their turn. */
  waitsForTurn?: boolean;
}

const never = new AbortController().signal;
const critical = (n = 1): RenderedMessage => aMessage({ ...smoke, n, alarmId: `alarm-${n}` });

/** What every channel keeps to: the same suite for all. */
export function channelContract(name: string, { open, cases, waitsForTurn = false }: ContractOptions): void {
  const opened = async (timeoutMs = 5_000) => {
    const parts = await open({ timeoutMs });
    onTestFinished(() => parts.channel.close());
    return parts;
  };

  describe(name, () => {
    test.each(cases)("%s: %s", async (what, kind) => {
      const { channel, to, far } = await opened();
      far.does(what);
      const result = await channel.send(critical(), to, never);
      expect(result).toMatchObject({ kind });
      const words = result.kind === "delivered" ? result.reply : result.reason;
      expect(words.length).toBeGreaterThan(0);
      expect(words.length).toBeLessThanOrEqual(1_000);
      // Nor does a log tell whose telephone it was.
      expect(words).not.toContain("00000000");
      for (const secret of Object.values(secrets)) expect(everyFormIn(words, secret)).toBe(false);
    });

    test("nobody there is a retry, and says so", async () => {
      const { channel, to, far } = await opened(1_000);
      await far.leave();
      const limit = new AbortController();
      const sending = channel.send(critical(), to, limit.signal);
      const cut = setTimeout(() => limit.abort(), 1_000);
      onTestFinished(() => clearTimeout(cut));
      expect(await sending).toMatchObject({ kind: "retry", reason: expect.stringMatching(/\w/) });
    });

    test("whoever takes a message and never answers is let go of when the time is over", async () => {
      const { channel, to, far } = await opened(300);
      if (waitsForTurn) expect(channel.timeoutMs).toBeGreaterThanOrEqual(300);
      else expect(channel.timeoutMs).toBe(300);
      far.does("hang");
      const limit = new AbortController();
      const sending = channel.send(critical(), to, limit.signal);
      await until(() => far.busy() > 0, "the far end has the message");
      const abortedAt = performance.now();
      limit.abort();
      expect(await sending).toMatchObject({ kind: "retry" });
      expect(performance.now() - abortedAt).toBeLessThan(1_000);
      await until(() => far.busy() === 0, "nothing is left open");
    });

    test("sends as many at one time as it says, and no more", async () => {
      const { channel, to, far } = await opened();
      far.does("accept");
      const many = Array.from({ length: channel.concurrency }, (_, n) => channel.send(critical(n + 1), to, never));
      const results = await Promise.all(many);
      expect(results.map((result) => result.kind)).toEqual(many.map(() => "delivered"));
      expect(far.peak()).toBeLessThanOrEqual(channel.concurrency);
    });

    test("the same message again bears the same key", async () => {
      const { channel, to, far } = await opened();
      far.does("accept");
      await channel.send(critical(1), to, never);
      await channel.send({ ...critical(1), sentAtMs: startMs + 60_000 }, to, never);
      await channel.send(critical(2), to, never);
      const keys = far.keys();
      if (keys === null) return;
      // A far end that knows the key itself may not even see the second.
      expect(new Set(keys).size).toBe(2);
      expect(keys.at(-1)).not.toBe(keys[0]);
    });

    test("closing twice does no harm", async () => {
      const { channel } = await opened();
      await channel.close();
      await channel.close();
    });
  });
}

function everyFormIn(text: string, secret: string): boolean {
  const bytes = Buffer.from(secret);
  return [secret, encodeURIComponent(secret), bytes.toString("base64")].some((form) => text.includes(form));
}
