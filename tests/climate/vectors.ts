import { readFileSync } from "node:fs";
import { expect } from "vitest";
import { z } from "zod";

const row = z.record(z.string(), z.number());
const runs = z.array(
  z.object({ case: z.string(), m0: z.number(), final: z.number(), peak: z.number(), germination_fraction: z.number() }),
);

/** The design's reference figures, computed by independent code at full double precision. */
export const vectors = z
  .object({
    psychrometrics: z.array(row),
    frost_point: z.array(row),
    preservation: z.array(row),
    twpi: z.array(
      z.object({
        pairs: z.array(z.tuple([z.number(), z.number()])),
        twpi: z.number(),
        mean_pi: z.number(),
        elm_paper: z.number(),
      }),
    ),
    twpi_timed_max_hold_3600: z.array(
      z.object({ samples_s_t_rh: z.array(z.tuple([z.number(), z.number(), z.number()])), twpi: z.number() }),
    ),
    percentile_type7: z.array(
      z.object({ sorted_values: z.array(z.number()), p7: z.number(), p50: z.number(), p93: z.number() }),
    ),
    rolling_24h_swing: z.array(
      z.object({ hours: z.array(z.number()), values: z.array(z.number()), swing: z.number() }),
    ),
    vtt: z.array(row),
    vtt_runs_1h_step: runs,
    zeng: z.array(row),
  })
  .parse(JSON.parse(readFileSync(new URL("vectors.json", import.meta.url), "utf8")));

/** Expects agreement to 1e-6 relative, the default tolerance of the vectors. */
export function expectClose(found: number | undefined, expected: number | undefined, relative = 1e-6): void {
  expect(expected).toBeTypeOf("number");
  expect(found).toBeTypeOf("number");
  expect(Math.abs(found! - expected!)).toBeLessThanOrEqual(relative * Math.max(Math.abs(expected!), 1e-12));
}
