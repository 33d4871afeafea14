import { z } from "zod";
import {
  deviceIssued,
  newDeviceBody,
  rotateBody,
  type SettingsEdit,
  settingsAnswer,
  settingsBody,
  settingsResponse,
  settingsResult,
} from "../../contract/index.ts";
import { SentryError } from "../../core/index.ts";
import type { Action } from "../../site/index.ts";
import type { Caller } from "../callers.ts";
import { authorWith, configurationAuthor } from "../rights.ts";
import { answers, type RouteContext, type Server } from "../server.ts";
import { editableAt, editableSections } from "../settings-rights.ts";

/** What people edit of the site file: telephone numbers, rota, limits, calibrations, hours; limits by two persons. */
export function settingsRoutes(server: Server, { source, proposals, log }: RouteContext): void {
  const tags = ["settings"];
  const settings = () => {
    if (source.settings) return source.settings;
    throw new SentryError("not-found", "there is no site file to edit: the program was started without --config");
  };
  const author = (caller: Caller, by: string | undefined, rights: readonly Action[]) =>
    authorWith(caller, by, source.site(), rights);
  const looks: readonly Action[] = ["configure", "consent", "manage-rights"];

  server.get(
    "/api/v1/settings",
    {
      schema: {
        summary: "What can be edited from here, as it stands in the site file, and changes that wait",
        tags,
        querystring: z.strictObject({ by: rotateBody.shape.by }),
        response: answers(settingsResponse),
      },
    },
    (request) => {
      author(request.caller, request.query.by, looks);
      const waiting = proposals.waiting();
      if (!source.settings) return { editable: false, settings: {}, waiting };
      const sections = editableSections.map((name) => [name, source.settings!.read([name]) ?? null] as const);
      return { editable: true, settings: Object.fromEntries(sections), waiting };
    },
  );

  server.post(
    "/api/v1/settings",
    {
      schema: {
        summary: "Change settings in the site file and put them in force, or have them wait for a second person",
        tags,
        body: settingsBody,
        response: answers(settingsResult),
      },
    },
    async (request) => {
      const { edits, comment, by } = request.body;
      const rules = edits.map(({ path }) => editableAt(path));
      const who = rules.map(({ propose }) => author(request.caller, by, propose))[0]!;
      // Whatever would make the file wrong is said now, not when somebody consents.
      settings().check(edits);
      const consent = rules.find((rule) => rule.consent !== null)?.consent ?? null;
      if (new Set(rules.map((rule) => rule.consent).filter(Boolean)).size > 1) {
        throw new SentryError(
          "request-invalid",
          "edits: expected changes that one person can consent to; send them one by one",
        );
      }
      if (consent !== null) {
        const before = edits.map((edit) => ({ ...edit, before: settings().read(edit.path) ?? null }));
        const waiting = proposals.add({ edits: before, comment, by: who.by, consent });
        source.note({ do: "settings-proposed", ...who, details: placesOf(edits) });
        return { applied: false, warnings: [], waiting };
      }
      const { warnings } = await settings().apply(edits, who);
      source.note({ do: "settings-changed", ...who, details: placesOf(edits) });
      log.info("console.settings.changed", { ...who, places: placesOf(edits) });
      return { applied: true, warnings, waiting: null };
    },
  );

  const params = z.object({ id: z.string().max(40) });
  server.post(
    "/api/v1/settings/changes/:id/consent",
    {
      schema: {
        summary: "Consent to a change: by another person than proposed it",
        tags,
        params,
        body: settingsAnswer,
        response: answers(settingsResult),
      },
    },
    async (request) => {
      const change = find(request.params.id);
      const who = author(request.caller, request.body.by, [rightOf(change.consent)]);
      if (who.by === change.by) throw new SentryError("two-persons-required", "another person must consent");
      const { warnings } = await settings().apply(change.edits, who);
      proposals.take(change.id);
      source.note({ do: "settings-consented", ...who, about: change.by, details: placesOf(change.edits) });
      log.info("console.settings.consented", { ...who, proposedBy: change.by, places: placesOf(change.edits) });
      return { applied: true, warnings, waiting: null };
    },
  );
  server.post(
    "/api/v1/settings/changes/:id/refuse",
    {
      schema: {
        summary: "Refuse a change, or take one's own back",
        tags,
        params,
        body: settingsAnswer,
        response: answers(settingsResult),
      },
    },
    (request) => {
      const change = find(request.params.id);
      const who = author(request.caller, request.body.by, ["configure", rightOf(change.consent)]);
      proposals.take(change.id);
      source.note({ do: "settings-refused", ...who, about: change.by, details: placesOf(change.edits) });
      return { applied: false, warnings: [], waiting: null };
    },
  );

  server.post(
    "/api/v1/devices",
    {
      schema: {
        summary: "Enter a device into the site file; its password is in the answer, this once",
        tags: ["devices"],
        body: newDeviceBody,
        response: answers(deviceIssued),
      },
    },
    async (request) => {
      const { by, ...device } = request.body;
      const who = configurationAuthor(request.caller, by, source.site());
      const issued = await settings().addDevice(device, who);
      source.note({ do: "device-added", ...who, details: device.id });
      log.info("console.device.added", { ...who, device: device.id });
      return issued;
    },
  );
  server.post(
    "/api/v1/devices/:id/password",
    {
      schema: {
        summary: "Give a device a new password; the old one ends",
        tags: ["devices"],
        params: z.object({ id: z.string().max(63) }),
        body: rotateBody,
        response: answers(deviceIssued),
      },
    },
    async (request) => {
      const who = configurationAuthor(request.caller, request.body.by, source.site());
      const issued = await settings().rotatePassword(request.params.id, who);
      source.note({ do: "device-password", ...who, details: request.params.id });
      log.info("console.device.password", { ...who, device: request.params.id });
      return issued;
    },
  );

  function find(id: string) {
    const change = proposals.waiting().find((one) => one.id === id);
    if (!change) throw new SentryError("not-found", "no such change waits");
    return change;
  }
}

const placesOf = (edits: readonly SettingsEdit[]) => edits.map(({ path }) => path.join(".")).join(", ");
const rightOf = (consent: string): Action => (consent === "manage-rights" ? "manage-rights" : "consent");
