import { z } from "zod";
import { findingKeys, hypotheses, priors } from "../evidence-model.ts";

const page = "[inference](inference.md)";
const odds = z.number().positive().max(1e6);
const share = z.number().gt(0).lt(1);

const priorsOf = z.strictObject({
  fire: odds.default(priors.fire.odds).meta({ description: "Odds of a fire, while anything stirs in a room" }),
  leak: odds.default(priors.leak.odds).meta({ description: "Odds of a leak" }),
  plant: odds.default(priors.plant.odds).meta({ description: "Odds of failing climate control" }),
  sensor: odds.default(priors.sensor.odds).meta({ description: "Odds of a sensor at fault" }),
  door: odds.default(priors.door.odds).meta({ description: "Odds of a door left open" }),
});

/** How much each finding speaks for each hypothesis, where the site knows better than the built-in table. */
const ratios = z.partialRecord(z.enum(findingKeys), z.partialRecord(z.enum(hypotheses), odds));

export const inference = z.strictObject({
  priors: priorsOf.prefault({}),
  ratios: ratios.default({}).meta({
    title: `findings of the ${page} table`,
    description:
      "Likelihood ratios in place of the table's, such as `smoke/thick: { fire: 300 }`: how many times as often the finding is seen while that is the matter as while nothing is",
  }),
  leak_from: share.default(0.9).meta({ description: "Probability from which on a leak is suspected" }),
  sensor_from: share
    .default(0.9)
    .meta({ description: "Probability from which on a sensor that moves away from its neighbour is told" }),
  critical_from: share.default(0.99).meta({ description: "As sure as that, a suspected fire is critical" }),
  over_below: share
    .default(0.2)
    .meta({ description: "An alarm of the inference returns when its probability is below this" }),
});
