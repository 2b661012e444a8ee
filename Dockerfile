# Two stages: the first checks every hash of requirements.lock and builds wheels, the second holds
# only what the ledger needs to run. No secret is read or kept at build time.

FROM python:3.11-slim AS build
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1
WORKDIR /src
COPY requirements.lock ./
RUN pip wheel --require-hashes --wheel-dir /wheels --requirement requirements.lock
COPY pyproject.toml README.md LICENSE ./
COPY ledger ledger
COPY projections projections
COPY services services
# From here on only the wheels checked above are in reach: the build backend and the base
# dependencies come from them, the tools of the dev extra stay behind.
RUN pip wheel --no-index --find-links /wheels --no-deps --wheel-dir /wheels . \
    && python -m venv /opt/goodoffices \
    && /opt/goodoffices/bin/pip install --no-index --find-links /wheels 'good-offices-ledger[postgres,web]'

FROM python:3.11-slim
RUN useradd --system --uid 10001 --no-create-home --home-dir /data goodoffices \
    && install --directory --owner goodoffices --mode 0700 /data /brokers /brokers/n1 /brokers/n2 /brokers/n3 \
    && install --directory --owner goodoffices --mode 0755 /published
COPY --from=build /opt/goodoffices /opt/goodoffices
ENV PATH=/opt/goodoffices/bin:$PATH PYTHONUNBUFFERED=1 GOODOFFICES_DATA=/data
USER goodoffices
VOLUME /data
# Ready is whoever works or stands by; see docs/how-to/operate.md. Inside the container alone.
HEALTHCHECK --interval=15s --timeout=5s --start-period=60s --retries=4 \
    CMD ["python", "-c", "from urllib.request import urlopen; urlopen('http://127.0.0.1:9464/readyz', timeout=4)"]
CMD ["goodoffices", "serve", "--operator-port", "9464"]
