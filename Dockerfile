# The service in a container: docs in README.md, "In a container".

FROM python:3.11-slim-bookworm AS builder
WORKDIR /src
COPY requirements/ requirements/
RUN python -m venv /build && python -m venv /opt/intake \
    && /build/bin/pip install --no-cache-dir --require-hashes -r requirements/build.txt \
    && /opt/intake/bin/pip install --no-cache-dir --require-hashes -r requirements/postgres.txt
COPY pyproject.toml README.md LICENSE ./
COPY intake/ intake/
COPY digest/ digest/
COPY migrations/ migrations/
COPY config/ config/
RUN /build/bin/pip wheel --no-deps --no-build-isolation --wheel-dir /wheels . \
    && /opt/intake/bin/pip install --no-cache-dir --no-deps --no-index /wheels/*.whl

FROM python:3.11-slim-bookworm
# What documents are read with: a sandbox, a second opinion on PDF, and recognition in the six languages.
RUN apt-get update \
    && apt-get install --yes --no-install-recommends bubblewrap poppler-utils tesseract-ocr \
        tesseract-ocr-ara tesseract-ocr-chi-sim tesseract-ocr-fra tesseract-ocr-rus tesseract-ocr-spa \
    && rm -rf /var/lib/apt/lists/*
RUN groupadd --gid 10025 intake \
    && useradd --uid 10025 --gid intake --no-create-home --home-dir /var/lib/intake --shell /usr/sbin/nologin intake \
    && install --directory --owner intake --group intake --mode 0700 /var/lib/intake
COPY --from=builder /opt/intake /opt/intake
COPY config/ /etc/intake/
# Inside a container, mail comes from outside it: listen on all its addresses.
RUN sed -i 's/^host = "127\.0\.0\.1"$/host = "0.0.0.0"/' /etc/intake/intake.toml \
    && grep -q '^host = "0\.0\.0\.0"$' /etc/intake/intake.toml
ENV PATH=/opt/intake/bin:$PATH \
    PYTHONDONTWRITEBYTECODE=1 \
    INTAKE_HOME=/var/lib/intake \
    INTAKE_CONFIG=/etc/intake
USER 10025:10025
WORKDIR /var/lib/intake
VOLUME /var/lib/intake
EXPOSE 8025
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=1m --timeout=45s --start-period=30s CMD ["intake", "doctor", "--quick"]
ENTRYPOINT ["intake"]
CMD ["serve"]
