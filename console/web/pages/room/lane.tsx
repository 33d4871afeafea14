export interface Stay {
  fromMs: number;
  toMs: number;
}

/** What lasted from then till then, under the curves and on their axis. */
export function Lane({
  title,
  none,
  bars,
  fromMs,
  toMs,
  kind = "doors",
}: {
  title: string;
  none: string;
  bars: readonly (Stay & { title: string })[];
  fromMs: number;
  toMs: number;
  kind?: "doors" | "visits";
}) {
  const percent = (ms: number) => (ms / (toMs - fromMs)) * 100;
  return (
    <figure class={`lane ${kind}`}>
      <figcaption>{title}</figcaption>
      {bars.length === 0 ? (
        <p class="soft small">{none}</p>
      ) : (
        <ol class="lane-track">
          {bars.map((bar) => {
            const startMs = Math.max(bar.fromMs, fromMs) - fromMs;
            const width = percent(Math.min(bar.toMs, toMs) - fromMs - startMs);
            return (
              <li
                key={`${bar.fromMs} ${bar.title}`}
                style={{ insetInlineStart: `${percent(startMs)}%`, width: `max(3px, ${width}%)` }}
                title={bar.title}
              />
            );
          })}
        </ol>
      )}
    </figure>
  );
}
