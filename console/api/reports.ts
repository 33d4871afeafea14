import { z } from "zod";
import { type Report, report, reportMail, reportMailed, reportsQuery, reportsResponse } from "../../contract/index.ts";
import { SentryError } from "../../core/index.ts";
import { configurationAuthor, seesPeople } from "../rights.ts";
import { answers, type RouteContext, requestView, type Server } from "../server.ts";

const named = z
  .object({ name: z.string().max(40).meta({ description: "Such as weekly-2026-W47, or weekly-last" }) })
  .strict();

/** Reports of days, weeks and months, for whoever may read the whole site. */
export function reportRoutes(server: Server, context: RouteContext): void {
  const { source, log } = context;
  const reports = () => {
    if (source.reports) return source.reports;
    throw new SentryError("not-found", "there are no reports here");
  };
  const requireSite = (request: Parameters<typeof requestView>[0]) => {
    if (!requestView(request, context).sees(null)) {
      throw new SentryError("not-authorised", "a report is about the whole site: no right to read that");
    }
  };

  server.get(
    "/api/v1/reports",
    {
      schema: {
        summary: "Reports that have been made, newest first",
        tags: ["reports"],
        querystring: reportsQuery.strict(),
        response: answers(reportsResponse),
      },
    },
    (request) => {
      requireSite(request);
      return { reports: reports().list(request.query) };
    },
  );

  server.get(
    "/api/v1/reports/:name",
    {
      schema: {
        summary: "One report: as it was made, or worked out now where there is none yet",
        tags: ["reports"],
        params: named,
        response: answers(report),
      },
    },
    async (request) => {
      requireSite(request);
      const found = await reports().get(request.params.name);
      return seesPeople(request.caller, null) ? found : withoutPeople(found);
    },
  );

  server.post(
    "/api/v1/reports/:name/mail",
    {
      schema: {
        summary: "Mail a report to its readers once more",
        tags: ["reports"],
        params: named,
        body: reportMail.strict(),
        response: answers(reportMailed),
      },
    },
    async (request) => {
      const author = configurationAuthor(request.caller, request.body.by, source.site());
      const mailed = await reports().mail(request.params.name);
      log.info("console.report.mailed", { ...author, ...mailed });
      return mailed;
    },
  );
}

function withoutPeople(found: Report): Report {
  return {
    ...found,
    alarms: found.alarms.map((alarm) => ({ ...alarm, acknowledgedBy: null })),
    remedial: found.remedial.map((item) => ({ ...item, owner: "–", by: "–" })),
    drills: found.drills.map((drill) => ({
      ...drill,
      by: null,
      comment: null,
      answer: drill.answer && { ...drill.answer, by: null, comment: null },
      told: drill.told.map((each) => ({ ...each, person: null, reply: null })),
    })),
  };
}
