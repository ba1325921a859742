# Short names for what .ci/run and the docs do; nothing here is needed to use gencli.
.PHONY: test lint docs site data bench

test:
	pytest

lint:
	ruff check . && ruff format --check . && mypy && lint-imports

docs:
	python docs/generate.py
	python docs/pictures.py

site:
	sphinx-build --nitpicky --fail-on-warning --keep-going -c docs . build/site

data:
	python data/build.py

bench:
	python bench/run.py && python bench/fetch.py
