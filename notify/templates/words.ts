import type { ConditionName, Priority } from "../../contract/index.ts";
import type { ChannelName, PresetName } from "../../site/index.ts";

/** Every word of a message in one language. A condition without its words does not compile. */
export interface Words {
  locale: string;
  priority: Record<Priority, string>;
  condition: Record<ConditionName, string>;
  holdings: Record<PresetName, string>;
  returned: string;
  priorityRose: string;
  /** It had been put off, and its cause is still there. */
  shelvingOver: string;
  /** The comment that acknowledging proposes. */
  onMyWay: string;
  drill: string;
  drillNote: string;
  /** The first words wherever entering alone may kill. */
  gasSuppression: string;
  notCertified: string;
  labels: {
    where: string;
    holdings: string;
    device: string;
    since: string;
    returnedAt: string;
    value: string;
    /** When what a warning foresees will be. */
    expected: string;
    /** How the value moves. */
    movement: string;
    alsoTold: string;
    keyHolder: string;
    fireControlRoom: string;
    why: string;
    first: string;
    acknowledge: string;
  };
  floor(floor: number): string;
  /** The site itself, for what belongs to no room. */
  wholeSite(site: string): string;
  valueAgainstLimit(value: string, limit: string): string;
  lasted(duration: string): string;
  expected(parts: { at: string; from: string; to: string; sure: string | null }): string;
  expectedBriefly(at: string): string;
  movement(parts: { direction: "rising" | "falling" | "steady"; change: string; span: string }): string;
  knowing(parts: { told: string; underWay: string }): string;
  listSeparator: string;
  more(count: number): string;
  answerBySms(code: string): string;
  fireControlRoom(place: string): string;
  late(duration: string): string;
  merged: string;
  openAlarm: string;
  /** Of the link at which one person acknowledges one alarm; opening it does nothing yet. */
  openToAnswer: string;
  /** Joins place names from large to small. */
  placeSeparator: string;
  subject(parts: { prefix: string[]; tag: string; title: string; place: string }): string;
  footer(parts: { site: string; alarm: string; n: number }): string;
  told(parts: { person: string; channel: string; subject: string; reply: string }): string;
  channel: Record<ChannelName, string>;
}
