const addresses = [
  ["/health", "运行状态", "whether everything works"],
  ["/metrics", "Prometheus 指标", "figures for Prometheus"],
  ["/api/v1/rooms", "库房与当前读数", "rooms and their present readings"],
  ["/api/v1/readings?limit=100", "历史读数", "what was measured"],
  ["/api/v1/alarms", "当前报警", "open alarms"],
  ["/api/v1/stream", "实时事件流", "live events (server-sent events)"],
  ["/api/openapi.json", "接口说明", "the whole interface (OpenAPI)"],
] as const;

const rows = addresses.map(([path, zh, en]) => `<li><a href="${path}">${path}</a> — ${zh} · ${en}</li>`).join("\n");

/** Says what is running here to whoever opens the address in a browser; plain text with links, no scripts. */
export const indexPage = `<!doctype html>
<html lang="zh-CN">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>archive-sentry</title>
<h1>archive-sentry</h1>
<p>病案档案库房环境监测与预警。这里是程序接口；日常操作请用命令行 <code>npx archive-sentry --help</code>。本系统不是经认证的火灾自动报警系统。</p>
<p lang="en">Monitor for archive rooms. This is its programming interface; for daily work use the command line,
<code>npx archive-sentry --help</code>. It is not a certified fire alarm system.</p>
<ul>
${rows}
</ul>
`;
