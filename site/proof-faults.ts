import { z } from "zod";

const id = z.string().optional().catch(undefined);
const ids = z.array(z.object({ id }).catch({})).catch([]);
const target = z.object({ person: id, team: id, rota: id }).catch({});
const schedule = z.object({ tell: z.array(target).catch([]) }).catch({ tell: [] });
const outline = z.object({
  people: ids,
  telling: z.object({ teams: ids, rotas: ids }).catch({ teams: [], rotas: [] }),
  proof: z.object({ weekly: z.object({ tell: target }).catch({ tell: {} }) }).catch({ weekly: { tell: {} } }),
  reports: z.object({ daily: schedule, weekly: schedule, monthly: schedule }).partial().catch({}),
});

/** Whoever the weekly check and the reports name must be there. */
export function checkProof(raw: unknown, context: z.core.$RefinementCtx<unknown>): void {
  const read = outline.safeParse(raw);
  if (!read.success) return;
  const { people, telling, proof, reports } = read.data;
  const known = { person: people, team: telling.teams, rota: telling.rotas };
  const listed = { person: "people", team: "telling.teams", rota: "telling.rotas" };
  const check = (found: z.infer<typeof target>, path: (string | number)[]) => {
    for (const kind of ["person", "team", "rota"] as const) {
      const named = found[kind];
      if (named === undefined || known[kind].some((each) => each.id === named)) continue;
      const message = `the id of one of ${listed[kind]}, found ${named}`;
      context.addIssue({ code: "custom", path: [...path, kind], message });
    }
  };
  check(proof.weekly.tell, ["proof", "weekly", "tell"]);
  for (const [kind, { tell }] of Object.entries(reports)) {
    tell.forEach((each, at) => check(each, ["reports", kind, "tell", at]));
  }
}
