import { useState } from "preact/hooks";
import type { FactorsView, ProofBody, SessionView } from "../../../../contract/index.ts";
import { ask } from "../../api.ts";
import { useAsked } from "../../parts/asked.ts";
import { Choice } from "../../parts/choice.tsx";
import { Form, TextField } from "../../parts/form.tsx";
import { Dialog, Shown } from "../../parts/pieces.tsx";
import { QrCode } from "../../parts/qr-code.tsx";
import { addPasskey, deviceName, hasPasskeys, passkeyProof } from "../../passkeys.ts";
import { took } from "../../session.ts";
import { factorWords } from "../../words/factors.ts";
import { CodeField } from "../sign-in/code-form.tsx";
import type { Change } from "./factors.tsx";

type ProofKind = "password" | "code" | "passkey";

/** Changes one second factor, once the person has shown anew who it is. */
export function FactorChange({
  change,
  factors,
  onClose,
  onDone,
}: {
  change: Change;
  factors: FactorsView;
  onClose: () => void;
  onDone: () => void;
}) {
  const words = factorWords();
  const kinds = proofKinds(factors);
  const [kind, setKind] = useState<ProofKind | undefined>(kinds[0]);
  const [shown, setShown] = useState("");
  const [code, setCode] = useState("");
  const [name, setName] = useState(deviceName);
  const setsUpApp = change.kind === "add-app" || change.kind === "replace-app";
  const app = useAsked(
    async () => (setsUpApp ? ask<{ secret: string; uri: string }>("/session/totp/new", { method: "POST" }) : null),
    [],
  );
  const send = async () => {
    const proof = await proofOf(kind, shown);
    if (change.kind === "add-passkey") await addPasskey(name.trim(), proof);
    else {
      const path = {
        "add-app": "/session/totp/confirm",
        "replace-app": "/session/totp/confirm",
        "remove-app": "/session/totp/remove",
        "remove-passkey": `/session/passkey/${encodeURIComponent("id" in change ? change.id : "")}/remove`,
      }[change.kind];
      const secret = app.value?.secret;
      const more = setsUpApp && secret !== undefined ? { secret, code } : {};
      took(await ask<SessionView>(path, { body: { ...more, ...(proof ? { proof } : {}) } }));
    }
    onDone();
  };
  const title = words.titles[change.kind];
  return (
    <Dialog
      title={change.kind === "remove-passkey" ? `${title}: ${change.name || words.unnamed}` : title}
      onClose={onClose}
    >
      <p class="soft">{words.means[change.kind]}</p>
      {setsUpApp && (
        <>
          <p>{words.how}</p>
          <Shown asked={app}>
            {(made) =>
              made && (
                <>
                  <QrCode text={made.uri} label={words.app} />
                  <code class="secret">{made.secret.match(/.{1,4}/g)?.join(" ")}</code>
                </>
              )
            }
          </Shown>
        </>
      )}
      <Form submit={title} danger={change.kind.startsWith("remove")} send={send}>
        {setsUpApp && <CodeField label={words.newCode} name="code" value={code} onType={setCode} />}
        {change.kind === "add-passkey" && (
          <TextField label={words.name} maxLength={60} name="name" value={name} onType={setName} />
        )}
        {kinds.length > 1 && (
          <Choice
            label={words.proof}
            value={kind ?? ""}
            onPick={(picked) => {
              setKind(kinds.find((one) => one === picked));
              setShown("");
            }}
            options={kinds.map((one) => [one, words.proofs[one]] as const)}
          />
        )}
        {kind === "password" && (
          <TextField
            label={words.password}
            type="password"
            required
            autocomplete="current-password"
            name="proof"
            value={shown}
            onType={setShown}
          />
        )}
        {kind === "code" && <CodeField label={words.code} name="proof" value={shown} onType={setShown} />}
        {kind === "passkey" && <p class="soft">{words.askedByBrowser}</p>}
      </Form>
    </Dialog>
  );
}

const proofKinds = ({ password, app, passkeys }: FactorsView): ProofKind[] => [
  ...(password ? (["password"] as const) : []),
  ...(app ? (["code"] as const) : []),
  ...(passkeys.length > 0 && hasPasskeys() ? (["passkey"] as const) : []),
];

async function proofOf(kind: ProofKind | undefined, shown: string): Promise<ProofBody | undefined> {
  switch (kind) {
    case undefined:
      return undefined;
    case "password":
      return { password: shown };
    case "code":
      return { code: shown };
    case "passkey":
      return passkeyProof();
  }
}
