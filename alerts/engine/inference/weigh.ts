import type { Language } from "../../../contract/index.ts";
import type { Evidence } from "../state.ts";
import { type Group, type Hypothesis, hypotheses, type Likelihoods, likelihoods, priors } from "./likelihoods.ts";

/** A line of the table that holds now, in words with its figures. */
export type Finding = {
  [G in Group]: { group: G; holds: keyof (typeof likelihoods)[G]; text: Record<Language, string> };
}[Group];

export type Probabilities = Record<Hypothesis, number>;

function ratio({ group, holds }: Pick<Finding, "group" | "holds">, hypothesis: Hypothesis): number {
  // The type of a finding ties what holds to its group; the compiler does not follow that through an index.
  const lines: Record<string, Likelihoods> = likelihoods[group];
  return lines[holds]?.[hypothesis] ?? 1;
}

/** Naive Bayes over hypotheses that exclude each other and "nothing", whose log-odds are 0. */
export function probabilities(findings: readonly Finding[]): Probabilities {
  const odds = hypotheses.map((hypothesis) =>
    Math.exp(
      findings.reduce((sum, finding) => sum + Math.log(ratio(finding, hypothesis)), Math.log(priors[hypothesis])),
    ),
  );
  const all = 1 + odds.reduce((sum, one) => sum + one, 0);
  const [fire, leak, plant, sensor, door] = odds.map((one) => one / all) as [number, number, number, number, number];
  return { fire, leak, plant, sensor, door };
}

/** Whether the finding speaks for it. */
export const supports = (finding: Finding, hypothesis: Hypothesis) => ratio(finding, hypothesis) > 1;

/** What speaks for a hypothesis and what against it, each with its share of all that was weighed: against it below 0. */
export function evidenceFor(hypothesis: Hypothesis, findings: readonly Finding[]): Evidence[] {
  const weighed = findings
    .map((finding) => ({ text: finding.text, log: Math.log(ratio(finding, hypothesis)) }))
    .filter(({ log }) => log !== 0);
  const all = weighed.reduce((sum, { log }) => sum + Math.abs(log), 0);
  return weighed
    .sort((a, b) => b.log - a.log)
    .map(({ text, log }) => ({ text, weight: Math.round((log / all) * 100) / 100 }));
}
