import { type Threshold, ThresholdsConfigBuilder, ThresholdsMode } from "@grafana/grafana-foundation-sdk/dashboard";
import type { Range } from "../../site/index.ts";
import { colours } from "../colours.ts";

/** Fine between the limits; below and above them in two colours. */
export function stepsOf({ low, high }: Range): Threshold[] {
  return [
    { value: null, color: low === null ? colours.fine : colours.low },
    ...(low === null ? [] : [{ value: low, color: colours.fine }]),
    ...(high === null ? [] : [{ value: high, color: colours.wrong }]),
  ];
}

/** Colours from these values on; the first holds below them all. */
export function steps(first: string, ...rest: [number, string][]): Threshold[] {
  return [{ value: null, color: first }, ...rest.map(([value, color]) => ({ value, color }))];
}

export function thresholds(of: Threshold[]): ThresholdsConfigBuilder {
  return new ThresholdsConfigBuilder().mode(ThresholdsMode.Absolute).steps(of);
}

/** The same as the property of an override. */
export const thresholdsValue = (of: Threshold[]) => ({
  id: "thresholds",
  value: { mode: ThresholdsMode.Absolute, steps: of },
});
