# The service, with the graph inside: without root, on a file system that is only read, checked for its health.
#
#     docker build --tag itgraph .
#     docker run --rm --read-only --publish 127.0.0.1:8000:8000 itgraph
#     docker run --rm --read-only itgraph lineage Radiology-GPT
#
# What Python installs is pinned by requirements.lock and what npm installs by web/package-lock.json, each with hashes.
# To pin the two images below as well, write their digests after their tags: python:3.13-slim@sha256:...

FROM node:24-slim AS editor
WORKDIR /web
COPY web/ ./
RUN npm ci && npm run build -- /editor

FROM python:3.13-slim AS build
WORKDIR /build
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1 PIP_ROOT_USER_ACTION=ignore
# Without pip of its own: nothing is installed into it later.
RUN python -m venv --without-pip /opt/itgraph
COPY requirements.lock ./
RUN pip --python /opt/itgraph/bin/python install --require-hashes --requirement requirements.lock
COPY LICENSE README.md hatch_build.py pyproject.toml ./
COPY data/ data/
COPY ontology/ ontology/
COPY queries/ queries/
COPY web/ web/
COPY src/ src/
COPY --from=editor /editor/ build/web/
RUN pip --python /opt/itgraph/bin/python install --no-index --no-deps --no-build-isolation . \
    && pip --python /opt/itgraph/bin/python uninstall --yes hatchling trove-classifiers

FROM python:3.13-slim
COPY --from=build /opt/itgraph/ /opt/itgraph/
ENV PATH=/opt/itgraph/bin:$PATH PYTHONDONTWRITEBYTECODE=1 PYTHONUNBUFFERED=1
USER 65532:65532
WORKDIR /tmp
EXPOSE 8000
# A question that the engine has to answer, without the proxy that the environment may name.
HEALTHCHECK --interval=30s --timeout=10s --start-period=60s --retries=3 CMD ["python", "-c", "\
from http.client import HTTPConnection as C; c = C('127.0.0.1', 8000, timeout=8); \
c.request('GET', '/sparql?query=ASK%7B%3Fs%20%3Fp%20%3Fo%7D'); raise SystemExit(c.getresponse().status != 200)"]
ENTRYPOINT ["itgraph"]
CMD ["serve", "--host", "0.0.0.0"]
