import { z } from "zod";
import { type HandoverState, handoverBody, handoversResponse, handoverView } from "../../contract/index.ts";
import { isoTime, SentryError } from "../../core/index.ts";
import { authorise } from "../../site/index.ts";
import type { Caller } from "../callers.ts";
import { accessReader, shownAlarm, type View } from "../rights.ts";
import { answers, type RouteContext, requestView, type Server } from "../server.ts";

const dayMs = 86_400_000;
const journalPage = 10_000;
const pastShown = 30;

/** Handing a shift over: what the next one must know, and that both have seen it. */
export function handoverRoutes(server: Server, context: RouteContext): void {
  const { source, handovers, clock, log } = context;
  const tags = ["handovers"];

  /** Somebody who answers alarms, in person: a token of nobody hands nothing over. */
  const personOf = (caller: Caller) => {
    if (caller.kind !== "person") throw new SentryError("not-authorised", "a shift is handed over by a person");
    const { person } = caller;
    const decision = authorise(person, "acknowledge", null);
    if (!decision.allowed) throw new SentryError("not-authorised", `${person.id}: ${decision.reason}`);
    return person;
  };

  const stateFor = (caller: Caller, view: View): HandoverState => {
    const sinceMs = handovers.lastAtMs() ?? clock.nowMs() - dayMs;
    const alarms = source
      .alarms({ state: "open", limit: 10_000 })
      .alarms.flatMap((alarm) => shownAlarm(view, alarm) ?? [])
      .filter(({ drill }) => drill === undefined);
    const remedial = source.alarms({ state: "remedial", limit: 10_000 }).alarms;
    const rows = source.journal({ fromMs: sinceMs, limit: journalPage }).journal.filter(({ room }) => view.sees(room));
    const raised = new Set(rows.filter(({ transition }) => transition === "raised").map(({ id }) => id));
    const answered = new Set(rows.filter(({ transition }) => transition === "acknowledged").map(({ id }) => id));
    const inside = source.access?.inside({ reader: accessReader(caller, undefined, source.site()) }) ?? [];
    return {
      since: isoTime(sinceMs),
      open: alarms.filter(({ state }) => state !== "shelved" && state !== "out-of-service" && state !== "suppressed"),
      shelved: alarms.filter(({ state }) => state === "shelved"),
      outOfService: alarms.filter(({ state }) => state === "out-of-service"),
      remedial: remedial.filter(({ room }) => view.sees(room)),
      raised: raised.size,
      answered: [...raised].filter((id) => answered.has(id)).length,
      drills: source.drills?.list({ purpose: "drill", limit: 20, fromMs: sinceMs, toMs: clock.nowMs() }) ?? [],
      inside: inside
        .filter(({ count, sure }) => count > 0 || !sure)
        .map(({ room, count, sure }) => ({ room, count, sure })),
    };
  };

  server.get(
    "/api/v1/handovers",
    {
      schema: {
        summary: "What the next shift must know, and past handovers",
        tags,
        response: answers(handoversResponse),
      },
    },
    (request) => {
      personOf(request.caller);
      return {
        now: stateFor(request.caller, requestView(request, context)),
        waiting: handovers.waiting(),
        past: handovers.past(pastShown),
      };
    },
  );

  server.post(
    "/api/v1/handovers",
    { schema: { summary: "Hand the shift over", tags, body: handoverBody, response: answers(handoverView) } },
    (request) => {
      const { id, name } = personOf(request.caller);
      const state = stateFor(request.caller, requestView(request, context));
      const handover = handovers.hand({ id, name }, request.body.comment, state);
      source.note({ do: "handover-handed", by: id, via: "api" });
      log.info("console.shift.handed", { handover: handover.id });
      return handover;
    },
  );

  server.post(
    "/api/v1/handovers/:id/take",
    {
      schema: {
        summary: "Take the shift: by another person than hands it over",
        tags,
        params: z.object({ id: z.string().max(40) }),
        body: handoverBody,
        response: answers(handoverView),
      },
    },
    (request) => {
      const { id, name } = personOf(request.caller);
      const handover = handovers.take(request.params.id, { id, name }, request.body.comment);
      source.note({ do: "handover-taken", by: id, about: handover.outgoing.id, via: "api" });
      log.info("console.shift.taken", { handover: handover.id });
      return handover;
    },
  );
}
