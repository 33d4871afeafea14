import { useLocation } from "preact-iso";
import { Head, Tabs } from "../parts/pieces.tsx";
import { may } from "../session.ts";
import { peopleWords } from "../words/people.ts";
import { Drills } from "./people/drills.tsx";
import { Duty } from "./people/duty.tsx";
import { Limits } from "./people/limits.tsx";
import { PeopleList } from "./people/list.tsx";
import { DeliveryLog } from "./people/log.tsx";
import { Waiting } from "./people/waiting.tsx";

const views = ["duty", "drills", "log", "people", "limits", "waiting"] as const;
type View = (typeof views)[number];
const edits = () => may("configure") || may("consent") || may("manage-rights");
const allowed = (view: View) => view === "duty" || view === "drills" || view === "log" || edits();

/** Who is on call, who was told, and what people edit of the site file. */
export function People() {
  const words = peopleWords();
  const { query } = useLocation();
  const view = views.find((name) => name === query.view) ?? "duty";
  return (
    <>
      <Head title={words.title} />
      <Tabs label={words.title} path="/people" views={views.filter(allowed)} current={view} words={words.views} />
      {view === "duty" && <Duty />}
      {view === "drills" && <Drills />}
      {view === "people" && <PeopleList />}
      {view === "log" && <DeliveryLog />}
      {view === "limits" && <Limits />}
      {view === "waiting" && <Waiting />}
    </>
  );
}
