import type { z } from "zod";
import type {
  AccessEventView,
  badgeAssignment,
  breakGlass,
  doorMaintenance,
  GrantRequestBody,
  GrantView,
  grantDecision,
  InsideRoom,
} from "../contract/index.ts";

/** Who reads, and what of it the rights let them see. */
export interface AccessReader {
  /** `null`: the operator token, at a site without people. */
  by: string | null;
  via: "api" | "operator-token";
  sees(room: string | null): boolean;
  /** Whether names may be seen. */
  personal: boolean;
}

type By<T> = Omit<T, "by"> & { by: string };

/** What the console needs of doors, badges and grants. */
export interface AccessSource {
  events(query: {
    reader: AccessReader;
    room?: string | undefined;
    person?: string | undefined;
    fromMs?: number | undefined;
    toMs?: number | undefined;
    limit: number;
    cursor?: string | undefined;
  }): { events: AccessEventView[]; next: string | null };
  inside(query: { reader: AccessReader; room?: string | undefined }): InsideRoom[];
  grants(query: {
    reader: AccessReader;
    state: string;
    room?: string | undefined;
    person?: string | undefined;
  }): GrantView[];
  request(asked: By<GrantRequestBody>): GrantView;
  decide(decision: By<z.infer<typeof grantDecision>> & { grant: string }): GrantView;
  revoke(end: { grant: string; comment: string; by: string }): GrantView;
  explain(said: { grant: string; comment: string; by: string }): GrantView;
  breakGlass(entry: By<z.infer<typeof breakGlass>>): GrantView;
  /** How many badges were given or taken. */
  assignBadge(badge: By<z.infer<typeof badgeAssignment>>): number;
  maintain(work: By<z.infer<typeof doorMaintenance>>): void;
}
