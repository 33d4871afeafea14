import { useCallback, useEffect, useState } from "preact/hooks";
import { Refusal } from "../api.ts";
import { language } from "../language.ts";

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

/** Refusals come with an English detail; who reads Chinese reads first what kind it is. */
const inChinese: Readonly<Record<string, string>> = {
  "not-authenticated": "请先登录",
  "not-authorised": "没有权限",
  "not-found": "没有找到",
  "request-invalid": "填写有误",
  "request-too-large": "内容过长",
  "limit-reached": "已达到上限",
  "too-many-requests": "操作过于频繁，请稍后再试",
  "forged-request": "请求来源不可信，未执行",
  "comment-required": "请填写说明",
  "state-conflict": "当前状态不允许此操作",
  "two-persons-required": "核心档案须由两人办理",
  "config-invalid": "设置不符合要求，未作更改",
  "send-failed": "发送失败",
  "time-limit": "超时",
  "disk-full": "磁盘已满",
  internal: "系统内部错误",
};

export function sentenceOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const kind = error instanceof Refusal && language.value === "zh-CN" ? inChinese[error.code] : undefined;
  return kind === undefined ? error.message : `${kind}（${error.message}）`;
}
