import { z } from "zod";
import { answeringPaths } from "./answering.ts";

/**
 * What the shape of `telling` cannot say: that names are known, that rotas do not go round in circles, that critical
 * alarms end with the leadership and can be answered from where people are. Judged also where the file is wrong
 * elsewhere, so that everything wrong with it is said at once.
 */

const text = z.string().optional().catch(undefined);
const listOf = <T extends z.ZodType>(entry: T) => z.array(entry.nullable().catch(null)).catch([]);
const texts = z.array(z.string()).optional().catch(undefined);

const outline = z.object({
  people: listOf(z.object({ id: text, category: text, told: z.unknown() })),
  rooms: listOf(z.object({ id: text })),
  buildings: listOf(z.object({ id: text })),
  telling: z
    .object({
      leadership: texts,
      teams: listOf(z.object({ id: text, members: texts })),
      rotas: listOf(
        z.object({
          id: text,
          layers: listOf(
            z.object({
              person: text,
              team: text,
              rota: text,
              rotation: z.object({ members: texts }).optional().catch(undefined),
            }),
          ),
          overrides: listOf(z.object({ person: text })),
        }),
      ),
      policies: listOf(
        z.object({
          id: text,
          match: z.object({ priorities: texts, rooms: texts, buildings: texts }).catch({}),
          steps: listOf(
            z.object({
              after: text,
              tell: listOf(z.union([z.string(), z.object({ person: text, team: text, rota: text })])),
            }),
          ),
          hold: text,
          gather: text,
          answered_inside_only: z.boolean().catch(false),
        }),
      ),
    })
    .catch({ leadership: undefined, teams: [], rotas: [], policies: [] }),
});

type Path = (string | number)[];
type Policy = NonNullable<z.output<typeof outline>["telling"]["policies"][number]>;

export function checkTelling(site: unknown, context: z.core.$RefinementCtx<unknown>): void {
  const read = outline.safeParse(site);
  if (!read.success) return;
  const { people, rooms, buildings, telling } = read.data;
  const fault = (path: Path, message: string) => context.addIssue({ code: "custom", path, message });
  const idsOf = (list: readonly ({ id?: string | undefined } | null)[]) => list.flatMap((entry) => entry?.id ?? []);
  const known = {
    people: new Set(idsOf(people)),
    rooms: new Set(idsOf(rooms)),
    buildings: new Set(idsOf(buildings)),
    "telling.teams": new Set(idsOf(telling.teams)),
    "telling.rotas": new Set(idsOf(telling.rotas)),
  };
  const refers = (path: Path, value: string | undefined, what: keyof typeof known) => {
    if (value !== undefined && !known[what].has(value)) fault(path, `the id of one of ${what}, found ${value}`);
  };
  const each = (path: Path, values: readonly string[] | undefined, what: keyof typeof known) =>
    values?.forEach((value, at) => refers([...path, at], value, what));
  const unique = (path: Path, list: readonly ({ id?: string | undefined } | null)[]) =>
    list.forEach((entry, at) => {
      const first = list.findIndex((other) => other?.id === entry?.id);
      if (entry?.id !== undefined && first < at) {
        fault([...path, at, "id"], `an id of its own, found ${entry.id} again (first ${path.join(".")}[${first}])`);
      }
    });

  each(["telling", "leadership"], telling.leadership, "people");
  unique(["telling", "teams"], telling.teams);
  unique(["telling", "rotas"], telling.rotas);
  unique(["telling", "policies"], telling.policies);
  telling.teams.forEach((team, at) => each(["telling", "teams", at, "members"], team?.members, "people"));
  telling.rotas.forEach((rota, at) => {
    const path: Path = ["telling", "rotas", at];
    rota?.layers.forEach((layer, n) => {
      refers([...path, "layers", n, "person"], layer?.person, "people");
      refers([...path, "layers", n, "team"], layer?.team, "telling.teams");
      refers([...path, "layers", n, "rota"], layer?.rota, "telling.rotas");
      each([...path, "layers", n, "rotation", "members"], layer?.rotation?.members, "people");
      if (layer?.rota !== undefined && rota.id !== undefined && leansOn(telling.rotas, layer.rota, rota.id)) {
        fault([...path, "layers", n, "rota"], `a rota that does not lean on ${rota.id} itself, found ${layer.rota}`);
      }
    });
    rota?.overrides.forEach((override, n) => refers([...path, "overrides", n, "person"], override?.person, "people"));
  });
  const hasLeadership =
    telling.leadership !== undefined ? telling.leadership.length > 0 : people.some((one) => one?.category === "leader");
  telling.policies.forEach((policy, at) => {
    if (policy === null) return;
    const path: Path = ["telling", "policies", at];
    each([...path, "match", "rooms"], policy.match.rooms, "rooms");
    each([...path, "match", "buildings"], policy.match.buildings, "buildings");
    policy.steps.forEach((step, n) => {
      step?.tell.forEach((whom, m) => {
        const here = [...path, "steps", n, "tell", m];
        if (whom === "leadership" && !hasLeadership) {
          fault(here, "somebody in telling.leadership or of category leader among people, found nobody");
        }
        if (typeof whom !== "object" || whom === null) return;
        refers([...here, "person"], whom.person, "people");
        refers([...here, "team"], whom.team, "telling.teams");
        refers([...here, "rota"], whom.rota, "telling.rotas");
      });
    });
    checkUrgency(policy, path, site, fault);
  });
}

function checkUrgency(policy: Policy, path: Path, site: unknown, fault: (path: Path, message: string) => void): void {
  const isFor = (priority: string) => policy.match.priorities?.includes(priority) ?? true;
  for (const key of ["hold", "gather"] as const) {
    if (policy[key] !== undefined && (isFor("critical") || isFor("high"))) {
      fault([...path, key], "match.priorities of medium and low alone, because critical and high go out at once");
    }
  }
  const last = policy.steps.at(-1);
  if (isFor("critical") && last && !last.tell.includes("leadership")) {
    fault([...path, "steps", policy.steps.length - 1, "tell"], "leadership in the last step of critical alarms");
  }
  if (isFor("critical") && !policy.answered_inside_only) {
    const paths = answeringPaths(site);
    if (!paths.some((each) => each.worksOutside)) {
      const names = paths.map((each) => each.name).join(" and ");
      fault(
        path,
        `a way of answering that works outside the hospital's network for critical alarms, found ${names} alone; answered_inside_only: true says that somebody is always within reach of the console`,
      );
    }
  }
}

function leansOn(
  rotas: z.output<typeof outline>["telling"]["rotas"],
  from: string,
  on: string,
  seen = new Set<string>(),
): boolean {
  if (from === on) return true;
  if (seen.has(from)) return false;
  seen.add(from);
  const rota = rotas.find((each) => each?.id === from);
  return rota?.layers.some((layer) => layer?.rota !== undefined && leansOn(rotas, layer.rota, on, seen)) ?? false;
}
