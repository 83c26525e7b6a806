# Practice Weeks: `make run` to look around, `make test` and `make check` before a commit, `make bench` to measure.
# Nothing but python3 (3.11 or newer) is needed; the tools are installed below this folder.
PYTHON     ?= python3
PORT       ?= 8000
N          ?= 3
MINUTES    ?= 60
UV_VERSION := 0.13.9
UV         := .tools/bin/uv
RUN        := .venv/bin/python
export UV_PYTHON := $(PYTHON)
export UV_PYTHON_DOWNLOADS := never
export UV_PROJECT_ENVIRONMENT := .venv
export UV_SYSTEM_CERTS ?= 1
unexport VIRTUAL_ENV

# What a deployment would set, so that `make check` sees what it would see.
DEPLOYED   := DJANGO_SETTINGS_MODULE=config.settings.production ALLOWED_HOSTS=weeks.example.org \
	SITE_URL=https://weeks.example.org DATABASE_URL=postgres://localhost/weeks REDIS_URL=redis://localhost \
	EMAIL_URL=smtp://localhost REPLY_DOMAIN=weeks.example.org DEFAULT_FROM_EMAIL=bookings@weeks.example.org

.PHONY: run test test-fast stress nightly check bench soak coverage mutants format
.DEFAULT_GOAL := run

$(UV):
	@echo "Installing uv $(UV_VERSION) ..."
	@$(PYTHON) -m pip install -q --disable-pip-version-check --no-warn-script-location --root-user-action ignore \
		--target .tools "uv==$(UV_VERSION)"

.venv/.ready: uv.lock pyproject.toml | $(UV)
	@echo "Installing what the site needs ..."
	@$(UV) sync -q --frozen --inexact && touch $@

.venv/.ready-to-test: uv.lock pyproject.toml | $(UV)
	@echo "Installing what the tests need ..."
	@$(UV) sync -q --frozen --inexact --group dev --group e2e && touch $@ .venv/.ready
	@command -v npm >/dev/null || echo "Without npm the calendar tests leave out ical.js."
	@! command -v npm >/dev/null || $(MAKE) -s .tools/node_modules/ical.js

# The parser that Thunderbird reads calendars with.
.tools/node_modules/ical.js:
	@npm install --silent --no-save --no-package-lock --no-audit --no-fund --prefix .tools ical.js@2.2.1

run: .venv/.ready
	@PORT=$(PORT) $(RUN) manage.py up

test: .venv/.ready-to-test
	@$(RUN) -m tests $(PYTEST)

test-fast: .venv/.ready-to-test
	@$(RUN) -m tests --fast $(PYTEST)

# Whatever is chosen, N times in random order: `make stress N=20 PYTEST=tests/faults`.
stress: .venv/.ready-to-test
	@$(RUN) -m tests --times $(N) $(PYTEST)

# What takes longer than CI may: large numbers of people, LibreOffice. `make mutants` belongs to the night, too.
nightly: .venv/.ready-to-test
	@NIGHTLY=1 $(RUN) -m tests $(PYTEST)

format: .venv/.ready-to-test
	@$(RUN) -m ruff check --fix-only --quiet . ; $(RUN) -m ruff format --quiet .

check: .venv/.ready-to-test
	@$(RUN) -m ruff format --check .
	@$(RUN) -m ruff check .
	@$(RUN) -m mypy people events bookings notifications config bench
	@.venv/bin/lint-imports
	@$(RUN) -m djlint --quiet --lint .
	@$(RUN) manage.py makemigrations --check --dry-run
	@env $(DEPLOYED) SECRET_KEY="$$($(RUN) -c 'import secrets; print(secrets.token_urlsafe(50))')" \
		$(RUN) manage.py check --deploy --fail-level WARNING
	@.venv/bin/check-jsonschema --builtin-schema vendor.compose-spec docker-compose.yml

bench: .venv/.ready
	@$(RUN) -m bench

soak: .venv/.ready
	@$(RUN) -m bench.soak --minutes $(MINUTES) $(if $(SUMMARY),--summary $(SUMMARY))

# Which branches of rules, actions and the outbox the tests of them take; below 95 % it fails.
coverage: .venv/.ready-to-test
	@$(RUN) -m pytest -q --cov --cov-config=pyproject.toml \
		$(or $(PYTEST),tests/bookings tests/notifications tests/events/test_actions_*.py)

# Small changes of the core, one at a time, and whether the tests notice. Hours for all of them, minutes for a file
# or a sample; what was asked before is not asked again: `make mutants ONLY=bookings/policies.py SAMPLE=100`.
mutants: .venv/.ready-to-test
	@$(RUN) -m tests.mutants $(if $(ONLY),--only $(ONLY)) $(if $(SAMPLE),--sample $(SAMPLE)) $(if $(SEED),--seed $(SEED)) \
		$(if $(WRITE),--write $(WRITE))
