import type { ComponentChildren } from "preact";
import { useLocation } from "preact-iso";
import { language, switchLanguage, timeOf } from "./language.ts";
import { alarms, connection, health } from "./live.ts";
import { Icon, type IconName } from "./parts/icon.tsx";
import { inSight } from "./parts/pieces.tsx";
import { isSignedIn, may, session, signOut } from "./session.ts";
import { isOffice, roleWord, shellWords } from "./words/shell.ts";

interface Place {
  path: string;
  icon: IconName;
  word: keyof ReturnType<typeof shellWords>["places"];
  /** The rights, one of which is needed to see anything there; none: everybody. */
  rights?: readonly string[];
}

/** In the order in which they are needed. */
const places: readonly Place[] = [
  { path: "/rooms", icon: "rooms", word: "rooms" },
  { path: "/alarms", icon: "alarm", word: "alarms" },
  { path: "/access", icon: "door", word: "access", rights: ["read", "read-access"] },
  { path: "/handover", icon: "handover", word: "handover", rights: ["acknowledge"] },
  { path: "/devices", icon: "device", word: "devices", rights: ["read"] },
  { path: "/people", icon: "people", word: "people", rights: ["read"] },
  { path: "/reports", icon: "report", word: "reports", rights: ["read"] },
  {
    path: "/system",
    icon: "system",
    word: "system",
    rights: ["configure", "manage-accounts", "manage-rights", "read-trail"],
  },
];

export function Shell({ children }: { children: ComponentChildren }) {
  const words = shellWords();
  const { path } = useLocation();
  if (path === "/wall") return <main class="wall">{children}</main>;
  const bare = path === "/set-up" || path === "/sign-in";
  const shown = places.filter(({ rights }) => !rights || rights.some((right) => may(right)));
  return (
    <div class={bare ? "shell bare" : "shell"}>
      <a class="skip" href="#content">
        {words.skip}
      </a>
      <header class="top">
        <a class="brand" href="/">
          <img src="/icon.svg" alt="" width="28" height="28" />
          <span>{session.value ? siteName() : "archive-sentry"}</span>
        </a>
        <span class="grow" />
        <button
          type="button"
          class="plain"
          lang={language.value === "en" ? "zh-CN" : "en"}
          onClick={() => switchLanguage(language.value === "en" ? "zh-CN" : "en")}
        >
          {language.value === "en" ? "中文" : "English"}
        </button>
        <Who />
      </header>
      <Trouble />
      {!bare && (
        <nav class="places" aria-label={words.navigation}>
          {shown.map(({ path: to, icon, word }) => (
            <a
              key={to}
              href={to}
              aria-current={isAt(path, to) ? "page" : undefined}
              ref={isAt(path, to) ? inSight : undefined}
            >
              <Icon name={icon} />
              <span>{words.places[word]}</span>
              {to === "/alarms" && <AlarmCount />}
            </a>
          ))}
        </nav>
      )}
      <main id="content" tabIndex={-1}>
        {children}
      </main>
      <footer class="foot">{words.notFireAlarm}</footer>
    </div>
  );
}

/** One's own account is reached from one's name. */
const isAt = (path: string, to: string) =>
  (path.startsWith(to) && path !== "/people/me") || (to === "/rooms" && path === "/");
const siteName = () => {
  const name = session.value!.site.name;
  return language.value === "en" ? name.en : name.zh;
};

function AlarmCount() {
  const waiting = [...alarms.value.values()].filter(({ state, drill }) => state === "unacknowledged" && !drill).length;
  return waiting === 0 ? null : <b class="count">{waiting}</b>;
}

function Who() {
  const words = shellWords();
  const account = session.value?.account;
  if (!isSignedIn() || !account)
    return (
      <a class="button quiet" href="/sign-in">
        {words.signIn}
      </a>
    );
  return (
    <details class="who">
      <summary>
        <Icon name="people" /> <span>{isOffice(account) ? roleWord(account.role) : account.name}</span>
      </summary>
      <div class="menu">
        <p>
          {account.id} · {roleWord(account.role)}
        </p>
        <a href="/people/me">{words.myAccount}</a>
        <button type="button" onClick={() => void signOut()}>
          {words.signOut}
        </button>
      </div>
    </details>
  );
}

/** What must be known before anything that is shown is believed. */
function Trouble() {
  const words = shellWords();
  const now = connection.value;
  const unready = Object.entries(health.value?.parts ?? {}).filter(([, part]) => !part.ready);
  if (now.state === "lost")
    return (
      <p class="trouble" role="alert">
        <Icon name="lost" /> {words.lost(timeOf(now.sinceMs))}
      </p>
    );
  if (unready.length > 0)
    return (
      <p class="trouble" role="alert">
        <Icon name="high" /> {words.unready(unready.map(([part]) => part).join(", "))}
      </p>
    );
  return null;
}

export function Nowhere() {
  const words = shellWords();
  return (
    <section class="empty">
      <h1>{words.nowhere}</h1>
      <p>
        <a href="/rooms">{words.places.rooms}</a>
      </p>
    </section>
  );
}
