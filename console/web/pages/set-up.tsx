import { useEffect, useState } from "preact/hooks";
import { useLocation } from "preact-iso";
import type { SessionView } from "../../../contract/index.ts";
import { ask } from "../api.ts";
import { Form, TextField } from "../parts/form.tsx";
import { Card, Head } from "../parts/pieces.tsx";
import { Misfilled } from "../refusals.ts";
import { session, took } from "../session.ts";
import { signInWords } from "../words/sign-in.ts";
import { Enrol } from "./sign-in/enrol.tsx";

/** What is after the # never leaves the browser but in the one request that uses it, and does not stay in the address. */
function takeLinkToken(): string {
  const token = location.hash.slice(1);
  if (token !== "") history.replaceState(null, "", "/set-up");
  return token;
}

/** Opened with a one-time link: a password, then a second factor where one is needed. */
export function SetUp() {
  const words = signInWords();
  const { route } = useLocation();
  const [password, setPassword] = useState("");
  const [repeat, setRepeat] = useState("");
  const [isDone, setDone] = useState(false);
  const [linkToken, setLinkToken] = useState(takeLinkToken);
  // Another link pasted while this page is open changes only what is after the #: the page is not loaded anew.
  useEffect(() => {
    const retake = () => setLinkToken((old) => takeLinkToken() || old);
    addEventListener("hashchange", retake);
    return () => removeEventListener("hashchange", retake);
  }, []);
  const arrive = () => {
    if (session.value?.stage === "full") route("/rooms");
  };
  if (isDone && session.value?.stage === "enrol")
    return (
      <div class="narrow">
        <Head title={words.enrolTitle} />
        {session.value.account?.role === "system-administrator" && <p class="notice">{words.others}</p>}
        <Enrol onDone={arrive} />
      </div>
    );
  return (
    <div class="narrow">
      <Head title={words.setUpTitle} />
      {linkToken === "" ? (
        <p class="fault">{words.noLink}</p>
      ) : (
        <Card>
          <p class="soft">{words.setUpWhy(10)}</p>
          <Form
            submit={words.setUpGo}
            send={async () => {
              if (password !== repeat) throw new Misfilled("repeat", words.differ);
              took(await ask<SessionView>("/session/set-up", { body: { token: linkToken, password } }));
              setDone(true);
              arrive();
            }}
          >
            <TextField
              label={words.password}
              required
              type="password"
              autocomplete="new-password"
              name="password"
              value={password}
              onType={setPassword}
            />
            <TextField
              label={words.repeat}
              required
              type="password"
              autocomplete="new-password"
              name="repeat"
              value={repeat}
              onType={setRepeat}
            />
          </Form>
        </Card>
      )}
    </div>
  );
}
