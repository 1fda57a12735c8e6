# Chorus for production: one image; the compose file runs it as web, worker and beat.
FROM python:3.11-slim AS packages
ENV UV_PYTHON_DOWNLOADS=never UV_SYSTEM_CERTS=1 UV_COMPILE_BYTECODE=1
COPY requirements/uv.txt requirements/base.txt /requirements/
RUN python -m venv /venv \
 && pip install --no-cache-dir --require-hashes -r /requirements/uv.txt \
 && uv pip sync --python /venv/bin/python --require-hashes --no-build /requirements/base.txt

FROM python:3.11-slim
RUN useradd --system --uid 10001 --create-home --home-dir /var/lib/chorus chorus
COPY --from=packages /venv /venv
WORKDIR /srv/chorus
COPY manage.py ./
COPY advocacy advocacy
COPY people people
COPY brands brands
COPY templates templates
COPY static static
COPY tools/probe.py tools/make_keys.py tools/
ENV PATH=/venv/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 MALLOC_ARENA_MAX=2 \
    PROFILE=production DATA_DIR=/var/lib/chorus WEB_BIND=0.0.0.0:8000
# collectstatic needs settings that load; the secrets made for it end with this one step
RUN export $(python tools/make_keys.py) STATIC_ROOT=/srv/chorus/collected SITE_URL=https://build.example \
      DATABASE_URL=sqlite:////tmp/build.sqlite3 REDIS_URL=redis://build EMAIL_URL=smtp://build \
 && python manage.py collectstatic --no-input --verbosity 0
ENV STATIC_ROOT=/srv/chorus/collected
USER chorus
VOLUME /var/lib/chorus
EXPOSE 8000
CMD ["gunicorn", "-c", "python:advocacy.webserver"]
