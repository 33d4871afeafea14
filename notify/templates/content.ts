import type { Priority } from "../../contract/index.ts";

/** What a message says, before it becomes text or HTML. Plain words: whoever lays them out escapes them. */
export interface MessageContent {
  language: string;
  subject: string;
  /** First words: an exercise, a room that must not be entered alone. */
  banners: { kind: "drill" | "danger" | "real"; text: string }[];
  tone: Priority | "returned";
  /** The priority, and what happened to it, in words. */
  tag: string;
  title: string;
  sentence: string;
  facts: { label: string; value: string; telephone?: string }[];
  advice: { label: string; text: string } | null;
  evidence: { label: string; items: string[] } | null;
  acknowledge: {
    label: string;
    command: string;
    link: { url: string; text: string } | null;
    bySms: string | null;
  } | null;
  /** By which people name the alarm. */
  code: string | null;
  notes: string[];
  footer: string;
}
