# The program alone, under Node, as a user without rights. Build it in the checkout: docker build -t archive-sentry .
ARG NODE_VERSION=26.10.0

FROM node:${NODE_VERSION}-bookworm-slim AS packages
WORKDIR /opt/archive-sentry
COPY package.json package-lock.json ./
# Optional packages bring a Node of their own, which this image has already. No package runs a script at install.
RUN npm ci --omit=dev --omit=optional --ignore-scripts --no-audit --no-fund

# The web page is built with what is needed for that alone, and nothing of it but the page goes on.
FROM node:${NODE_VERSION}-bookworm-slim AS page
WORKDIR /opt/archive-sentry
COPY package.json package-lock.json ./
RUN npm ci --ignore-scripts --no-audit --no-fund
COPY . .
RUN node console/web/build.ts && test -f console/web/dist/index.html

FROM node:${NODE_VERSION}-bookworm-slim
ENV NODE_ENV=production
WORKDIR /opt/archive-sentry
COPY --from=packages /opt/archive-sentry/node_modules node_modules
# What .dockerignore lets in: sources run as they are. They belong to root, who alone may change them.
COPY . .
COPY --from=page /opt/archive-sentry/console/web/dist console/web/dist
# The data: a volume that is made new takes owner and mode from here.
RUN install -d -o node -g node -m 0700 /var/lib/archive-sentry
USER node
WORKDIR /var/lib/archive-sentry
VOLUME /var/lib/archive-sentry
EXPOSE 1883 8080
# Node is the first process and hears SIGTERM; SIGHUP takes a changed site file.
ENTRYPOINT ["node", "/opt/archive-sentry/cli/main.ts"]
CMD ["up", "--config", "/etc/archive-sentry/site.yaml", "--data", "/var/lib/archive-sentry", "--log-format", "json"]
HEALTHCHECK --interval=15s --timeout=5s --start-period=30s --retries=3 \
  CMD ["node", "-e", "fetch('http://127.0.0.1:8080/health').then((r) => process.exit(r.ok ? 0 : 1), () => process.exit(1))"]
