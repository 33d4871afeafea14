import { SentryError } from "../../../core/index.ts";
import type { ChannelName } from "../../../site/index.ts";
import type { GatewayConfig } from "./http-gateway.ts";

const placeholder = /\{([a-z_][a-z0-9_]*)\}/g;

/** Puts values in place of `{name}`; each is escaped for where it goes. What is filled in is not looked at again. */
export function fill(template: string, values: Record<string, string>, escaped: (value: string) => string): string {
  return template.replace(placeholder, (whole, name: string) => {
    const value = values[name];
    return value === undefined ? whole : escaped(value);
  });
}

export function placeholdersOf(template: string): Set<string> {
  return new Set([...template.matchAll(placeholder)].map((match) => match[1]!));
}

/** A misspelt placeholder is found when the channel is opened, not when the alarm goes out with it. */
export function requireKnown(config: GatewayConfig, known: ReadonlySet<string>, channel: ChannelName): void {
  const used = placeholdersOf(
    JSON.stringify([config.url, config.headers, config.body ?? null, config.signature?.of ?? ""]).replaceAll(
      '{"',
      '{ "',
    ),
  );
  const unknown = [...used].filter((name) => !known.has(name));
  if (used.has("sign") && config.signature === undefined) unknown.push("sign, which needs signature,");
  if (config.signature?.key !== undefined && !(config.signature.key in config.secret_files)) {
    unknown.push(`signature.key ${config.signature.key}`);
  }
  if (unknown.length > 0) {
    throw new SentryError(
      "config-invalid",
      `channels.${channel}: placeholders that are filled in (${[...known].join(", ")}), found ${unknown.join(", ")}`,
    );
  }
}
