# Five images, of what the lock files name and nothing newer:
#   docker build --target agent .      the agent and nothing else: what runs in production
#   docker build --target fleet .      the same for many districts on one PostgreSQL: passback fleet
#   docker build --target mock .       the mock servers, and the driver of the stack
#   docker build --target uat .        a district to try in a browser: passback uat
#   docker build --target load .       load tests: Locust, with agent and mocks
# docker-compose.yml builds them; docs/run/containers.md tells how to run them. A builder without BuildKit
# makes each stage up to the one that is asked for, so what is wanted first stands first.
ARG BASE_IMAGE=python:3.11-slim-bookworm

# ---- what runs: Python without its installers, a user, and the folders that belong to it ---------
FROM ${BASE_IMAGE} AS ground
RUN rm -rf /usr/local/lib/python3*/site-packages/* /usr/local/lib/python3*/ensurepip \
      /usr/local/bin/pip* /usr/local/bin/wheel \
      /usr/lib/python3/dist-packages/pip* /usr/lib/python3/dist-packages/setuptools* \
      /usr/lib/python3/dist-packages/wheel* /usr/lib/python3*/ensurepip /usr/share/python-wheels \
      /usr/bin/pip* \
 && groupadd --gid 10001 passback \
 && useradd --uid 10001 --gid 10001 --no-create-home --home-dir /var/lib/passback \
      --shell /usr/sbin/nologin passback \
 && install --directory --owner 10001 --group 10001 --mode 0700 \
      /var/lib/passback /var/spool/passback
ENV PATH=/opt/passback/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1
WORKDIR /var/lib/passback
USER 10001:10001
ENTRYPOINT ["passback"]
ARG BASE_IMAGE
ARG VERSION=0.1.0
ARG REVISION
ARG CREATED
LABEL org.opencontainers.image.version=$VERSION \
      org.opencontainers.image.revision=$REVISION \
      org.opencontainers.image.created=$CREATED \
      org.opencontainers.image.licenses="Apache-2.0" \
      org.opencontainers.image.base.name=$BASE_IMAGE

# ---- what builds, and stays behind: setuptools, and an environment that is to be filled ----------
FROM ${BASE_IMAGE} AS workshop
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1 PIP_ONLY_BINARY=:all: PIP_QUIET=1 \
    PIP_NO_WARN_SCRIPT_LOCATION=1
WORKDIR /src
COPY requirements-build.lock deploy/images/requirements.sh ./
RUN python -m venv --without-pip /workshop \
 && python -m venv --without-pip /opt/passback \
 && python -m pip --python /workshop install --require-hashes -r requirements-build.lock

# ---- the mocks: first what changes seldom, then the program in a layer of its own ----------------
FROM workshop AS mock-requirements
COPY requirements-mock.lock ./
RUN sh requirements.sh requirements-mock.lock

FROM workshop AS mock-package
COPY pyproject.toml setup.py README.md LICENSE ./
COPY agent agent
COPY mock_sis mock_sis
COPY contracts contracts
RUN python -m pip --python /workshop wheel --no-deps --no-build-isolation --wheel-dir /wheels . \
 && python -m pip --python /opt/passback install --no-deps --no-index --root /package /wheels/*.whl

FROM ground AS mock
LABEL org.opencontainers.image.title="passback mocks" \
      org.opencontainers.image.description="Otus, PowerSchool and Skyward as stateful mock servers, and the driver that plays nights"
COPY --from=mock-requirements /opt/passback /opt/passback
COPY --from=mock-package /package/opt/passback /opt/passback
# The driver of the stack is in no wheel.
COPY deploy/compose/driver /opt/compose/deploy/compose/driver
ENV PASSBACK_CONTROL_TOKEN_FILE=/var/lib/passback/control-token PYTHONPATH=/opt/compose
EXPOSE 8101 8102 8103
HEALTHCHECK --interval=10s --timeout=10s --start-period=30s \
  CMD ["python", "-m", "mock_sis.serve.health", "8101", "8102", "8103"]
CMD ["mock", "all", "--host", "0.0.0.0", "--db", "/var/lib/passback/world.db"]

# ---- the agent -----------------------------------------------------------------------------------
FROM workshop AS agent-requirements
COPY requirements-agent.lock ./
RUN sh requirements.sh requirements-agent.lock

FROM workshop AS agent-package
COPY pyproject.toml README.md LICENSE ./
COPY agent agent
RUN python -m pip --python /workshop wheel --no-deps --no-build-isolation --wheel-dir /wheels . \
 && python -m pip --python /opt/passback install --no-deps --no-index --root /package /wheels/*.whl

# A night is one run of this image, which ends. Healthy: its configuration and secrets can be read.
FROM ground AS agent
LABEL org.opencontainers.image.title="passback agent" \
      org.opencontainers.image.description="Passes assessments and scores from Otus into a district's gradebook, every night"
COPY --from=agent-requirements /opt/passback /opt/passback
COPY --from=agent-package /package/opt/passback /opt/passback
HEALTHCHECK --interval=30s --timeout=10s --start-period=5s \
  CMD ["passback", "config", "check", "-c", "/etc/passback/passback.toml"]
CMD ["--help"]

# ---- a district to try in a browser ----------------------------------------------------------------
FROM mock-requirements AS uat-requirements
COPY requirements-uat.lock ./
RUN sh requirements.sh requirements-uat.lock

FROM ground AS uat
LABEL org.opencontainers.image.title="passback uat" \
      org.opencontainers.image.description="A district to try in a browser: mock servers, agent and acceptance report in one container"
COPY --from=uat-requirements /opt/passback /opt/passback
COPY --from=mock-package /package/opt/passback /opt/passback
ENV PASSBACK_CONTROL_TOKEN_FILE=/var/lib/passback/control-token MPLCONFIGDIR=/tmp
EXPOSE 8100 8101 8102 8103
HEALTHCHECK --interval=10s --timeout=10s --start-period=30s \
  CMD ["python", "-m", "mock_sis.serve.health", "8101", "8102", "8103"]
CMD ["uat", "--host", "0.0.0.0", "--folder", "/var/lib/passback"]

# ---- the fleet: the agent with PostgreSQL ---------------------------------------------------------
FROM agent-requirements AS fleet-requirements
COPY requirements-fleet.lock ./
RUN sh requirements.sh requirements-fleet.lock

# Each container is one of tick, worker, sweep and pages. A configuration is checked by whoever starts it.
FROM ground AS fleet
LABEL org.opencontainers.image.title="passback fleet" \
      org.opencontainers.image.description="The agent for many districts on one PostgreSQL"
COPY --from=fleet-requirements /opt/passback /opt/passback
COPY --from=agent-package /package/opt/passback /opt/passback
CMD ["fleet", "--help"]

# ---- load tests ----------------------------------------------------------------------------------
FROM mock-requirements AS load-requirements
COPY requirements-load.lock ./
RUN sh requirements.sh requirements-load.lock

FROM mock-package AS load-package
COPY load load
RUN rm -rf /wheels /package \
 && python -m pip --python /workshop wheel --no-deps --no-build-isolation --wheel-dir /wheels . \
 && python -m pip --python /opt/passback install --no-deps --no-index --root /package /wheels/*.whl

FROM ground AS load
LABEL org.opencontainers.image.title="passback load tests" \
      org.opencontainers.image.description="Nightly volumes of many districts: Locust, with agent and mocks"
COPY --from=load-requirements /opt/passback /opt/passback
COPY --from=load-package /package/opt/passback /opt/passback
ENV TMPDIR=/var/spool/passback MPLCONFIGDIR=/tmp
CMD ["load", "--help"]
