import { findingKey, hypotheses, likelihoods, priors } from "../../site/index.ts";
import { code, generated, table } from "./table.ts";

const meaning = {
  fire: "something burns or smoulders in the room: `fire-suspected`",
  leak: "water runs out of a leak sensor's reach, or where there is none: `water-leak`, suspected",
  plant: "the climate control of the room, or the plant of several, has failed: `climate-control-failure`",
  sensor:
    "a sensor says what is not so: `sensor-disagreement` where it runs away from its neighbour, and a reason to doubt the others",
  door: "somebody left a door open: raises nothing (`door-held-open` does), explains what else is seen",
} as const;

/** Every prior and likelihood ratio with its reason: what an alarm of the inference was made of, and can be changed. */
export function inferencePage(): string {
  const findings = Object.entries(likelihoods).flatMap(([group, lines]) =>
    Object.entries(lines).map(([holds, line]) => {
      const { because, ...figures } = line;
      const ratios: Partial<Record<string, number>> = figures;
      return [
        code(findingKey(group, holds)),
        ...hypotheses.map((hypothesis) => String(ratios[hypothesis] ?? "")),
        because,
      ];
    }),
  );
  return `${generated("site/evidence-model.ts")}

# Inference

What the sensors of a room, its neighbours, its doors, the people in it and the weather say *together*, weighed for five
explanations that compete with each other and with "nothing is the matter". Odds are multiplied: the prior of an explanation
by the ratio of each finding that holds. A figure above 1 speaks for it, one below 1 against it, none says nothing. The
figures are judgement, to about half an order of magnitude, with the reason beside each; the probabilities that come out
order and explain, and are no measured frequencies.

Change any of them in the [site file](site-file.md#inference):

\`\`\`yaml
inference:
  priors: { leak: 0.03 } # old pipes above the store
  ratios:
    door/open: { door: 20 } # this door is often open on purpose
\`\`\`

The fixed limits of smoke, heat and water neither ask the inference nor wait for it.

## Explanations

${table(
  ["Explanation", "What it means", "Prior odds", "Because"],
  hypotheses.map((name) => [code(name), meaning[name], String(priors[name].odds), priors[name].because]),
)}

## Findings

Of one group, the part before the \`/\`, at most one holds at a time.

${table(["Finding", ...hypotheses, "Because"], findings)}
`;
}
