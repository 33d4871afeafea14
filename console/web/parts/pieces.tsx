import type { ComponentChildren } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { sentenceOf } from "../refusals.ts";
import { pieceWords } from "../words/pieces.ts";
import type { Asked } from "./asked.ts";
import { Icon, type IconName } from "./icon.tsx";

/** The small pieces that pages are put together from. */

export function Head({ title, children }: { title: string; children?: ComponentChildren }) {
  useEffect(() => {
    document.title = `${title} · archive-sentry`;
  }, [title]);
  return (
    <div class="head">
      <h1>{title}</h1>
      <div class="acts">{children}</div>
    </div>
  );
}

/** On a telephone a row of places or views is longer than the screen: the present one is brought into sight. */
export const inSight = (chosen: HTMLElement | null) => {
  // With the next frame, which works out where everything is in any case.
  if (chosen) requestAnimationFrame(() => chosen.scrollIntoView({ block: "nearest", inline: "center" }));
};

/** The views of one page. */
export function Tabs<View extends string>({
  label,
  views,
  current,
  words,
  path,
}: {
  label: string;
  views: readonly View[];
  current: View;
  words: Readonly<Record<View, string>>;
  path: string;
}) {
  return (
    <nav class="tabs" aria-label={label}>
      {views.map((view) => (
        <a
          key={view}
          href={`${path}?view=${view}`}
          aria-current={view === current ? "page" : undefined}
          ref={view === current ? inSight : undefined}
        >
          {words[view]}
        </a>
      ))}
    </nav>
  );
}

export function Card({ title, children, wide }: { title?: string; children: ComponentChildren; wide?: boolean }) {
  return (
    <section class={wide ? "card wide" : "card"}>
      {title !== undefined && <h2>{title}</h2>}
      {children}
    </section>
  );
}

/** State by colour, sign and word together. */
export function Badge({ kind, children }: { kind: IconName; children: ComponentChildren }) {
  return (
    <span class={`badge ${kind}`}>
      <Icon name={kind} /> {children}
    </span>
  );
}

/** What was asked for, or that it is on its way, or why it is not there. */
export function Shown<T>({ asked, children }: { asked: Asked<T>; children: (value: T) => ComponentChildren }) {
  const words = pieceWords();
  return (
    <>
      {asked.error !== null && (
        <p class="fault" role="alert">
          {words.failed} {asked.error}{" "}
          <button type="button" class="link" onClick={asked.again}>
            {words.again}
          </button>
        </p>
      )}
      {asked.value === null ? asked.error === null && <p class="soft">{words.loading}</p> : children(asked.value)}
    </>
  );
}

export function Empty({ children }: { children: ComponentChildren }) {
  return <p class="empty-list">{children}</p>;
}

/** Something to be done on a press: busy meanwhile, and its refusal in words beside it. */
export function Act({
  work,
  children,
  kind = "quiet",
  disabled = false,
}: {
  work: () => Promise<unknown>;
  children: ComponentChildren;
  kind?: "main" | "quiet" | "danger";
  disabled?: boolean;
}) {
  const [busy, setBusy] = useState(false);
  const [fault, setFault] = useState<string | null>(null);
  const run = async () => {
    setBusy(true);
    setFault(null);
    try {
      await work();
    } catch (error) {
      setFault(sentenceOf(error));
    }
    setBusy(false);
  };
  return (
    <>
      <button type="button" class={`button ${kind}`} disabled={busy || disabled} onClick={() => void run()}>
        {children}
      </button>
      {fault !== null && (
        <span class="fault" role="alert">
          {fault}
        </span>
      )}
    </>
  );
}

/** A window over the page, closed by its cross, by Escape, or by what it was opened for. */
export function Dialog({
  title,
  onClose,
  children,
}: {
  title: string;
  onClose: () => void;
  children: ComponentChildren;
}) {
  const ref = useRef<HTMLDialogElement>(null);
  useEffect(() => ref.current?.showModal(), []);
  // At once, and not with the event that follows: by then another window may have been opened.
  const close = () => {
    ref.current?.close();
    onClose();
  };
  return (
    <dialog
      ref={ref}
      onCancel={(event) => {
        event.preventDefault();
        close();
      }}
      onClose={() => ref.current && onClose()}
      aria-label={title}
    >
      <div class="dialog-head">
        <h2>{title}</h2>
        <button type="button" class="plain" aria-label={pieceWords().close} onClick={close}>
          <Icon name="close" />
        </button>
      </div>
      {children}
    </dialog>
  );
}

const classOf = ({ number, minor }: { number?: boolean; minor?: boolean }) =>
  [number && "number", minor && "minor"].filter(Boolean).join(" ") || undefined;

const rowsAtFirst = 60;
const rowsMore = 200;

/** A list with columns; on a telephone each row becomes a card with its headings. */
export function Table<T>({
  rows,
  columns,
  keyOf,
  caption,
}: {
  rows: readonly T[];
  /** `minor`: not shown on a telephone. */
  columns: readonly { head: string; cell: (row: T) => ComponentChildren; number?: boolean; minor?: boolean }[];
  keyOf: (row: T) => string | number;
  caption: string;
}) {
  const [shown, setShown] = useState(rowsAtFirst);
  return (
    <div class="table-frame">
      <table>
        <caption>{caption}</caption>
        <thead>
          <tr>
            {columns.map(({ head, ...kind }) => (
              <th key={head} scope="col" class={classOf(kind)}>
                {head}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.slice(0, shown).map((row) => (
            <tr key={keyOf(row)}>
              {columns.map(({ head, cell, ...kind }) => (
                <td key={head} data-head={head} class={classOf(kind)}>
                  <div>{cell(row)}</div>
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
      {rows.length > shown && (
        <button type="button" class="button quiet" onClick={() => setShown(shown + rowsMore)}>
          {pieceWords().more(rows.length - shown)}
        </button>
      )}
    </div>
  );
}
