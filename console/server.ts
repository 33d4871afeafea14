import type {
  FastifyBaseLogger,
  FastifyInstance,
  RawReplyDefaultExpression,
  RawRequestDefaultExpression,
  RawServerDefault,
} from "fastify";
import type { ZodTypeProvider } from "fastify-type-provider-zod";
import type { z } from "zod";
import { problem } from "../contract/index.ts";
import type { Clock, Logger } from "../core/index.ts";
import type { Caller, Callers } from "./callers.ts";
import type { Handovers } from "./handovers.ts";
import type { ConsoleSource } from "./ports.ts";
import { problemType } from "./problems.ts";
import type { Proposals } from "./proposals.ts";
import { type View, viewOf } from "./rights.ts";
import type { SignIn } from "./sign-in/sign-in.ts";
import type { StreamHub } from "./stream.ts";

/** What every file of routes works with. */
export type Server = FastifyInstance<
  RawServerDefault,
  RawRequestDefaultExpression,
  RawReplyDefaultExpression,
  FastifyBaseLogger,
  ZodTypeProvider
>;

export interface RouteContext {
  source: ConsoleSource;
  callers: Callers;
  signIn: SignIn;
  handovers: Handovers;
  proposals: Proposals;
  hub: StreamHub;
  clock: Clock;
  log: Logger;
}

declare module "fastify" {
  interface FastifyRequest {
    /** Set before anything of the request's body is read. */
    caller: Caller;
  }
}

export function requestView(request: { caller: Caller }, context: RouteContext): View {
  return viewOf(request.caller, context.source.site());
}

/** The answers of a route in the OpenAPI document: the good one, and the problem document of every other. */
export function answers<T extends z.ZodType>(ok: T) {
  return {
    200: ok,
    default: { description: "A problem document (RFC 9457)", content: { [problemType]: { schema: problem } } },
  };
}

export function instantMs(given: string | number | undefined): number | undefined {
  return typeof given === "string" ? Date.parse(given) : given;
}
