import { useLocation } from "preact-iso";
import { ask } from "../api.ts";
import { useAsked } from "../parts/asked.ts";
import { Card, Head, Shown, Tabs } from "../parts/pieces.tsx";
import { may } from "../session.ts";
import { sectionWords, systemWords } from "../words/system.ts";
import { Accounts } from "./system/accounts.tsx";
import { Parts } from "./system/parts.tsx";
import { Trail } from "./system/trail.tsx";

const views = ["parts", "configuration", "trail", "accounts"] as const;
type View = (typeof views)[number];

const allowed = (view: View): boolean => {
  switch (view) {
    case "trail":
      return may("read-trail");
    case "accounts":
      return may("manage-accounts") || may("manage-rights") || may("read-trail");
    case "configuration":
      return may("configure") || may("manage-rights") || may("read-trail");
    case "parts":
      return true;
  }
};

/** How this program does, what is in force, what was done with it and by whom. */
export function System() {
  const words = systemWords();
  const { query } = useLocation();
  const view = views.find((name) => name === query.view) ?? "parts";
  return (
    <>
      <Head title={words.title} />
      <Tabs label={words.title} path="/system" views={views.filter(allowed)} current={view} words={words.views} />
      {view === "parts" && <Parts />}
      {view === "configuration" && <Configuration />}
      {view === "trail" && <Trail />}
      {view === "accounts" && <Accounts />}
    </>
  );
}

function Configuration() {
  const asked = useAsked(() => ask<{ configuration: Record<string, unknown> }>("/config"), []);
  return (
    <>
      <p class="soft">{systemWords().configurationHint}</p>
      <Shown asked={asked}>
        {({ configuration }) => (
          <>
            {Object.entries(configuration).map(([section, content]) => (
              <details key={section} class="section">
                <summary>
                  {sectionWords()[section] ?? ""} <code>{section}</code>
                </summary>
                <Card>
                  <pre>{JSON.stringify(content, null, 2)}</pre>
                </Card>
              </details>
            ))}
          </>
        )}
      </Shown>
    </>
  );
}
