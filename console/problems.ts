import type { FastifyReply, FastifyRequest, FastifySchemaCompiler } from "fastify";
import type { z } from "zod";
import { type ErrorCode, errorCodes, type Logger, messageOf, SentryError, systemCodeOf } from "../core/index.ts";
import { faultOf } from "../site/index.ts";

/** RFC 9457 problem documents: every refusal has a stable `code` and says what was expected and found. */

export const problemType = "application/problem+json";

export function problemOf(error: SentryError): {
  type: string;
  title: string;
  status: number;
  detail: string;
  code: ErrorCode;
} {
  const { http, meaning } = errorCodes[error.code];
  // What went wrong inside is for the log: it may name files, addresses or people.
  const detail = error.code === "internal" ? meaning : error.message;
  return { type: `urn:archive-sentry:problem:${error.code}`, title: meaning, status: http, detail, code: error.code };
}

export function sendProblem(reply: FastifyReply, error: SentryError): FastifyReply {
  const problem = problemOf(error);
  if (problem.status === 401) reply.header("www-authenticate", 'Bearer realm="archive-sentry"');
  if (problem.status === 503) reply.header("retry-after", "5");
  return reply.code(problem.status).type(problemType).serializer(JSON.stringify).send(problem);
}

export function createErrorHandler(log: Logger) {
  return (error: unknown, request: FastifyRequest, reply: FastifyReply): FastifyReply => {
    const known = sentryErrorOf(error);
    if (known.code === "internal") {
      log.error("console.request.failed", {
        method: request.method,
        route: request.routeOptions.url,
        error: messageOf(error),
        stack: error instanceof Error ? error.stack : undefined,
      });
    }
    return sendProblem(reply, known);
  };
}

/** What Fastify itself refuses, said in our codes; anything unforeseen is `internal`. */
function sentryErrorOf(error: unknown): SentryError {
  if (error instanceof SentryError) return error;
  if (error instanceof Error && "statusCode" in error && typeof error.statusCode === "number") {
    const { statusCode, message } = error;
    const code = systemCodeOf(error);
    if (statusCode === 413) return new SentryError("request-too-large", "the body is longer than limits.request_body");
    if (statusCode === 415) return new SentryError("request-invalid", "expected the content type application/json");
    if (statusCode === 429) return new SentryError("too-many-requests", message);
    if (statusCode === 503) return new SentryError("intake-closed", "the server is stopping");
    if (code === "FST_ERR_CTP_EMPTY_JSON_BODY")
      return new SentryError("request-invalid", "(body): expected JSON, found nothing");
    if (error instanceof SyntaxError) return new SentryError("request-invalid", `(body): expected JSON: ${message}`);
    if (statusCode >= 400 && statusCode < 500) return new SentryError("request-invalid", message);
  }
  return new SentryError("internal", messageOf(error), { cause: error });
}

/** Judges parameters, query and body by their zod schema; a fault names the field, what was expected and found. */
export const validatorCompiler: FastifySchemaCompiler<z.ZodType> = ({ schema, httpPart }) => {
  return (data: unknown) => {
    const result = schema.safeParse(data);
    if (result.success) return { value: result.data };
    const faults = result.error.issues.map((issue) => faultOf(issue, data));
    const place = (path: string) => (path === "(file)" ? `(${httpPart ?? "request"})` : path);
    const detail = faults.map((fault) => `${place(fault.path)}: expected ${fault.message}`).join("; ");
    return { error: new SentryError("request-invalid", detail) };
  };
};
