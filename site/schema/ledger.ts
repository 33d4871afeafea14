import { z } from "zod";
import { duration } from "../units.ts";
import { file, port, secretFile } from "./values.ts";

const halfYearMs = 180 * 86_400_000;
const kept = duration.refine((ms) => ms >= halfYearMs, { error: "180d or more" });

/** The record that cannot be changed unnoticed. */
export const ledger = z.strictObject({
  checkpoint_every: duration
    .prefault("5m")
    .meta({ description: "How often a checkpoint is signed and published, when anything was added" }),
  self_check_every: duration
    .prefault("24h")
    .meta({ description: "How often the whole ledger is verified while the program runs; at each start too" }),
  retention: z
    .strictObject({
      log_ins: kept.prefault("180d").meta({ description: "How long log-ins are kept; at least 180d" }),
      security: kept.prefault("180d").meta({ description: "How long security events are kept; at least 180d" }),
      access: kept
        .prefault("3653d")
        .meta({ description: "How long doors, badges, grants, records, reviews and their reading are kept" }),
      alarms: kept
        .prefault("3653d")
        .meta({ description: "How long alarms, operators' commands and changes of configuration are kept" }),
    })
    .prefault({}),
  syslog: z
    .strictObject({
      host: z.string().min(1).meta({ description: "The hospital's log audit" }),
      port: port.default(6_514).meta({ description: "For syslog over TLS (RFC 5425)" }),
      ca_file: file.optional().meta({ description: "Authority of its certificate; the system's unless given" }),
      certificate_file: file.optional().meta({ description: "Of this program, where the server asks for one" }),
      key_file: secretFile.optional(),
    })
    .optional()
    .meta({
      description: "Where security events and log-ins are sent to as well, over TLS; they wait while it is away",
    }),
  sm2_key_file: secretFile.optional().meta({
    description: "PKCS #8 key on the curve SM2 for a further signature line (SM2 with SM3) under each checkpoint",
  }),
});
