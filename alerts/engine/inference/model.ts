import { findingKey, type Hypothesis, hypotheses, likelihoods, type Site } from "../../../site/index.ts";

/** The evidence model with the site file's own figures in it, as logarithms: made once a site. */
export interface Model {
  priors: Readonly<Record<Hypothesis, number>>;
  /** By finding; what says nothing of a hypothesis is not there. */
  ratios: ReadonlyMap<string, Partial<Record<Hypothesis, number>>>;
}

export function modelOf({ config: { inference } }: Pick<Site, "config">): Model {
  const ratios = new Map<string, Partial<Record<Hypothesis, number>>>();
  for (const [group, lines] of Object.entries(likelihoods)) {
    for (const [holds, { because: _, ...figures }] of Object.entries(lines)) {
      const key = findingKey(group, holds);
      ratios.set(key, logsOf({ ...figures, ...inference.ratios[key] }));
    }
  }
  const { fire, leak, plant, sensor, door } = inference.priors;
  const priors = [fire, leak, plant, sensor, door].map(Math.log) as [number, number, number, number, number];
  return { priors: { fire: priors[0], leak: priors[1], plant: priors[2], sensor: priors[3], door: priors[4] }, ratios };
}

function logsOf(figures: Partial<Record<Hypothesis, number>>): Partial<Record<Hypothesis, number>> {
  const logs: Partial<Record<Hypothesis, number>> = {};
  for (const hypothesis of hypotheses) {
    const figure = figures[hypothesis];
    if (figure !== undefined && figure !== 1) logs[hypothesis] = Math.log(figure);
  }
  return logs;
}
