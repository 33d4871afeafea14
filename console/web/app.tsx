import { ErrorBoundary, LocationProvider, lazy, Route, Router } from "preact-iso";
import { closed } from "./live.ts";
import { Rooms } from "./pages/rooms.tsx";
import { session } from "./session.ts";
import { Nowhere, Shell } from "./shell.tsx";

const Alarms = lazy(() => import("./pages/alarms.tsx").then(({ Alarms }) => Alarms));
const Access = lazy(() => import("./pages/access.tsx").then(({ Access }) => Access));
const Handover = lazy(() => import("./pages/handover.tsx").then(({ Handover }) => Handover));
const Me = lazy(() => import("./pages/me.tsx").then(({ Me }) => Me));
const Reports = lazy(() => import("./pages/reports.tsx").then(({ Reports }) => Reports));
const System = lazy(() => import("./pages/system.tsx").then(({ System }) => System));
const Devices = lazy(() => import("./pages/devices.tsx").then(({ Devices }) => Devices));
const People = lazy(() => import("./pages/people.tsx").then(({ People }) => People));
const Wall = lazy(() => import("./pages/wall.tsx").then(({ Wall }) => Wall));
const SetUp = lazy(() => import("./pages/set-up.tsx").then(({ SetUp }) => SetUp));
const SignIn = lazy(() => import("./pages/sign-in.tsx").then(({ SignIn }) => SignIn));
const Room = lazy(() => import("./pages/room.tsx").then(({ Room }) => Room));

/** What is of the interface, the browser itself asks the server for: files, and signing in through the directory. */
const ofPage = /^(?!\/(api|answer)\/)/;

/** One document; the address says which page of it is shown. */
export function App() {
  const stage = session.value?.stage;
  const mustSignIn = stage !== undefined && stage !== "full" && (closed.value || stage !== "none");
  return (
    <LocationProvider scope={ofPage}>
      <ErrorBoundary>
        <Shell>
          <Router>
            <Route path="/set-up" component={SetUp} />
            <Route path="/sign-in" component={SignIn} />
            <Route path={mustSignIn ? "/*" : "/sign-in"} component={SignIn} />
            <Route path="/" component={Rooms} />
            <Route path="/rooms" component={Rooms} />
            <Route path="/wall" component={Wall} />
            <Route path="/rooms/:id" component={Room} />
            <Route path="/alarms" component={Alarms} />
            <Route path="/alarms/:id" component={Alarms} />
            <Route path="/access" component={Access} />
            <Route path="/handover" component={Handover} />
            <Route path="/devices" component={Devices} />
            <Route path="/devices/:id" component={Devices} />
            <Route path="/people" component={People} />
            <Route path="/people/me" component={Me} />
            <Route path="/reports" component={Reports} />
            <Route path="/reports/:name" component={Reports} />
            <Route path="/system" component={System} />
            <Route default component={Nowhere} />
          </Router>
        </Shell>
      </ErrorBoundary>
    </LocationProvider>
  );
}
