import { useState } from "preact/hooks";
import type { GrantView } from "../../../../contract/index.ts";
import { ask } from "../../api.ts";
import { momentOf } from "../../language.ts";
import { useAsked } from "../../parts/asked.ts";
import { Form, TextArea } from "../../parts/form.tsx";
import { Badge, Card, Dialog, Empty, Shown } from "../../parts/pieces.tsx";
import { nameOf } from "../../room-state.ts";
import { session } from "../../session.ts";
import { accessWords } from "../../words/access.ts";
import { isOffice } from "../../words/shell.ts";
import { BreakGlass, GrantRequest } from "./grant-forms.tsx";

/** Asking for leave, deciding, ending; and the emergency, which must be explained. */
export function Grants() {
  const words = accessWords();
  const [form, setForm] = useState<"ask" | "break-glass" | null>(null);
  const asked = useAsked(() => ask<{ grants: GrantView[] }>("/access/grants", { query: { state: "open" } }), []);
  const done = () => {
    setForm(null);
    asked.again();
  };
  return (
    <>
      <div class="acts">
        <button type="button" class="button main" onClick={() => setForm("ask")}>
          {words.ask}
        </button>
        {isPerson() && (
          <button type="button" class="button danger" onClick={() => setForm("break-glass")}>
            {words.breakGlass}
          </button>
        )}
      </div>
      {form === "ask" && <GrantRequest onClose={() => setForm(null)} onDone={done} />}
      {form === "break-glass" && <BreakGlass onClose={() => setForm(null)} onDone={done} />}
      <Shown asked={asked}>
        {({ grants }) =>
          grants.length === 0 ? (
            <Empty>{words.noGrants}</Empty>
          ) : (
            <div class="columns spaced">
              {grants.map((grant) => (
                <Grant key={grant.id} grant={grant} onChange={asked.again} />
              ))}
            </div>
          )
        }
      </Shown>
    </>
  );
}

/** An office goes nowhere: its administrator does, under a number of their own. */
const isPerson = (): boolean => {
  const account = session.value?.account;
  return account != null && !isOffice(account);
};

const nameOfPerson = (person: GrantView["person"]) => (person ? `${person.name ?? ""} ${person.id}`.trim() : "–");

function Grant({ grant, onChange }: { grant: GrantView; onChange: () => void }) {
  const words = accessWords();
  const [saying, setSaying] = useState<"approved" | "refused" | "revoke" | "explain" | null>(null);
  const me = session.value?.account?.id;
  const own = grant.requestedBy?.id === me || grant.person?.id === me;
  const mustExplain = grant.purpose === "break-glass" && grant.explanation === null;
  return (
    <Card title={`${nameOfPerson(grant.person)} · ${words.purposes[grant.purpose]}`}>
      <p>
        <Badge
          kind={mustExplain ? "high" : grant.state === "in-force" ? "ok" : grant.state === "requested" ? "soon" : "low"}
        >
          {mustExplain ? words.mustExplain : words.states[grant.state]}
        </Badge>
      </p>
      <p>{grant.rooms.map(nameOf).join(", ")}</p>
      <p>
        {momentOf(grant.from)} – {momentOf(grant.to)}
      </p>
      {grant.records.length > 0 && (
        <p>
          {words.records}: {grant.records.join(", ")} ({words.classes[grant.class]})
        </p>
      )}
      {grant.companions.length > 0 && (
        <p>
          {words.companions}: {grant.companions.join(", ")}
        </p>
      )}
      {grant.comment !== "" && <q>{grant.comment}</q>}
      <p class="soft">
        {nameOfPerson(grant.requestedBy)} · {momentOf(grant.requestedAt)}
        {grant.decidedBy && ` · ${words.decidedBy(nameOfPerson(grant.decidedBy))}`}
        {grant.usedAt !== null && ` · ${words.usedAt} ${momentOf(grant.usedAt)}`}
      </p>
      <div class="acts">
        {grant.state === "requested" && !own && (
          <>
            <button type="button" class="button main" onClick={() => setSaying("approved")}>
              {words.approve}
            </button>
            <button type="button" class="button danger" onClick={() => setSaying("refused")}>
              {words.refuse}
            </button>
          </>
        )}
        {["requested", "approved", "in-force"].includes(grant.state) && grant.purpose !== "break-glass" && (
          <button type="button" class="button quiet" onClick={() => setSaying("revoke")}>
            {words.revoke}
          </button>
        )}
        {mustExplain && (
          <button type="button" class="button main" onClick={() => setSaying("explain")}>
            {words.explain}
          </button>
        )}
      </div>
      {saying !== null && (
        <Say
          grant={grant.id}
          what={saying}
          onClose={() => setSaying(null)}
          onDone={() => {
            setSaying(null);
            onChange();
          }}
        />
      )}
    </Card>
  );
}

function Say({
  grant,
  what,
  onClose,
  onDone,
}: {
  grant: string;
  what: "approved" | "refused" | "revoke" | "explain";
  onClose: () => void;
  onDone: () => void;
}) {
  const words = accessWords();
  const [comment, setComment] = useState("");
  const decides = what === "approved" || what === "refused";
  const titles = { approved: words.approve, refused: words.refuse, revoke: words.revoke, explain: words.explain };
  const send = async () => {
    const path = `/access/grants/${grant}/${decides ? "decide" : what}`;
    await ask(path, { body: decides ? { decision: what, comment } : { comment } });
    onDone();
  };
  return (
    <Dialog title={titles[what]} onClose={onClose}>
      <Form submit={titles[what]} send={send} danger={what === "refused" || what === "revoke"}>
        <TextArea
          label={words.comment}
          rows={3}
          required={what !== "approved"}
          name="comment"
          value={comment}
          onType={setComment}
        />
      </Form>
    </Dialog>
  );
}
