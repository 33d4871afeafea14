import swagger from "@fastify/swagger";
import { jsonSchemaTransform, jsonSchemaTransformObject } from "fastify-type-provider-zod";
import { rightsOfRoute } from "./route-rights.ts";
import type { Server } from "./server.ts";

/** The OpenAPI document, made from the same schemas that judge requests and answers. */
export async function describeInterface(server: Server, version: string): Promise<void> {
  await server.register(swagger, {
    openapi: {
      openapi: "3.1.0",
      info: {
        title: "archive-sentry",
        version,
        description:
          "Monitor for archive rooms. Times are UTC. Lists come in pages: ask again with `cursor` set to `next` " +
          "until it is null. Not a certified fire alarm system.",
        license: { name: "Apache-2.0", identifier: "Apache-2.0" },
      },
      components: { securitySchemes: { token: { type: "http", scheme: "bearer" } } },
      security: [{ token: [] }],
    },
    transform(document) {
      const { schema, url } = jsonSchemaTransform(document);
      const method = Array.isArray(document.route.method) ? document.route.method[0] : document.route.method;
      const rights = rightsOfRoute(method ?? "GET", document.route.url);
      if (rights !== "open-reading" && rights !== "everybody") return { schema, url };
      // An empty requirement means that it can also be had without a token: on loopback, where reading is open.
      return { schema: { ...schema, security: [{}, { token: [] }] }, url };
    },
    transformObject: jsonSchemaTransformObject,
  });
}
