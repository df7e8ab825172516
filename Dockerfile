# The server: API, worker and migrations, one command each. Built from hash-checked packages; the embedding model is
# exported while the image is built, and what exports it stays behind.
ARG PYTHON=docker.io/library/python:3.11-slim-bookworm

FROM ${PYTHON} AS build
# Settings of pip, such as a mirror, come from /etc/pip.conf or --build-arg, never from this file.
ENV PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1 PYTHONDONTWRITEBYTECODE=1
WORKDIR /src
RUN python3 -m venv /venv
COPY infra/image/build.txt infra/image/server.txt infra/image/
RUN /venv/bin/pip install --require-hashes -r infra/image/build.txt \
 && /venv/bin/pip install --require-hashes -r infra/image/server.txt
COPY . .
RUN /venv/bin/pip install --no-deps --no-build-isolation . \
 && WARMLINE_MODEL_DIR=/models /venv/bin/python -m warmline_memory.embedding \
 && /venv/bin/python infra/image/prune.py \
 && chmod -R a+rX /venv /models

FROM ${PYTHON}
LABEL org.opencontainers.image.title="Warmline" org.opencontainers.image.licenses="Apache-2.0"
COPY --from=build /venv /venv
COPY --from=build /models /models
COPY --from=build /src/LICENSE /src/NOTICE /licenses/
ENV PATH=/venv/bin:$PATH \
    PYTHONDONTWRITEBYTECODE=1 PYTHONUNBUFFERED=1 \
    HOME=/tmp \
    HF_HUB_OFFLINE=1 \
    WARMLINE_MODEL_DIR=/models \
    WARMLINE_HOME=/tmp/warmline \
    WARMLINE_HOST=0.0.0.0
# A number, so that Kubernetes can see that it is not root. Nothing is written outside of /tmp.
USER 10001:10001
EXPOSE 8420
HEALTHCHECK --interval=15s --timeout=5s --start-period=30s --retries=3 \
  CMD ["python3", "-c", "import urllib.request; urllib.request.urlopen('http://127.0.0.1:8420/health/live', timeout=4)"]
STOPSIGNAL SIGTERM
ENTRYPOINT ["warmline"]
CMD ["api"]
