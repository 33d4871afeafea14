import { z } from "zod";

/** A way in which somebody can acknowledge an alarm. */
export interface AnsweringPath {
  name: string;
  /** Whether it works for somebody who is not on the hospital's network. */
  worksOutside: boolean;
}

const callback = z.object({ works_outside: z.boolean().catch(true) });
const outline = z.object({
  console: z.object({ public_url: z.string().optional().catch(undefined) }).catch({ public_url: undefined }),
  answers: z
    .object({
      links_work_outside: z.boolean().catch(false),
      sms: callback.optional().catch(undefined),
      voice: callback.optional().catch(undefined),
    })
    .catch({ links_work_outside: false, sms: undefined, voice: undefined }),
  channels: z
    .object({
      "sms-modem": z
        .object({ answers: z.boolean().catch(true) })
        .optional()
        .catch(undefined),
    })
    .catch({ "sms-modem": undefined }),
});

/**
 * The ways of answering that a site has. Each is declared here, with whether it works from outside the hospital's
 * network: `config check` refuses a policy for critical alarms that nobody outside could answer.
 * `site` is the file as it was read: it may be wrong anywhere.
 */
export function answeringPaths(site: unknown): AnsweringPath[] {
  const inside = [
    { name: "cli", worksOutside: false },
    { name: "api", worksOutside: false },
  ];
  const read = outline.safeParse(site);
  if (!read.success) return inside;
  const { console, answers, channels } = read.data;
  const paths: (AnsweringPath | false)[] = [
    // An SMS comes over the air: neither network is needed.
    channels["sms-modem"]?.answers === true && { name: "sms-modem", worksOutside: true },
    answers.sms !== undefined && { name: "sms-callback", worksOutside: answers.sms.works_outside },
    answers.voice !== undefined && { name: "voice-callback", worksOutside: answers.voice.works_outside },
    console.public_url !== undefined && { name: "link", worksOutside: answers.links_work_outside },
  ];
  return [...inside, ...paths.filter((path) => path !== false)];
}
