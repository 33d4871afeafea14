import { z } from "zod";
import { duration } from "../units.ts";
import { roles } from "./people.ts";
import { count, httpUrl, port, secretFile } from "./values.ts";

const openIdConnect = z
  .strictObject({
    issuer: httpUrl.meta({ description: "The directory's address, as its discovery document names it" }),
    client_id: z.string().min(1).meta({ description: "As the directory knows this program" }),
    client_secret_file: secretFile,
    name: z.string().min(1).default("OpenID Connect").meta({ description: "On the button" }),
    scope: z.string().default("openid profile").meta({ description: "What is asked of the directory" }),
    person_claim: z.string().default("preferred_username").meta({ description: "Claim that holds the staff number" }),
    name_claim: z
      .string()
      .default("name")
      .meta({ description: "Claim that holds the name, of whom `people` does not name" }),
    group_claim: z.string().default("groups").meta({ description: "Claim that lists the groups" }),
    roles: z
      .record(z.string(), z.enum(roles))
      .default({})
      .meta({ description: "Group → role, of persons whom `people` does not name; the first that fits, else refused" }),
  })
  .meta({ description: "Signing in through the hospital's directory" });

const signIn = z.strictObject({
  idle: duration.prefault("15m").meta({ description: "A session that is not used for so long ends" }),
  absolute: duration.prefault("12h").meta({ description: "The longest life of a session" }),
  password_length: z.int().min(10).max(200).default(10).meta({ description: "Shortest password" }),
  password_kinds: z
    .int()
    .min(1)
    .max(4)
    .default(3)
    .meta({ description: "How many of: lower case, upper case, digits, other characters" }),
  failures: count.default(5).meta({ description: "So many failures in a row lock an account, from that address only" }),
  lock_for: duration.prefault("10m").meta({ description: "How long it stays locked" }),
  link_valid: duration.prefault("24h").meta({ description: "Life of a one-time link that sets an account up" }),
  inside_networks: z
    .array(z.string().refine(isNetwork, { error: "a network such as 10.0.0.0/8" }))
    .default(["127.0.0.0/8", "::1/128", "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "fc00::/7"])
    .meta({ description: "The hospital's own; from elsewhere everybody needs a second factor" }),
  second_factor: z
    .enum(["administrators-and-outside", "everybody"])
    .default("administrators-and-outside")
    .meta({ description: "Who needs one" }),
  trusted_proxies: z
    .array(z.string().refine(isNetwork, { error: "a network such as 10.0.0.1/32" }))
    .default([])
    .meta({ description: "Whose `X-Forwarded-For` is believed" }),
  openid: openIdConnect.optional(),
});

/** Section `console`. */
export const consoleSection = z
  .strictObject({
    host: z
      .string()
      .default("127.0.0.1")
      .meta({ description: "Address to listen on; put a TLS proxy in front before you leave loopback" }),
    port: port.default(8080).meta({ description: "0 takes any free one" }),
    public_url: httpUrl.optional().meta({ description: "Address of links in messages; no links without it" }),
    open_reading: z
      .boolean()
      .default(true)
      .meta({ description: "On loopback, reading rooms and alarms needs no log-in" }),
    sign_in: signIn.prefault({}),
  })
  .prefault({});

function isNetwork(text: string): boolean {
  const [address = "", prefix = "", ...rest] = text.split("/");
  const is4 = z.ipv4().safeParse(address).success;
  if (rest.length > 0 || !/^\d{1,3}$/.test(prefix) || !(is4 || z.ipv6().safeParse(address).success)) return false;
  return Number(prefix) <= (is4 ? 32 : 128);
}
