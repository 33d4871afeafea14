import type { DutyView } from "../contract/index.ts";
import { isoTime } from "../core/index.ts";
import { nextHandover, whoIsOn } from "./rota.ts";
import type { Site } from "./site.ts";

/** Who is on duty by each rota, as interfaces show it. */
export function dutiesAt(site: Site, atMs: number): DutyView[] {
  return site.config.telling.rotas.map(({ id, name }) => {
    const duty = whoIsOn(site, id, atMs);
    const untilMs = nextHandover(site, id, atMs);
    return {
      rota: id,
      name: name ?? { zh: id, en: id },
      people: duty.people.map((person) => ({ id: person, name: site.people.get(person)?.name ?? null })),
      standsInFor: duty.standsInFor,
      by: duty.from === null ? null : duty.from.kind === "layer" ? `layers[${duty.from.at}]` : "override",
      until: untilMs === null ? null : isoTime(untilMs),
    };
  });
}
