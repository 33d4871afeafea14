import { z } from "zod";

/** What shapes of `/api/v1` have in common. */

export const instantText = z.iso.datetime().meta({ description: "RFC 3339, UTC" });
const instantError = "an RFC 3339 time with Z or an offset (+ written as %2B), or epoch milliseconds";
export const instantQuery = z
  .union([z.iso.datetime({ offset: true, error: instantError }), z.coerce.number().int()], { error: instantError })
  .meta({ description: "RFC 3339 with offset, or epoch milliseconds" });
