import { z } from "zod";
import {
  type AlarmAction,
  alarmActions,
  alarmChange,
  alarmsQuery,
  alarmsResponse,
  alarmView,
  journalQuery,
  journalResponse,
} from "../../contract/index.ts";
import { SentryError } from "../../core/index.ts";
import type { AlarmCommand } from "../ports.ts";
import { alarmAuthor, requireRoom, shownAlarm } from "../rights.ts";
import { answers, instantMs, type RouteContext, requestView, type Server } from "../server.ts";

const commandOf = { ack: "acknowledge", comment: "comment", reset: "reset" } as const satisfies Record<
  AlarmAction,
  AlarmCommand["do"]
>;

export function alarmRoutes(server: Server, context: RouteContext): void {
  const { source, log } = context;

  server.get(
    "/api/v1/alarms",
    {
      config: { entrance: "open-reading" },
      schema: {
        summary: "Alarms",
        description: "Without log-in: no access conditions and no names of people.",
        tags: ["alarms"],
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
    "/api/v1/alarms/journal",
    {
      schema: {
        summary: "Every step in the life of every alarm, oldest first",
        tags: ["alarms"],
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

  for (const action of alarmActions) {
    server.post(
      `/api/v1/alarms/:id/${action}`,
      {
        schema: {
          summary: `${commandOf[action]} an alarm`,
          description: "Answered once it is on disk.",
          tags: ["alarms"],
          params: z.object({ id: z.string().min(1).max(100) }),
          body: alarmChange.strict(),
          response: answers(alarmView),
        },
      },
      async (request) => {
        const { id } = request.params;
        const { by, comment } = request.body;
        const room = source.alarmRoom(id);
        if (room === undefined) throw new SentryError("not-found", `there is no open alarm ${id}`);
        const command = commandOf[action];
        const author = alarmAuthor(request.caller, { by, action: command, room, site: source.site() });
        if (comment === "" && action !== "reset") {
          throw new SentryError("comment-required", "comment: expected what was found and done, found nothing");
        }
        const answer = await source.command({ do: command, alarm: id, comment, ...author });
        if (!answer.ok) throw new SentryError(answer.code, answer.reason);
        log.info("console.alarm.changed", { do: command, alarm: id, ...author });
        return answer.alarm;
      },
    );
  }
}
