# One image for every Airflow process of docker-compose.yml.
FROM python:3.12.11-slim-bookworm

RUN useradd --create-home --uid 50000 lingtan \
    && mkdir -p /data/airflow /data/var /data/out \
    && chown -R lingtan /data

WORKDIR /opt/lingtan
COPY requirements.lock.txt ./
RUN pip install --no-cache-dir --upgrade pip \
    && pip install --no-cache-dir --require-hashes -r requirements.lock.txt

COPY pyproject.toml README.md ./
COPY include include
COPY dags dags
COPY plugins plugins
COPY expectations expectations
COPY dbt_project dbt_project
RUN pip install --no-cache-dir --no-deps --no-build-isolation --editable .

USER lingtan
ENV AIRFLOW_HOME=/data/airflow \
    LINGTAN_VAR=/data/var \
    LINGTAN_OUT=/data/out \
    DO_NOT_TRACK=1 \
    DBT_SEND_ANONYMOUS_USAGE_STATS=false
VOLUME /data
