import type { ConditionName, Language, Priority, Transition } from "../contract/index.ts";
import { type ChannelName, channelNames, type Person } from "../site/index.ts";
import type { Brief } from "./brief.ts";
import type { AlarmNotice } from "./notice.ts";
import type { MessageContent } from "./templates/content.ts";

export { type ChannelName, channelNames };

export type ChannelKind = "email" | "sms" | "voice" | "chat" | "webhook";

/** Who a message is for: a person, or a group or program that many look at; the id of those begins with @. */
export type Recipient = Pick<Person, "id" | "name" | "language" | "email" | "phone">;

/** A message in the recipient's language, before a channel gives it its own form. */
export interface RenderedMessage {
  /** Says "the same message again": derived from alarm, transition, recipient and channel alone. */
  key: string;
  /** The same for every message about one alarm. */
  threadKey: string;
  subject: string;
  text: string;
  html: string;
  /** What the mail says, not yet laid out: for forms of their own. */
  content: MessageContent;
  /** The shortest useful form: SMS, calls, templates. */
  brief: Brief;
  /** The transition itself: for programs. Of the most urgent alarm, where the message tells of several. */
  notice: AlarmNotice;
  /** Every transition that the message tells of. */
  notices: AlarmNotice[];
  /** Where the alarm can be seen, if the site has such an address. */
  url: string | null;
  /** By which people name the alarm where they can type digits alone. */
  code: string | null;
  language: Language;
  urgent: boolean;
  priority: Priority;
  sentAtMs: number;
  recordedAtMs: number;
  transition: Transition;
  condition: ConditionName;
  room: string | null;
}

export type SendResult =
  /** The other side has taken responsibility; `reply` is what it said. */
  | { kind: "delivered"; reply: string }
  /** Not now, or nobody knows: the same message will be offered again, not before `afterMs` where it is given. */
  | { kind: "retry"; reason: string; afterMs?: number }
  /** Refused for good: offering the same message again cannot help. */
  | { kind: "give-up"; reason: string };

/** One way to reach people. It sends or says why not; retrying, order and time limits are the delivery's. */
export interface Channel {
  readonly name: ChannelName;
  readonly kind: ChannelKind;
  /**
   * Whether `delivered` says that the message is where the recipient looks (a chat, a program); otherwise a middleman
   * took it: a mail server, a carrier. Nobody has read it either way.
   */
  readonly confirmed: boolean;
  /** Sends at one time. */
  readonly concurrency: number;
  /** Hard limit of one send. */
  readonly timeoutMs: number;
  /** Must not throw, and lets go of its connection when the signal aborts. */
  send(message: RenderedMessage, to: Recipient, signal: AbortSignal): Promise<SendResult>;
  /** A text of our own in reply to one of theirs; only channels that send free text can. Must not throw either. */
  say?(text: string, to: Recipient, how: { key: string; atMs: number; signal: AbortSignal }): Promise<SendResult>;
  close(): Promise<void>;
}

/** What may be planned with before a channel is opened. */
export interface ChannelTraits {
  kind: ChannelKind;
  confirmed: boolean;
  /** What it needs of a person; `null` for channels to groups and programs, which no person is reached by. */
  needs: "email" | "phone" | null;
  /** Whether it works while the hospital's network and its way out do not. */
  worksWithoutNetwork: boolean;
}

const mail = { kind: "email", confirmed: false, needs: "email", worksWithoutNetwork: false } as const;
const sms = { kind: "sms", confirmed: false, needs: "phone", worksWithoutNetwork: false } as const;
const voice = { kind: "voice", confirmed: false, needs: "phone", worksWithoutNetwork: false } as const;
const chat = { kind: "chat", confirmed: true, needs: null, worksWithoutNetwork: false } as const;
export const channelTraits: Readonly<Record<ChannelName, ChannelTraits>> = {
  email: mail,
  "sms-http": sms,
  "sms-modem": { ...sms, worksWithoutNetwork: true },
  "sms-aliyun": sms,
  "sms-tencent": sms,
  "voice-http": voice,
  "voice-modem": { ...voice, worksWithoutNetwork: true },
  "voice-aliyun": voice,
  "voice-tencent": voice,
  webhook: { ...chat, kind: "webhook" },
  wecom: chat,
  dingtalk: chat,
};

export function canReach(channel: ChannelName, person: Pick<Person, "email" | "phone">): boolean {
  const { needs } = channelTraits[channel];
  return needs !== null && person[needs] !== undefined;
}

/** Whether a channel has something to say of a transition: a telephone rings for what is critical and not yet over. */
export function carries(channel: ChannelName, telling: { priority: Priority; returned: boolean }): boolean {
  return channelTraits[channel].kind !== "voice" || (telling.priority === "critical" && !telling.returned);
}
