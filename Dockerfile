FROM python:3.11-slim-bookworm
RUN apt-get update \
    && apt-get install -y --no-install-recommends libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 \
    && rm -rf /var/lib/apt/lists/*
WORKDIR /app
COPY requirements/base.txt requirements/base.txt
RUN pip install --no-cache-dir --require-hashes -r requirements/base.txt
COPY . .
ENV PYTHONUNBUFFERED=1 HOLDFAST_MODE=production HOLDFAST_VAR=/data STATIC_ROOT=/srv/static
RUN useradd --system --home /data holdfast && mkdir /data /ledger /srv/static && chown holdfast /data /ledger /srv/static
USER holdfast
# Static files carry hashes in their names; collecting needs settings, but none of these values is used later.
RUN SECRET_KEY=only-for-collecting-static-files-0123456789-abcdefghij ALLOWED_HOSTS=build \
    DATABASE_URL=postgresql://build/build CELERY_BROKER_URL=redis://build EMAIL_HOST=build \
    SITE_URL=https://build METRICS_TOKEN=build python manage.py collectstatic --noinput -v 0
EXPOSE 8000
CMD ["sh", "-c", "exec python -m uvicorn config.asgi:application --host 0.0.0.0 --port 8000 --workers ${WEB_WORKERS:-2} --proxy-headers --timeout-graceful-shutdown 5"]
