import { z } from "zod";
import { duration, size } from "../units.ts";
import { count, deviceName, file } from "./values.ts";

/** What is looked at to see how the archive's own systems are; each kind of check is a file of `collector/`. */

const shortestIntervalMs = 500;

const address = z
  .string()
  .regex(/^(\[[0-9a-fA-F:.]+\]|[^\s:/@[\]]+):\d{1,5}$/, { error: "host:port, such as archive.example.org:443" })
  .transform((text) => {
    const at = text.lastIndexOf(":");
    return { host: text.slice(0, at).replace(/^\[|\]$/g, ""), port: Number(text.slice(at + 1)) };
  })
  .refine(({ port }) => port >= 1 && port <= 65_535, { error: "a port of 1 to 65535" })
  .meta({ title: "host:port" });

const url = z
  .string()
  .regex(/^https?:\/\/[^/]/, { error: "http:// or https://" })
  .refine(URL.canParse, { error: "http:// or https:// and a host" })
  // The message has its own `found`, because the address itself must not be repeated on a screen or in a log.
  .refine((text) => !URL.canParse(text) || !hasCredentials(new URL(text)), {
    error: "an address without a user name or password, found one with",
  })
  .meta({ title: "address" });

function hasCredentials({ username, password }: URL): boolean {
  return username !== "" || password !== "";
}

const authority = file.optional().meta({
  description: "Authorities of the server's certificate, in place of those known to this program; always verified",
});

const tcp = z.strictObject({
  kind: z.literal("tcp").meta({ description: "A connection is taken: `response_ms`" }),
  address: address.meta({ description: "What is connected to" }),
});
const http = z.strictObject({
  kind: z.literal("http").meta({
    description: "A page answers as expected: `response_ms`, with https also `certificate_days`",
  }),
  url: url.meta({ description: "What is asked for with GET" }),
  status: z
    .int()
    .min(100)
    .max(599)
    .optional()
    .meta({ description: "The status to expect; any of 200–299 unless given" }),
  expect: z.string().min(1).optional().meta({ description: "Text that must be in the answer, as UTF-8" }),
  ca_file: authority,
  body: size.prefault("256KiB").meta({ description: "How far into the answer the text is looked for" }),
  redirects: z.int().min(0).max(20).default(3).meta({ description: "How many redirections are followed" }),
});
const tls = z.strictObject({
  kind: z.literal("tls").meta({ description: "A certificate that is trusted: `certificate_days`, `response_ms`" }),
  address: address.meta({ description: "What is connected to, with TLS from the first byte" }),
  server_name: z.string().min(1).optional().meta({ description: "The name in the certificate; the host unless given" }),
  ca_file: authority,
});
const newestFile = z.strictObject({
  kind: z.literal("newest-file").meta({ description: "Age of the newest backup: `backup_age_h`" }),
  path: z.string().min(1).meta({
    title: "folder or pattern",
    description: "Such as `/backup/archive` or `/backup/**/*.dump`; relative to the site file",
  }),
  smallest: size
    .prefault("1B")
    .meta({ description: "A smaller file is no backup: a failed one often leaves an empty file" }),
  files: count.default(10_000).meta({ description: "How many files are looked at; more are a failure" }),
});
const disk = z.strictObject({
  kind: z.literal("disk").meta({ description: "Room on a disk: `disk_free_pct`, recorded and not judged" }),
  path: file.meta({ title: "file", description: "A folder on that disk; relative to the site file" }),
});

export const probe = z.strictObject({
  kind: z.literal("probe").meta({ description: "One of the archive's own systems, looked at from here" }),
  name: deviceName.meta({
    title: "name",
    description: "The device as which it reports; in no room, and under no other id",
  }),
  every: duration
    .refine((ms) => ms >= shortestIntervalMs, { error: `at least ${shortestIntervalMs}ms` })
    .prefault("60s")
    .meta({ description: "How often it is looked at" }),
  timeout: duration.prefault("5s").meta({ description: "Time within which a look must be over; later it has failed" }),
  failures: count.default(2).meta({ description: "Looks that must fail in a row before `archive-system-unreachable`" }),
  check: z.discriminatedUnion("kind", [tcp, http, tls, newestFile, disk], {
    error: "tcp, http, tls, newest-file or disk",
  }),
});
