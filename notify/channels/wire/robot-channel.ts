import { z } from "zod";
import { type Clock, messageOf } from "../../../core/index.ts";
import type { Site } from "../../../site/index.ts";
import { type Channel, type ChannelName, channelTraits, type SendResult } from "../../channel.ts";
import { groupId } from "../../recipients.ts";
import { createHttpClient } from "./http-client.ts";
import { jsonOf } from "./json.ts";
import { createRobot } from "./robot.ts";
import { createScrubber } from "./secrets.ts";

const reply = z.object({ errcode: z.number(), errmsg: z.string().default("") });

interface RobotGroup {
  id: string;
  mention: readonly string[];
}

/** What the robots of chat platforms have in common: a secret address a group, and a JSON reply with `errcode`. */
export interface RobotPlatform<Group extends RobotGroup> {
  name: ChannelName;
  groups: readonly Group[];
  /** Read when the channel is opened; taken out of everything that is said of a failure. */
  secretsOf(group: Group): string[];
  request(options: { group: Group; secrets: string[]; text: string; mention: boolean; atMs: number }): {
    url: string;
    body: unknown;
  };
  /** Codes that say "too fast", and codes that refuse this message for good. */
  tooFast: ReadonlySet<number>;
  final: ReadonlySet<number>;
}

const oneMinuteMs = 60_000;

export function openRobotChannel<Group extends RobotGroup>(
  platform: RobotPlatform<Group>,
  config: { timeout: number; per_minute: number; ca_file?: string | undefined },
  { site, clock }: { site: Pick<Site, "directory">; clock: Clock },
): Channel {
  const client = createHttpClient({ ...config, connections: platform.groups.length }, site);
  const robots = new Map(
    platform.groups.map((group) => {
      const secrets = platform.secretsOf(group);
      const hide = createScrubber(secrets);
      const scrub = (words: string) => hide(words, group.mention);
      const robot = createRobot({
        clock,
        perMinute: config.per_minute,
        timeoutMs: config.timeout,
        async post(text, { mention, signal }) {
          try {
            const { url, body } = platform.request({ group, secrets, text, mention, atMs: clock.nowMs() });
            const answer = await client.call({
              url,
              method: "POST",
              headers: { "content-type": "application/json; charset=utf-8" },
              body: Buffer.from(JSON.stringify(body)),
              signal,
            });
            return judge(answer.body.toString(), answer.status);
          } catch (error) {
            return { kind: "retry", reason: scrub(messageOf(error)) };
          }
        },
      });
      const judge = (text: string, status: number): SendResult => {
        const said = scrub(`${status} ${text.trim()}`);
        const parsed = reply.safeParse(jsonOf(text));
        if (!parsed.success) return { kind: "retry", reason: said };
        const { errcode } = parsed.data;
        if (errcode === 0) return { kind: "delivered", reply: said };
        if (platform.final.has(errcode)) return { kind: "give-up", reason: said };
        // A wrong key or an address that is not allowed is mended by somebody; the message waits for it.
        return { kind: "retry", reason: said, ...(platform.tooFast.has(errcode) ? { afterMs: oneMinuteMs } : {}) };
      };
      return [groupId(group.id), robot] as const;
    }),
  );
  return {
    name: platform.name,
    ...channelTraits[platform.name],
    // All that waits for a place is in our hands: only so can it become one message.
    concurrency: 200,
    timeoutMs: oneMinuteMs + 2 * config.timeout,
    async send(message, to, signal) {
      const robot = robots.get(to.id);
      if (robot === undefined) return { kind: "give-up", reason: `${to.id} is no longer in the site file` };
      return robot.send(message, signal);
    },
    async close() {
      for (const robot of robots.values()) robot.close();
      client.close();
    },
  };
}
