import { useLocation } from "preact-iso";
import { Head, Tabs } from "../parts/pieces.tsx";
import { may } from "../session.ts";
import { accessWords } from "../words/access.ts";
import { Doors } from "./access/doors.tsx";
import { Grants } from "./access/grants.tsx";
import { History } from "./access/history.tsx";
import { Inside } from "./access/inside.tsx";
import { Records } from "./access/records.tsx";
import { Verify } from "./access/verify.tsx";

const views = ["inside", "grants", "history", "records", "doors", "verify"] as const;
type View = (typeof views)[number];

const allowed = (view: View): boolean => {
  if (view === "history") return may("read-access");
  if (view === "records") return may("read-access") || may("keep-records");
  return true;
};

/** Who is where, who may go where, what was done with records, and proof that nobody changed the record. */
export function Access() {
  const words = accessWords();
  const { query } = useLocation();
  const view = views.find((name) => name === query.view) ?? (query.event === undefined ? "inside" : "history");
  return (
    <>
      <Head title={words.title} />
      <Tabs label={words.title} path="/access" views={views.filter(allowed)} current={view} words={words.views} />
      {view === "inside" && <Inside />}
      {view === "grants" && <Grants />}
      {view === "history" && <History event={query.event} />}
      {view === "records" && <Records />}
      {view === "doors" && <Doors />}
      {view === "verify" && <Verify entry={query.entry} />}
    </>
  );
}
