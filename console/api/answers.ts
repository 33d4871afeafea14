import { isUtf8 } from "node:buffer";
import type { FastifyReply, FastifyRequest } from "fastify";
import { z } from "zod";
import { messageOf, SentryError } from "../../core/index.ts";
import { answerPage, answerPagePolicy } from "../answer-page.ts";
import type { AnswerPage } from "../ports.ts";
import type { RouteContext, Server } from "../server.ts";

const params = z.object({ token: z.string().min(1).max(600) });

/** What each state of a link is in HTTP; everything else is a conflict with how the alarm stands. */
const statuses: Record<string, number> = {
  open: 200,
  acknowledged: 200,
  used: 410,
  expired: 410,
  invalid: 404,
  failed: 503,
};

/**
 * Answers of people who are elsewhere: no log-in, for the link or the gateway's secret says who may do what. Within a
 * scope of its own, because nothing else here reads a web form.
 */
export function answerRoutes(outside: Server, { source, log }: RouteContext): void {
  const { answers } = source;
  if (answers === undefined) return;

  const show = (reply: FastifyReply, page: AnswerPage) =>
    reply
      .code(page.isBusy ? 429 : (statuses[page.state] ?? 409))
      .type("text/html; charset=utf-8")
      .header("content-security-policy", answerPagePolicy)
      .header("x-robots-tag", "noindex, nofollow")
      .send(answerPage(page, source.site()));

  outside.register(async (scope) => {
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser("*", { parseAs: "buffer" }, (_request, body, done) => done(null, body));

    // Mail scanners and previews open links, several times and with all kinds of headers: looking changes nothing.
    scope.get("/answer/:token", { schema: { hide: true } }, (request, reply) =>
      show(reply, answers.look(tokenOf(request))),
    );

    scope.post("/answer/:token", { schema: { hide: true } }, async (request, reply) => {
      const token = tokenOf(request);
      const comment = new URLSearchParams(textOf(request.body)).get("comment") ?? "";
      try {
        const page = await answers.take(token, comment);
        log.info("console.link.answered", { alarm: page.alarmId, by: page.person?.id ?? null, state: page.state });
        return show(reply, page);
      } catch (error) {
        // Somebody holds a telephone: they must know that it was not taken.
        log.error("console.link.failed", { error: messageOf(error) });
        return show(reply.header("retry-after", "5"), { ...answers.look(token), state: "failed" });
      }
    });

    for (const path of ["sms", "voice"] as const) {
      scope.post(
        `/api/v1/answers/${path}`,
        {
          schema: {
            summary: path === "sms" ? "An SMS that a gateway passes on" : "Keys pressed in a call of a gateway",
            description: "With the secret or signature of the site file; a form or JSON, its fields named there too.",
            tags: ["answers"],
            security: [],
          },
        },
        async (request, reply) => {
          const headers = Object.fromEntries(
            Object.entries(request.headers).map(([name, value]) => [name, Array.isArray(value) ? value[0] : value]),
          );
          const answer = await answers.callback(path, {
            headers,
            contentType: request.headers["content-type"] ?? "",
            body: Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0),
            path: request.url,
            remoteAddress: request.socket.remoteAddress,
          });
          return reply.type(answer.contentType).serializer(String).send(answer.body);
        },
      );
    }
  });
}

function tokenOf(request: FastifyRequest): string {
  const read = params.safeParse(request.params);
  if (read.success) return read.data.token;
  throw new SentryError("not-found", "there is no such page");
}

const textOf = (body: unknown): string => (Buffer.isBuffer(body) && isUtf8(body) ? body.toString() : "");
