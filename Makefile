# Every target only calls Python: where make is absent, run  python3 tools/<target>.py
PYTHON ?= python3

.PHONY: demo test lint bench docs clean

demo:  ## the demonstration city on http://127.0.0.1:$(PORT) (PORT=8000)
	@$(PYTHON) tools/demo.py

test:  ## engine, city on SQLite and PostgreSQL, browser: what this machine has
	@$(PYTHON) tools/test.py

lint:  ## style, types, floors, rulers, translations
	@$(PYTHON) tools/lint.py

bench:  ## measure, print, write bench/results.json
	@$(PYTHON) tools/bench.py

docs:  ## the generated reference pages and CHANGELOG.md
	@$(PYTHON) tools/docs.py

clean:  ## remove what was built; the city's data in var/ stays
	@$(PYTHON) tools/clean.py
