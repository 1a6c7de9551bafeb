# syntax=docker/dockerfile:1
# The image of the grown-up installation: the same hash-pinned packages as everywhere else.
# A company's own package index: docker compose build --build-arg PIP_INDEX_URL=…

FROM python:3.11-slim AS packages
ARG PIP_INDEX_URL
ENV PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1
RUN python -m venv /opt/venv
COPY requirements.lock /tmp/
RUN /opt/venv/bin/pip install --require-hashes --only-binary :all: -r /tmp/requirements.lock

FROM python:3.11-slim
ENV PATH=/opt/venv/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 TZ=Asia/Shanghai LANG=C.UTF-8
# Group 0 and group-writable folders: the container may run under any user id (see GUANJIA_UID).
RUN useradd --uid 10001 --gid 0 --home-dir /var/lib/guanjia --shell /usr/sbin/nologin guanjia \
    && install -d -o guanjia -g 0 -m 2770 \
        /var/lib/guanjia /var/lib/guanjia/inbox /var/lib/airflow /var/lib/airflow/logs
COPY --from=packages /opt/venv /opt/venv
WORKDIR /opt/guanjia
COPY pyproject.toml README.md LICENSE NOTICE ./
COPY plugins plugins
COPY dags dags
COPY sql sql
COPY expectations expectations
# In place, so that sql/ and expectations/ are found beside plugins/; setuptools comes from the lock.
RUN pip install --no-deps --no-build-isolation --no-cache-dir --editable . \
    && python -m compileall -q plugins dags
# Any user id may have no name; Airflow asks for one.
ENV HOME=/var/lib/guanjia USER=guanjia LOGNAME=guanjia GUANJIA_HOME=/var/lib/guanjia AIRFLOW_HOME=/var/lib/airflow
USER 10001:0
CMD ["guanjia", "--help"]
