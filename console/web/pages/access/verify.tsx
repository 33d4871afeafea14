import { useState } from "preact/hooks";
import type { CheckpointResponse, ProofResponse } from "../../../../contract/index.ts";
import { ask } from "../../api.ts";
import { bytesOf, canVerify, hasGrown, isIncluded, isSigned, leafHash, readCheckpoint } from "../../ledger-proof.ts";
import { useAsked } from "../../parts/asked.ts";
import { Form, TextArea, TextField } from "../../parts/form.tsx";
import { Badge, Card, Shown } from "../../parts/pieces.tsx";
import { save } from "../../save.ts";
import { verifyWords } from "../../words/verify.ts";

interface Finding {
  holds: boolean;
  text: string;
}

/** The browser itself recomputes proofs against a checkpoint that the auditor kept. */
export function Verify({ entry: first }: { entry: string | undefined }) {
  const words = verifyWords();
  const [kept, setKept] = useState("");
  const [key, setKey] = useState("");
  const [entry, setEntry] = useState(first ?? "");
  const [findings, setFindings] = useState<Finding[] | null>(null);
  const [shown, setShown] = useState<string | null>(null);
  const present = useAsked(() => ask<CheckpointResponse>("/access/checkpoint"), []);
  if (!canVerify()) return <p class="fault">{words.insecure}</p>;

  const verify = async () => {
    setFindings(null);
    setShown(null);
    const now = await ask<CheckpointResponse>("/access/checkpoint");
    const current = readCheckpoint(now.checkpoint);
    const old = kept.trim() === "" ? current : readCheckpoint(kept);
    if (!old || !current) throw new Error(words.notCheckpoint);
    const found: Finding[] = [];
    const keyUsed = key.trim() || now.key;
    const say = (holds: boolean, right: string, wrong: string) => found.push({ holds, text: holds ? right : wrong });
    const [signedOld, signedNow] = await Promise.all([isSigned(old, keyUsed), isSigned(current, now.key)]);
    if (signedOld === null) found.push({ holds: true, text: words.unsigned });
    else {
      if (kept.trim() !== "") say(signedOld, words.signature, words.signatureWrong);
      say(signedNow === true, words.signatureNew, words.signatureNewWrong);
    }
    if (old.origin !== current.origin) found.push({ holds: false, text: words.otherLedger });
    else if (old.size > current.size) found.push({ holds: false, text: words.older });
    else if (kept.trim() !== "") {
      const query = { from: old.size, size: current.size };
      const { proof } = await ask<ProofResponse>("/access/proof", { query });
      say(await hasGrown(old, current, proof.map(bytesOf)), words.grew(old.size, current.size), words.notGrown);
    }
    if (entry.trim() !== "") {
      const index = Number(entry);
      const answer = await ask<ProofResponse>("/access/proof", { query: { index, size: current.size } });
      const bytes = answer.entry === undefined ? null : bytesOf(answer.entry);
      const leaf = bytes ? await leafHash(bytes) : bytesOf(answer.hash ?? "");
      const proof = answer.proof.map(bytesOf);
      const holds = await isIncluded(leaf, { index, size: current.size, root: current.root, proof });
      say(holds, words.included(index), words.notIncluded(index));
      if (bytes) setShown(new TextDecoder().decode(bytes));
    }
    setFindings(found);
  };

  return (
    <div class="columns">
      <Card>
        <p>{words.intro}</p>
        <Form submit={words.go} send={verify}>
          <TextArea label={words.checkpoint} rows={6} code name="kept" value={kept} onType={setKept} />
          <TextField label={words.key} code name="key" value={key} onType={setKey} />
          <TextField label={words.entry} inputMode="numeric" name="entry" value={entry} onType={setEntry} />
        </Form>
        {findings && (
          <ul class="findings" role="status">
            {findings.map(({ holds, text }) => (
              <li key={text}>
                <Badge kind={holds ? "ok" : "critical"}>{holds ? words.holds : words.fails}</Badge> {text}
              </li>
            ))}
          </ul>
        )}
        {shown !== null && (
          <details open>
            <summary>{words.entryText}</summary>
            <pre>{JSON.stringify(JSON.parse(shown), null, 2)}</pre>
          </details>
        )}
      </Card>
      <Card title={words.present}>
        <Shown asked={present}>
          {({ checkpoint, key: own }) => (
            <>
              <pre class="checkpoint">{checkpoint}</pre>
              <pre>{own}</pre>
              <div class="acts">
                <button
                  type="button"
                  class="button quiet"
                  onClick={() => void navigator.clipboard.writeText(checkpoint)}
                >
                  {words.copy}
                </button>
                <button
                  type="button"
                  class="button quiet"
                  onClick={() => save("checkpoint.txt", new Blob([checkpoint], { type: "text/plain" }))}
                >
                  {words.download}
                </button>
              </div>
            </>
          )}
        </Shown>
      </Card>
    </div>
  );
}
