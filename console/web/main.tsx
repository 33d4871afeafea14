import "./styles/base.css";
import "./styles/shell.css";
import "./styles/parts.css";
import "./styles/pages.css";
import "./styles/plan.css";
import "./styles/wall.css";
import "./styles/print.css";
import { effect } from "@preact/signals";
import { render } from "preact";
import { App } from "./app.tsx";
import { language } from "./language.ts";
import { watch } from "./live.ts";
import { lookAtSession, session, watchSession } from "./session.ts";

effect(() => {
  document.documentElement.lang = language.value;
});
// The server was brought up to date while this page stood open: its further parts are gone, and the new page has its own.
addEventListener("vite:preloadError", () => {
  const [arrival] = performance.getEntriesByType("navigation");
  const isReloaded = arrival instanceof PerformanceNavigationTiming && arrival.type === "reload";
  if (!isReloaded) location.reload();
});
render(<App />, document.getElementById("page")!);
watchSession();
// Rooms and who is here are asked for at the same time: the cookie says the same to both.
void watch();
await lookAtSession().catch(() => undefined);
// Whoever signs in or out sees what is theirs to see.
const whoIsHere = () => `${session.value?.stage} ${session.value?.account?.id}`;
let seenAs = whoIsHere();
effect(() => {
  const as = whoIsHere();
  if (as === seenAs) return;
  seenAs = as;
  void watch();
});
