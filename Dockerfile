# Five images, of what the lock files name and nothing newer:
#   docker build --target agent .      the agent and nothing else: what runs in production
#   docker build --target fleet .      the same for many districts on one PostgreSQL: passback fleet
#   docker build --target mock .       the mock servers, and the driver of the stack
#   docker build --target uat .        a district to try in a browser: passback uat
#   docker build --target load .       load tests: Locust, with agent and mocks
# docker-compose.yml builds them; docs/run/containers.md tells how to run them.
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

# ---- what builds, and stays behind: pip, setuptools, and an environment without either -----------
FROM ${BASE_IMAGE} AS workshop
ENV PATH=/workshop/bin:$PATH \
    PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1 PIP_ONLY_BINARY=:all: PIP_QUIET=1
WORKDIR /src
COPY requirements-build.lock ./
RUN python -m venv /workshop \
 && pip install --require-hashes -r requirements-build.lock \
 && python -m venv --without-pip /opt/passback

# ---- the agent -----------------------------------------------------------------------------------
# sqlite-utils asks for pip, to install plugins of its own; in an image nothing more is installed.
FROM workshop AS agent-requirements
COPY requirements-agent.lock ./
RUN pip --python /opt/passback install --require-hashes -r requirements-agent.lock

FROM agent-requirements AS agent-workshop
RUN pip --python /opt/passback uninstall --yes pip
COPY pyproject.toml README.md LICENSE ./
COPY agent agent
RUN pip wheel --no-deps --no-build-isolation --wheel-dir /wheels . \
 && pip --python /opt/passback install --no-deps --no-index /wheels/*.whl

# A night is one run of this image, which ends. Healthy: its configuration and secrets can be read.
FROM ground AS agent
LABEL org.opencontainers.image.title="passback agent" \
      org.opencontainers.image.licenses="Apache-2.0"
COPY --from=agent-workshop /opt/passback /opt/passback
HEALTHCHECK --interval=30s --timeout=10s --start-period=5s \
  CMD ["passback", "config", "check", "-c", "/etc/passback/passback.toml"]
ENTRYPOINT ["passback"]
CMD ["--help"]

# ---- the fleet: the agent with PostgreSQL ---------------------------------------------------------
FROM agent-requirements AS fleet-workshop
COPY requirements-fleet.lock ./
RUN pip --python /opt/passback install --require-hashes -r requirements-fleet.lock \
 && pip --python /opt/passback uninstall --yes pip
COPY --from=agent-workshop /wheels /wheels
RUN pip --python /opt/passback install --no-deps --no-index /wheels/*.whl

# Each container is one of tick, worker, sweep and pages. A configuration is checked by whoever starts it.
FROM ground AS fleet
LABEL org.opencontainers.image.title="passback fleet" \
      org.opencontainers.image.licenses="Apache-2.0"
COPY --from=fleet-workshop /opt/passback /opt/passback
ENTRYPOINT ["passback"]
CMD ["fleet", "--help"]

# ---- the mocks -----------------------------------------------------------------------------------
FROM workshop AS mock-requirements
COPY requirements-mock.lock ./
RUN pip --python /opt/passback install --require-hashes -r requirements-mock.lock

FROM mock-requirements AS mock-workshop
RUN pip --python /opt/passback uninstall --yes pip
COPY pyproject.toml setup.py README.md LICENSE ./
COPY agent agent
COPY mock_sis mock_sis
COPY contracts contracts
RUN pip wheel --no-deps --no-build-isolation --wheel-dir /wheels . \
 && pip --python /opt/passback install --no-deps --no-index /wheels/*.whl

FROM ground AS mock
LABEL org.opencontainers.image.title="passback mocks" \
      org.opencontainers.image.licenses="Apache-2.0"
COPY --from=mock-workshop /opt/passback /opt/passback
# The driver of the stack is in no wheel.
COPY deploy/compose/driver /opt/compose/deploy/compose/driver
ENV PASSBACK_CONTROL_TOKEN_FILE=/var/lib/passback/control-token PYTHONPATH=/opt/compose
EXPOSE 8101 8102 8103
HEALTHCHECK --interval=10s --timeout=10s --start-period=30s \
  CMD ["python", "-m", "mock_sis.serve.health", "8101", "8102", "8103"]
ENTRYPOINT ["passback"]
CMD ["mock", "all", "--host", "0.0.0.0", "--db", "/var/lib/passback/world.db"]

# ---- a district to try in a browser ----------------------------------------------------------------
FROM mock-requirements AS uat-workshop
COPY requirements-uat.lock ./
RUN pip --python /opt/passback install --require-hashes -r requirements-uat.lock \
 && pip --python /opt/passback uninstall --yes pip
COPY pyproject.toml setup.py README.md LICENSE ./
COPY agent agent
COPY mock_sis mock_sis
COPY contracts contracts
RUN pip wheel --no-deps --no-build-isolation --wheel-dir /wheels . \
 && pip --python /opt/passback install --no-deps --no-index /wheels/*.whl

FROM ground AS uat
LABEL org.opencontainers.image.title="passback uat" \
      org.opencontainers.image.licenses="Apache-2.0"
COPY --from=uat-workshop /opt/passback /opt/passback
ENV PASSBACK_CONTROL_TOKEN_FILE=/var/lib/passback/control-token MPLCONFIGDIR=/tmp
EXPOSE 8100 8101 8102 8103
HEALTHCHECK --interval=10s --timeout=10s --start-period=30s \
  CMD ["python", "-m", "mock_sis.serve.health", "8101", "8102", "8103"]
ENTRYPOINT ["passback"]
CMD ["uat", "--host", "0.0.0.0", "--folder", "/var/lib/passback"]

# ---- load tests ----------------------------------------------------------------------------------
FROM mock-requirements AS load-workshop
COPY requirements-load.lock ./
RUN pip --python /opt/passback install --require-hashes -r requirements-load.lock \
 && pip --python /opt/passback uninstall --yes pip
COPY pyproject.toml setup.py README.md LICENSE ./
COPY agent agent
COPY mock_sis mock_sis
COPY contracts contracts
COPY load load
RUN pip wheel --no-deps --no-build-isolation --wheel-dir /wheels . \
 && pip --python /opt/passback install --no-deps --no-index /wheels/*.whl

FROM ground AS load
LABEL org.opencontainers.image.title="passback load tests" \
      org.opencontainers.image.licenses="Apache-2.0"
COPY --from=load-workshop /opt/passback /opt/passback
ENV TMPDIR=/var/spool/passback MPLCONFIGDIR=/tmp
ENTRYPOINT ["passback"]
CMD ["load", "--help"]
