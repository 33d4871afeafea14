import type { Language } from "../../../contract/index.ts";
import { findingKey, type Group, type Hypothesis, hypotheses, type likelihoods } from "../../../site/index.ts";
import type { Evidence } from "../state.ts";
import type { Model } from "./model.ts";

/** A line of the table that holds now, in words with its figures. */
export type Finding = {
  [G in Group]: { group: G; holds: keyof (typeof likelihoods)[G]; text: Record<Language, string> };
}[Group];

export type Probabilities = Record<Hypothesis, number>;

/** What was weighed, and what came of it: log-odds of each hypothesis against "nothing". */
export interface Weighed<F extends Finding = Finding> {
  findings: readonly F[];
  logOdds: Readonly<Record<Hypothesis, number>>;
  probability: Probabilities;
}

/** Said of one thing: the second goes with the first, with the sum of what both weigh. */
const joined: Partial<Record<Group, { to: Group; between: Record<Language, string> }>> = {
  "smoke course": { to: "smoke", between: { "zh-CN": "且", en: " " } },
};

const logRatio = (model: Model, { group, holds }: Pick<Finding, "group" | "holds">, hypothesis: Hypothesis) =>
  model.ratios.get(findingKey(group, holds))?.[hypothesis] ?? 0;

/** Naive Bayes over hypotheses that exclude each other and "nothing", whose log-odds are 0. */
export function weigh<F extends Finding>(model: Model, findings: readonly F[]): Weighed<F> {
  const logOdds = { ...model.priors };
  for (const { group, holds } of findings) {
    const logs = model.ratios.get(findingKey(group, holds));
    if (logs) for (const hypothesis of hypotheses) logOdds[hypothesis] += logs[hypothesis] ?? 0;
  }
  const all = hypotheses.reduce((sum, hypothesis) => sum + Math.exp(logOdds[hypothesis]), 1);
  const share = (hypothesis: Hypothesis) => Math.exp(logOdds[hypothesis]) / all;
  return {
    findings,
    logOdds,
    probability: {
      fire: share("fire"),
      leak: share("leak"),
      plant: share("plant"),
      sensor: share("sensor"),
      door: share("door"),
    },
  };
}

/** Whether the finding speaks for it. */
export const supports = (model: Model, finding: Pick<Finding, "group" | "holds">, hypothesis: Hypothesis) =>
  logRatio(model, finding, hypothesis) > 0;

export const namesOf: Record<Hypothesis, Record<Language, string>> = {
  fire: { "zh-CN": "起火", en: "a fire" },
  leak: { "zh-CN": "漏水", en: "a leak" },
  plant: { "zh-CN": "恒温恒湿失控", en: "failing climate control" },
  sensor: { "zh-CN": "传感器故障", en: "a sensor at fault" },
  door: { "zh-CN": "门未关", en: "a door left open" },
};

/** An explanation that takes less than this from the odds is not worth a word. */
const worthAWord = 0.1;

/**
 * What speaks for a hypothesis and what against it, each with its share of all that was weighed: against it below 0.
 * Of what else could explain it the likeliest is a part too, with what it takes away.
 */
export function evidenceFor(model: Model, hypothesis: Hypothesis, weighed: Weighed): Evidence[] {
  const parts: Part[] = [];
  const byGroup = new Map<Group, Part>();
  for (const finding of weighed.findings) {
    const log = logRatio(model, finding, hypothesis);
    if (log === 0) continue;
    const join = joined[finding.group];
    const first = join && byGroup.get(join.to);
    if (join && first) {
      const with_ = (language: Language) => `${first.text[language]}${join.between[language]}${finding.text[language]}`;
      first.text = { "zh-CN": with_("zh-CN"), en: with_("en") };
      first.log += log;
      continue;
    }
    const part = { text: finding.text, log };
    byGroup.set(finding.group, part);
    parts.push(part);
  }
  const rival = rivalOf(hypothesis, weighed);
  if (rival && rival.log <= -worthAWord) parts.push(rival);
  const all = parts.reduce((sum, { log }) => sum + Math.abs(log), 0);
  return parts
    .sort((a, b) => b.log - a.log)
    .map(({ text, log }) => ({ text, weight: Math.round((log / all) * 100) / 100 }));
}

interface Part {
  text: Record<Language, string>;
  log: number;
}

/** Explains alarms that a limit has raised: what is likelier than not, first how likely, then what speaks for it. */
export function likelyCause(model: Model, weighed: Weighed): Evidence[] | undefined {
  const cause = hypotheses.find((hypothesis) => weighed.probability[hypothesis] >= 0.5);
  if (cause === undefined) return undefined;
  const weight = Math.round(weighed.probability[cause] * 100) / 100;
  const { "zh-CN": zh, en } = namesOf[cause];
  const text = { "zh-CN": `可能原因：${zh}（${weight}）`, en: `likely ${en} (${weight})` };
  const reasons = evidenceFor(model, cause, weighed).filter((part) => part.weight >= causeShare);
  return [{ text, weight }, ...reasons];
}

/** Of the reasons for a cause, those that carry it. */
const causeShare = 0.1;

function rivalOf(hypothesis: Hypothesis, { logOdds, probability }: Weighed): Part | null {
  const rivals = hypotheses.filter((other) => other !== hypothesis).sort((a, b) => logOdds[b] - logOdds[a]);
  const [rival] = rivals;
  if (rival === undefined) return null;
  const chance = Math.round(probability[rival] * 100) / 100;
  const { "zh-CN": zh, en } = namesOf[rival];
  const text = { "zh-CN": `${zh}也可解释（${chance}）`, en: `${en} would explain it too (${chance})` };
  return { text, log: -Math.log1p(Math.exp(logOdds[rival])) };
}
