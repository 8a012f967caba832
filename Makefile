# Two commands matter: `make demo` shows the product on sample exports, `make test` proves it.
SHELL := /bin/bash
PYTHON ?= python3
PORT ?= 8501
BIN := .venv/bin

.PHONY: demo test lint dictionary bench clean

demo: .venv/.ready
	$(BIN)/python -m kpi load data/samples
	@echo
	@echo "看板地址 / dashboard: http://127.0.0.1:$(PORT)   (Ctrl+C 停止 / stops it)"
	@echo
	$(BIN)/python -m streamlit run app.py --server.port $(PORT) --server.headless true

test: .venv/.ready-dev
	scripts/browser.sh
	$(BIN)/python -m pytest -q -n 2 --dist loadfile

lint: .venv/.ready-dev
	$(BIN)/ruff check .

dictionary: .venv/.ready
	$(BIN)/python -m kpi dictionary > docs/dictionary.md

bench: .venv/.ready-dev
	$(BIN)/python benchmarks/bench.py

.venv/.ready: requirements.txt
	test -x $(BIN)/python || $(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements.txt
	touch $@

.venv/.ready-dev: requirements-dev.txt .venv/.ready
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements-dev.txt
	touch $@

clean:
	rm -rf .venv .pytest_cache .ruff_cache data/store
