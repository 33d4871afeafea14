import { OAuth2Server } from "oauth2-mock-server";
import { describe, expect, it, onTestFinished } from "vitest";
import { sessionView } from "../../contract/index.ts";
import { aHouse, startSentry } from "../sentry.ts";
import { aHospital, aVisitor, noChromium, useBrowser } from "./harness.ts";

useBrowser();

/** A directory that lets everybody in who asks, as the person that was set. */
async function aDirectory() {
  const server = new OAuth2Server();
  await server.issuer.keys.generate("RS256");
  await server.start(0, "127.0.0.1");
  onTestFinished(() => server.stop());
  const claims: { preferred_username: string; name: string; groups: string[] } = {
    preferred_username: "",
    name: "",
    groups: [],
  };
  server.service.on("beforeTokenSigning", (token: { payload: Record<string, unknown> }) => {
    Object.assign(token.payload, claims);
  });
  server.issuer.url = `http://127.0.0.1:${server.address().port}`;
  const file = aHospital();
  file.console = {
    port: 0,
    sign_in: {
      openid: {
        issuer: server.issuer.url,
        client_id: "archive-sentry",
        client_secret_file: "directory.secret",
        name: "Hospital directory",
        roles: { "archive-auditors": "auditor", guards: "on-call" },
      },
    },
  };
  const house = aHouse(file);
  house.secret("directory.secret", "secret-of-the-directory");
  const running = await startSentry(house);
  return { running, is: (person: Partial<typeof claims>) => void Object.assign(claims, person) };
}

describe.skipIf(noChromium)("through the hospital's directory", () => {
  it("a group gives a role, an unknown group none, and the site file's person keeps the rights it gives", async () => {
    const { running, is } = await aDirectory();
    const arrive = async () => {
      const { page } = await aVisitor(running);
      await page.goto("/sign-in");
      await page.getByRole("link", { name: "Sign in with Hospital directory" }).click();
      return page;
    };
    const rightsOf = async (page: Awaited<ReturnType<typeof arrive>>) => {
      const answer: unknown = await page.evaluate(`fetch("/api/v1/session").then((response) => response.json())`);
      const { account, rights } = sessionView.parse(answer);
      return [account?.id ?? null, Object.keys(rights).sort()];
    };

    is({ preferred_username: "55001", name: "Maria \u202eLopez", groups: ["staff", "archive-auditors"] });
    const auditor = await arrive();
    await auditor.locator("details.who").getByText("Maria Lopez").waitFor();
    expect(await rightsOf(auditor)).toEqual(["55001", ["read", "read-access", "read-trail"]]);
    // Nothing of the exchange stays in the address.
    expect(auditor.url()).toBe(`${running.httpUrl}/`);

    is({ preferred_username: "55002", name: "Nobody", groups: ["staff"] });
    const refused = await arrive();
    await refused.getByRole("alert").filter({ hasText: "nobody here has given you a role" }).waitFor();
    expect(await rightsOf(refused)).toEqual([null, []]);

    // Of the site file: the groups change nothing.
    is({ preferred_username: "10231", name: "Wang", groups: ["archive-auditors"] });
    const archivist = await arrive();
    await archivist.locator("details.who").getByText("王芳").waitFor();
    expect((await rightsOf(archivist))[1]).not.toContain("read-trail");
    expect((await rightsOf(archivist))[1]).toContain("keep-records");

    // A stolen answer of the directory is worth nothing in another browser.
    const thief = await aVisitor(running);
    await thief.page.goto("/api/v1/session/openid/callback?code=stolen&state=guessed");
    await thief.page.getByRole("alert").waitFor();
    expect(await rightsOf(thief.page)).toEqual([null, []]);
  });
});
