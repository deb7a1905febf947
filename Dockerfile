# Daybook alone, with the PostgreSQL that comes with it; docker-compose.yml puts servers around it.
# docs/operations/containers.md says how to run it and what of this was rehearsed.
FROM node:20-bookworm-slim AS build
WORKDIR /build
COPY package.json package-lock.json ./
RUN npm ci --include=dev --no-audit --no-fund
COPY tsconfig.json tsconfig.build.json ./
COPY src ./src
RUN npm run --silent build && npm prune --omit=dev --no-audit --no-fund

FROM node:20-bookworm-slim
RUN groupadd --system --gid 10001 daybook \
  && useradd --system --uid 10001 --gid daybook --home-dir /var/lib/daybook --shell /usr/sbin/nologin daybook \
  && install --directory --owner daybook --group daybook --mode 0700 /var/lib/daybook
WORKDIR /opt/daybook
COPY LICENSE package.json ./
COPY bin ./bin
COPY --from=build /build/node_modules ./node_modules
COPY --from=build /build/dist ./dist
ENV NODE_ENV=production
USER 10001:10001
VOLUME /var/lib/daybook
EXPOSE 20000
STOPSIGNAL SIGTERM
# Asked of the port that CMD chooses; another command needs another check.
HEALTHCHECK --interval=10s --timeout=5s --start-period=120s --retries=3 \
  CMD ["node", "-e", "fetch('http://127.0.0.1:20000/readyz').then(({ ok }) => process.exit(ok ? 0 : 1), () => process.exit(1))"]
ENTRYPOINT ["node", "/opt/daybook/bin/daybook.mjs"]
CMD ["serve", "--listen", "*:20000", "--data", "/var/lib/daybook"]
