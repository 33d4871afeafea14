import type { Site } from "../site/index.ts";
import { audienceOf, isAboutTelling, type Policy, policyFor } from "./audience.ts";
import { type AlarmNotice, isHidden, saysReturned } from "./notice.ts";
import { type Audience, type Telling, type TellingReason, type ToldBefore, whoIsTold } from "./policy.ts";
import { channelsOf, speaksByRote } from "./reach.ts";
import { fireControlRoomOf, reachableOf } from "./recipients.ts";

/**
 * What is still to be told of an alarm, and when. Pure: a plan and a notice, or a plan and a moment, give the next
 * plan and who is told now. The policy is read anew each time, so that a changed site file counts at once.
 */
export interface Plan {
  alarmId: string;
  /** What people are told of: the newest transition of which somebody has been told, or is to be. */
  notice: AlarmNotice;
  /** Number of the transition from which on a message counts as having reached somebody. */
  beganN: number;
  /** `answered`: acknowledged, and watched until it returns. `quiet`: over, or out of sight. */
  phase: "running" | "answered" | "quiet";
  /** Why its first step is told. */
  reason: TellingReason;
  /** How often the steps have begun anew. */
  cycle: number;
  /** The next step; as many as there are when all are taken. */
  step: number;
  /** Counts the tellings that no transition caused by itself. */
  round: number;
  startedAtMs: number;
  dueAtMs: number | null;
  /** When somebody must have been reached; `null` when that need not be judged. */
  judgeAtMs: number | null;
  /** Nobody was reached. */
  unreached: boolean;
}

export interface Moment {
  site: Site;
  nowMs: number;
  before: readonly ToldBefore[];
  /** Alarms come faster than anybody can follow. */
  isFlood: boolean;
}

export interface Decision {
  plan: Plan | null;
  tellings: Telling[];
}

const ended = { phase: "quiet", dueAtMs: null, judgeAtMs: null, unreached: false } as const;

/** What a transition takes back of what waits to be told; `null` when nothing. */
export function withdrawalOf(notice: AlarmNotice): { what: "all" | "held"; reason: string } | null {
  if (isHidden(notice)) return { what: "all", reason: `out of sight: ${notice.state}` };
  if (notice.transition === "acknowledged") {
    return { what: "all", reason: `acknowledged by ${notice.by ?? "somebody"}` };
  }
  if (notice.transition === "reset") return { what: "all", reason: "reset" };
  return saysReturned(notice) ? { what: "held", reason: "it returned before it was told" } : null;
}

/** What a transition makes of an alarm's plan, and whom it tells. */
export function onNotice(plan: Plan | null, notice: AlarmNotice, moment: Moment): Decision {
  const { site, before } = moment;
  const policy = policyFor(notice, site);
  if (isHidden(notice)) return { plan: plan && { ...plan, ...ended }, tellings: [] };
  if (saysReturned(notice)) {
    const tellings = whoIsTold(notice, site, before);
    const goesOn =
      policy.until === "acknowledged" && plan?.phase === "running" && notice.state === "returned-unacknowledged";
    return { plan: plan && (goesOn ? { ...plan, notice } : { ...plan, ...ended }), tellings };
  }
  switch (notice.transition) {
    case "raised":
    case "priority-changed":
    case "unshelved":
      return begin(plan, notice, policy, moment);
    case "unsuppressed":
    case "in-service":
      if (notice.state === "unacknowledged") return begin(plan, notice, policy, moment);
      return { plan: plan && watched({ ...plan, notice }, policy, moment.nowMs), tellings: [] };
    case "acknowledged": {
      const stands = notice.state === "acknowledged";
      const tellings = stands && policy.tell_who_took_it ? toldWhoTookIt(notice, site, before) : [];
      return {
        plan: plan && (stands ? watched({ ...plan, notice }, policy, moment.nowMs) : { ...plan, ...ended }),
        tellings,
      };
    }
    case "commented":
      // Somebody is at it: their word gives them the time again.
      return {
        plan: plan?.phase === "answered" ? watched({ ...plan, notice }, policy, moment.nowMs) : plan,
        tellings: [],
      };
    default:
      return { plan: plan && { ...plan, ...ended }, tellings: [] };
  }
}

/** Takes every step of a plan that is due. */
export function advance(plan: Plan, moment: Moment): Decision {
  const { site, nowMs, before } = moment;
  if (plan.dueAtMs === null || plan.dueAtMs > nowMs) return { plan, tellings: [] };
  const policy = policyFor(plan.notice, site);
  const round = plan.round + 1;
  if (plan.phase === "answered") {
    const first = audienceOf(policy, 0, { notice: plan.notice, site, nowMs });
    const knowing = before.filter(({ knows }) => knows).map(({ person, channel }) => ({ person, channel }));
    return {
      plan: { ...watched(plan, policy, nowMs), round },
      tellings: because("not-returned", [...first, ...knowing]),
    };
  }
  const anew = plan.step >= policy.steps.length;
  const from = anew ? { ...plan, cycle: plan.cycle + 1, step: 0, startedAtMs: nowMs } : plan;
  return take({ ...from, round }, policy, moment, (step) => {
    const audience = audienceOf(policy, step, { notice: plan.notice, site, nowMs });
    if (from.cycle > 0) return because("reminded", audience);
    return because(step === 0 ? plan.reason : "escalated", audience);
  });
}

/** The alarm is to be told from the beginning: at once, or when its policy lets it. */
function begin(plan: Plan | null, notice: AlarmNotice, policy: Policy, moment: Moment): Decision {
  const { site, nowMs, before } = moment;
  const atMs = beginsAtMs(notice, policy, moment);
  const fresh: Plan = {
    alarmId: notice.alarmId,
    notice,
    beganN: notice.n,
    phase: "running",
    reason: notice.transition === "priority-changed" ? "priority-rose" : "raised",
    cycle: 0,
    step: 0,
    round: plan?.round ?? 0,
    startedAtMs: atMs,
    dueAtMs: atMs,
    judgeAtMs: null,
    unreached: plan?.unreached ?? false,
  };
  const audience = (step: number): Audience => audienceOf(policy, step, { notice, site, nowMs });
  if (atMs > nowMs)
    return audience(0).length === 0 && policy.id === null ? { plan, tellings: [] } : { plan: fresh, tellings: [] };
  const decision = take(fresh, policy, moment, (step) =>
    step === 0 ? whoIsTold(notice, site, before, () => audience(0)) : because("escalated", audience(step)),
  );
  // Nobody wants to hear of an alarm like this one.
  const concernsNobody = policy.id === null && audience(0).every(({ person }) => fireControlRoomOf(person) !== null);
  // A fire control room hears of it all the same; it is no failure that nobody else does.
  return concernsNobody
    ? {
        plan: audience(0).length === 0 ? plan && { ...plan, ...ended } : { ...fresh, ...ended },
        tellings: decision.tellings,
      }
    : decision;
}

/** Takes the steps that are due now; one that finds nobody is passed over without waiting for the next one's time. */
function take(plan: Plan, policy: Policy, { site, nowMs }: Moment, tellingsOf: (step: number) => Telling[]): Decision {
  const tellings: Telling[] = [];
  let { step, startedAtMs } = plan;
  const last = policy.steps.length;
  while (step < last && startedAtMs + policy.steps[step]!.after <= nowMs) {
    const found = tellingsOf(step);
    const isEmpty = audienceOf(policy, step, { notice: plan.notice, site, nowMs }).length === 0;
    tellings.push(...found);
    const next = policy.steps[step + 1];
    if (isEmpty && next) startedAtMs = Math.min(startedAtMs, nowMs - next.after);
    step += 1;
  }
  const isThrough = step >= last;
  const nextMs = isThrough ? repeatAtMs(policy, nowMs) : startedAtMs + policy.steps[step]!.after;
  const judgeAtMs =
    isThrough && !isAboutTelling(plan.notice) ? nowMs + site.config.telling.reach_within : plan.judgeAtMs;
  return { plan: { ...plan, step, startedAtMs, dueAtMs: nextMs, judgeAtMs }, tellings: onceEach(tellings) };
}

const repeatAtMs = (policy: Policy, nowMs: number) => (policy.repeat === undefined ? null : nowMs + policy.repeat);

function watched(plan: Plan, policy: Policy, nowMs: number): Plan {
  return {
    ...plan,
    ...ended,
    phase: "answered",
    dueAtMs: policy.return_within === undefined ? null : nowMs + policy.return_within,
  };
}

/** Critical and high are told at once; an alarm flood gathers all but the critical. */
function beginsAtMs(notice: AlarmNotice, policy: Policy, { site, nowMs, isFlood }: Moment): number {
  if (notice.priority === "critical") return nowMs;
  let atMs = nowMs;
  if (policy.gather !== undefined) atMs = windowEndMs(nowMs, policy.gather);
  if (isFlood) atMs = Math.max(atMs, windowEndMs(nowMs, site.config.telling.flood_gather));
  return policy.hold === "working-hours" ? nextWorkingMs(site, atMs) : atMs;
}

/** The same moment for all that come within one stretch of time: they go out together. */
const windowEndMs = (nowMs: number, lengthMs: number) =>
  lengthMs === 0 ? nowMs : (Math.floor(nowMs / lengthMs) + 1) * lengthMs;

/** The moment itself within working hours, else when they next begin; longer than a year ahead nobody waits. */
function nextWorkingMs({ calendar }: Site, atMs: number): number {
  if (calendar.isWorkingTime(atMs)) return atMs;
  let { date } = calendar.local(atMs);
  for (let days = 0; days < 366; days++) {
    const working = calendar.workingMinutes(date);
    const fromMs = working === null ? 0 : calendar.instantOf(date, working.from);
    if (fromMs > atMs) return fromMs;
    date = calendar.local(calendar.instantOf(date, 12 * 60) + 86_400_000).date;
  }
  return atMs;
}

/** Everybody who knows of the alarm but the one who took it. */
function toldWhoTookIt(notice: AlarmNotice, site: Site, before: readonly ToldBefore[]): Telling[] {
  const knowing = before.filter(({ person, knows }) => knows && person !== notice.by);
  const audience = knowing.flatMap(({ person, channel }) => {
    if (!speaksByRote(channel)) return [{ person, channel }];
    // It would be heard as the alarm itself once more.
    const known = reachableOf(site, person);
    const other = known && channelsOf(known, site).find((each) => !speaksByRote(each));
    return other ? [{ person, channel: other }] : [];
  });
  return because("taken", audience);
}

const because = (reason: TellingReason, audience: Audience): Telling[] =>
  onceEach(audience.map((one) => ({ ...one, reason })));

const onceEach = (tellings: Telling[]): Telling[] => [
  ...new Map(tellings.map((one) => [JSON.stringify([one.person, one.channel]), one])).values(),
];
