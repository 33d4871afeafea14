import { useCallback, useEffect, useState } from "preact/hooks";
import { sentenceOf } from "../refusals.ts";

/** What was asked of the server: on its way, here, or refused. What was there before stays while it is asked again. */
export interface Asked<T> {
  value: T | null;
  error: string | null;
  busy: boolean;
  again: () => void;
}

/** Asks when the page opens, and again whenever one of `on` changes. */
export function useAsked<T>(work: (signal: AbortSignal) => Promise<T>, on: readonly unknown[]): Asked<T> {
  const [state, setState] = useState<Omit<Asked<T>, "again">>({ value: null, error: null, busy: true });
  const [round, setRound] = useState(0);
  useEffect(() => {
    const stop = new AbortController();
    setState((before) => ({ ...before, busy: true }));
    work(stop.signal).then(
      (value) => {
        // What was asked before and comes late would stand in place of what was asked since.
        if (!stop.signal.aborted) setState({ value, error: null, busy: false });
      },
      (error: unknown) => {
        if (!stop.signal.aborted) setState((before) => ({ ...before, error: sentenceOf(error), busy: false }));
      },
    );
    return () => stop.abort();
  }, [round, ...on]);
  const again = useCallback(() => setRound((n) => n + 1), []);
  return { ...state, again };
}
