import { z } from "zod";

/**
 * What the shape of `channels` cannot say: groups have ids of their own and rooms that exist, and the short names of
 * rooms fit whole into what a cloud's SMS takes. Judged also where the file is wrong elsewhere, so that everything wrong
 * with it is said at once.
 */

const text = z.string().optional().catch(undefined);
const listOf = <T extends z.ZodType>(entry: T) => z.array(entry.nullable().catch(null)).catch([]);
const group = z.object({
  id: text,
  told: z.object({ rooms: z.union([z.literal("all"), z.array(z.string())]).catch("all") }).catch({ rooms: "all" }),
});
const groups = z
  .object({ groups: listOf(group) })
  .optional()
  .catch(undefined);
const cloud = z.object({ variable_length: z.number() }).optional().catch(undefined);
const voice = z.object({ variable_length: z.number(), gas_template: text }).optional().catch(undefined);

const outline = z.object({
  rooms: listOf(z.object({ id: text, short_name: text, suppression: text })),
  channels: z
    .object({
      webhook: z
        .object({ receivers: listOf(group) })
        .optional()
        .catch(undefined),
      wecom: groups,
      dingtalk: groups,
      "sms-aliyun": cloud,
      "sms-tencent": cloud,
      "voice-aliyun": voice,
      "voice-tencent": voice,
    })
    .catch({}),
});

export function checkChannels(site: unknown, context: z.core.$RefinementCtx<unknown>): void {
  const read = outline.safeParse(site);
  if (!read.success) return;
  const { rooms, channels } = read.data;
  const fault = (path: (string | number)[], message: string) => context.addIssue({ code: "custom", path, message });
  const known = new Set(rooms.map((room) => room?.id));
  const first = new Map<string, string>();
  const all = [
    ["webhook", "receivers", channels.webhook?.receivers ?? []],
    ["wecom", "groups", channels.wecom?.groups ?? []],
    ["dingtalk", "groups", channels.dingtalk?.groups ?? []],
  ] as const;
  for (const [channel, list, entries] of all) {
    entries.forEach((entry, at) => {
      const path = ["channels", channel, list, at];
      const earlier = entry?.id === undefined ? undefined : first.get(entry.id);
      // One that two of them had would be told twice and be named by one line of the record.
      if (earlier !== undefined)
        fault([...path, "id"], `an id of its own, found ${entry?.id} again (first ${earlier})`);
      else if (entry?.id !== undefined) first.set(entry.id, `channels.${channel}.${list}[${at}]`);
      if (entry === null || entry.told.rooms === "all") return;
      entry.told.rooms.forEach((room, n) => {
        if (!known.has(room)) fault([...path, "told", "rooms", n], `the id of one of rooms, found ${room}`);
      });
    });
  }
  for (const name of ["voice-aliyun", "voice-tencent"] as const) {
    const config = channels[name];
    const inGas = rooms.find((room) => room?.suppression === "gas");
    if (config && inGas && config.gas_template === undefined) {
      const why = `because room ${inGas.id} has gas suppression and nobody may be called into it unwarned, found none`;
      fault(["channels", name, "gas_template"], `an approved template, ${why}`);
    }
  }
  const lengths = (["sms-aliyun", "sms-tencent", "voice-aliyun", "voice-tencent"] as const).flatMap((name) => {
    const longest = channels[name]?.variable_length;
    return longest === undefined ? [] : [{ name, longest }];
  });
  const shortest = lengths.toSorted((a, b) => a.longest - b.longest)[0];
  if (shortest === undefined) return;
  rooms.forEach((room, at) => {
    const length = [...(room?.short_name ?? "")].length;
    if (length > shortest.longest) {
      fault(
        ["rooms", at, "short_name"],
        `at most ${shortest.longest} characters, because channels.${shortest.name} takes no longer values and a short name is never cut, found ${length}`,
      );
    }
  });
}
