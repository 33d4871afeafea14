import type { ConditionName, Language, Transition } from "../contract/index.ts";
import type { Person } from "../site/index.ts";

/** The ways to reach a person. A new channel is one file in `channels/` and one name here. */
export const channelNames = ["email"] as const;
export type ChannelName = (typeof channelNames)[number];

/** A message in the recipient's language, before a channel gives it its own form. */
export interface RenderedMessage {
  /** Says "the same message again": derived from alarm, transition, recipient and channel alone. */
  key: string;
  /** The same for every message about one alarm. */
  threadKey: string;
  subject: string;
  text: string;
  html: string;
  language: Language;
  urgent: boolean;
  sentAtMs: number;
  recordedAtMs: number;
  transition: Transition;
  condition: ConditionName;
  room: string | null;
}

export type SendResult =
  /** The other side has taken responsibility; `reply` is what it said. */
  | { kind: "delivered"; reply: string }
  /** Not now, or nobody knows: the same message will be offered again. */
  | { kind: "retry"; reason: string }
  /** Refused for good: offering the same message again cannot help. */
  | { kind: "give-up"; reason: string };

/** One way to reach people. It sends or says why not; retrying, order and time limits are the delivery's. */
export interface Channel {
  readonly name: ChannelName;
  /** Sends at one time. */
  readonly concurrency: number;
  /** Hard limit of one send. */
  readonly timeoutMs: number;
  /** Must not throw, and lets go of its connection when the signal aborts. */
  send(message: RenderedMessage, to: Person, signal: AbortSignal): Promise<SendResult>;
  close(): Promise<void>;
}
