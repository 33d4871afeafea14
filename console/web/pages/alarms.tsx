import { useLocation, useRoute } from "preact-iso";
import { Head, Tabs } from "../parts/pieces.tsx";
import { isSignedIn } from "../session.ts";
import { alarmWords } from "../words/alarms.ts";
import { AnswerWindow } from "./alarms/answer.tsx";
import { Figures } from "./alarms/figures.tsx";
import { Journal } from "./alarms/journal.tsx";
import { OpenAlarms } from "./alarms/open.tsx";
import { Remedial } from "./alarms/remedial.tsx";

const views = ["open", "remedial", "journal", "performance"] as const;

/** What is wrong now, what was, and how well alarms serve. */
export function Alarms() {
  const words = alarmWords();
  const { query } = useLocation();
  const { params } = useRoute();
  const view = views.find((name) => name === query.view) ?? "open";
  return (
    <>
      <Head title={words.title} />
      {isSignedIn() && <Tabs label={words.title} path="/alarms" views={views} current={view} words={words} />}
      {view === "open" && <OpenAlarms only={params.id} />}
      {view === "remedial" && <Remedial />}
      {view === "journal" && <Journal room={query.room} />}
      {view === "performance" && <Figures />}
      <AnswerWindow />
    </>
  );
}
