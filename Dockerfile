# The site as an image: one stage builds the environment from the lock file, the other runs it as nobody special.
FROM python:3.11-slim-bookworm AS build
ENV UV_PYTHON_DOWNLOADS=never UV_COMPILE_BYTECODE=1 UV_LINK_MODE=copy
RUN pip install --no-cache-dir uv==0.13.9
WORKDIR /app
COPY pyproject.toml uv.lock ./
RUN uv sync --frozen --no-dev
COPY manage.py ./
COPY people people
COPY events events
COPY bookings bookings
COPY notifications notifications
COPY config config
COPY sample sample
# Static files are collected once, here. Nothing is reached and nothing is signed; the values only satisfy the settings.
RUN DJANGO_SETTINGS_MODULE=config.settings.production ALLOWED_HOSTS=localhost SITE_URL=https://localhost \
    DATABASE_URL=postgres://localhost/none REDIS_URL=redis://localhost EMAIL_URL=smtp://localhost \
    REPLY_DOMAIN=localhost DEFAULT_FROM_EMAIL=nobody@localhost \
    SECRET_KEY="$(python -c 'import secrets; print(secrets.token_urlsafe(50))')" \
    .venv/bin/python manage.py collectstatic --no-input --verbosity 0

FROM python:3.11-slim-bookworm
RUN useradd --create-home --uid 10001 weeks
WORKDIR /app
COPY --from=build /app /app
RUN mkdir --parents var/files && chown weeks var var/files
ENV PATH=/app/.venv/bin:$PATH PYTHONUNBUFFERED=1 DJANGO_SETTINGS_MODULE=config.settings.production
USER weeks
EXPOSE 8000
CMD ["gunicorn", "--config", "python:config.web_server", "--bind", "0.0.0.0:8000", "config.wsgi"]
