import { z } from "zod";
import {
  type AlarmAction,
  type AlarmChange,
  alarmActions,
  alarmChange,
  alarmPerformance,
  alarmRemedy,
  alarmShelving,
  alarmsQuery,
  alarmsResponse,
  alarmView,
  conditionsResponse,
  journalQuery,
  journalResponse,
  performanceQuery,
} from "../../contract/index.ts";
import { SentryError } from "../../core/index.ts";
import { type Action, parseDuration, type Site } from "../../site/index.ts";
import type { AlarmCommand } from "../ports.ts";
import { alarmAuthor, requireRoom, shownAlarm } from "../rights.ts";
import { answers, instantMs, type RouteContext, requestView, type Server } from "../server.ts";

const thirtyDaysMs = 30 * 86_400_000;

/** What each does, the right that it needs, and whether it must be accounted for in words. */
const acts = {
  ack: { do: "acknowledge", right: "acknowledge", commentNeeded: true },
  comment: { do: "comment", right: "comment", commentNeeded: true },
  shelve: { do: "shelve", right: "shelve", commentNeeded: true },
  unshelve: { do: "unshelve", right: "shelve", commentNeeded: false },
  remedy: { do: "remedy", right: "shelve", commentNeeded: false },
  reset: { do: "reset", right: "reset", commentNeeded: false },
} as const satisfies Record<AlarmAction, { do: AlarmCommand["do"]; right: Action; commentNeeded: boolean }>;

const bodies = {
  ack: alarmChange.strict(),
  comment: alarmChange.strict(),
  shelve: alarmShelving.strict(),
  unshelve: alarmChange.strict(),
  remedy: alarmRemedy.strict(),
  reset: alarmChange.strict(),
} as const;
type AlarmRequest = AlarmChange & { for?: string } & (
    | z.infer<typeof alarmRemedy>
    | { owner?: never; measure?: never; due?: never }
  );

const isCommandLine = (agent: string | undefined) => agent?.startsWith("archive-sentry-cli") ?? false;

/** The first moment after that day, as the site's clocks show it. */
const endOf = (date: string, site: Site) => site.calendar.instantOf(date, 24 * 60);

export function alarmRoutes(server: Server, context: RouteContext): void {
  const { source, log } = context;
  const tags = ["alarms"];

  server.get(
    "/api/v1/alarms",
    {
      schema: {
        summary: "Alarms",
        description: "Without log-in: no access conditions and no names of people.",
        tags,
        querystring: alarmsQuery.strict(),
        response: answers(alarmsResponse),
      },
    },
    (request) => {
      const view = requestView(request, context);
      requireRoom(view, source.site(), request.query.room);
      const page = source.alarms(request.query);
      return { alarms: page.alarms.flatMap((alarm) => shownAlarm(view, alarm) ?? []), next: page.next };
    },
  );

  server.get(
    "/api/v1/conditions",
    {
      schema: {
        summary: "What each condition means, and what to do first",
        tags,
        response: answers(conditionsResponse),
      },
    },
    () => ({ conditions: source.conditions() }),
  );

  server.get(
    "/api/v1/alarms/journal",
    {
      schema: {
        summary: "Every step in the life of every alarm, oldest first",
        tags,
        querystring: journalQuery.strict(),
        response: answers(journalResponse),
      },
    },
    (request) => {
      const view = requestView(request, context);
      requireRoom(view, source.site(), request.query.room);
      const { from, to, ...rest } = request.query;
      const page = source.journal({ ...rest, fromMs: instantMs(from), toMs: instantMs(to) });
      return { journal: page.journal.filter((entry) => view.sees(entry.room)), next: page.next };
    },
  );

  server.get(
    "/api/v1/alarms/performance",
    {
      schema: {
        summary: "How well alarms serve: figures after EEMUA 191 and ISA-18.2",
        tags,
        querystring: performanceQuery.strict(),
        response: answers(alarmPerformance),
      },
    },
    (request) => {
      const { room, from, to } = request.query;
      const view = requestView(request, context);
      requireRoom(view, source.site(), room);
      const toMs = instantMs(to) ?? context.clock.nowMs();
      const fromMs = instantMs(from) ?? toMs - thirtyDaysMs;
      if (fromMs >= toMs) throw new SentryError("request-invalid", "from: expected a time before to");
      const sees = (of: string | null) => view.sees(of) && (room === undefined || of === room);
      return source.performance({ fromMs, toMs, sees });
    },
  );

  for (const action of alarmActions) {
    server.post(
      `/api/v1/alarms/:id/${action}`,
      {
        schema: {
          summary: `${acts[action].do} an alarm`,
          description: "Answered once it is on disk.",
          tags,
          params: z.object({ id: z.string().min(1).max(100) }),
          body: bodies[action],
          response: answers(alarmView),
        },
      },
      async (request) => {
        const { id } = request.params;
        const { by, comment, for: time, owner, measure, due }: AlarmRequest = request.body;
        const room = source.alarmRoom(id);
        if (room === undefined) throw new SentryError("not-found", `there is no open alarm ${id}`);
        const act = acts[action];
        const author = alarmAuthor(request.caller, { by, action: act.right, room, site: source.site() });
        // It says so itself: for the record of how somebody answered, not for any right.
        const via = author.via === "api" && isCommandLine(request.headers["user-agent"]) ? "cli" : author.via;
        if (comment === "" && act.commentNeeded) {
          throw new SentryError("comment-required", "comment: expected what was found and done, found nothing");
        }
        const forMs = time === undefined ? undefined : parseDuration(time);
        const answer = await source.command({
          do: act.do,
          alarm: id,
          comment,
          ...(forMs === undefined ? {} : { forMs }),
          ...(due === undefined ? {} : { remedy: { owner, measure, dueMs: endOf(due, source.site()) } }),
          ...author,
          via,
        });
        if (!answer.ok) throw new SentryError(answer.code, answer.reason);
        log.info("console.alarm.changed", { do: act.do, alarm: id, ...author });
        return answer.alarm;
      },
    );
  }
}
