# Two commands do everything on a fresh Debian machine:
#   make leaflets   builds all leaflets into dist/
#   make test       runs every test
# `make quick` runs the tests of the core in under a minute; `make stress` what is too heavy for `make test`.
# `make stress` kills 100 builds at random moments, and others at each step of publishing. LEAFLETKIT_STRESS_ROUNDS=400 makes it
# 400, and all else of tests/stress/test_crash.py four times as long.
# `make faults` plants faults everywhere and writes what was caught to docs/reference/fault-injection.md.
# `make lexicon` writes what the voices say of numbers, signs and abbreviations to docs/reference/lexicon.md.
# `make bench` measures how fast everything is, beside a hospital's own script (docs/reference/speed.md), and what pages weigh
# (docs/reference/weights.md). Let nothing else run: it takes about two hours. `make bench ROUNDS=1 SIZES=10,100` is the quick way.

PYTHON ?= python3
ROUNDS ?= 3
SIZES ?= 10,100,1000
VENV := .venv
BIN := $(VENV)/bin
RUN_PACKAGES := python3-venv libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 fonts-noto-core fonts-noto-cjk fonts-sil-andika
TEST_PACKAGES := $(RUN_PACKAGES) gettext poppler-utils ffmpeg chromium openjdk-17-jre-headless tesseract-ocr \
  $(addprefix tesseract-ocr-,eng cym pol fra ara urd hin chi-sim)

.PHONY: leaflets test quick stress faults lexicon bench setup setup-test lint clean

leaflets: setup
	$(BIN)/python build.py build

test: setup-test lint
	$(BIN)/python -m pytest -n auto

quick: setup-test
	$(BIN)/python -m pytest -n auto -m "not full and not stress"

faults: setup-test
	$(BIN)/python build.py build
	PYTHONPATH=src $(BIN)/python -m tests.inject dist

lexicon: setup-test
	PYTHONPATH=src $(BIN)/python -m tests.spoken.report

bench: setup-test
	@sh tools/packages.sh espeak-ng lame
	$(BIN)/python bench/library.py measure --sizes $(SIZES) --sample 1 --json bench/results/d.json
	$(BIN)/python bench/cluster.py --leaflet ivig --format web --format easy-read-print --format standard-print --format large-print --format giant-print --rows bench/results/e.json
	$(BIN)/python bench/run.py --rounds $(ROUNDS)
	$(BIN)/python bench/checks.py
	$(BIN)/python bench/pdf.py $(ROUNDS)
	$(BIN)/python bench/pages.py
	$(BIN)/python bench/audio.py $(ROUNDS)

stress: setup-test
	$(BIN)/python -m pytest tests/stress/test_crash.py tests/stress/test_stress.py
	$(BIN)/python -m pytest -n auto tests/stress/test_eyes.py
	$(BIN)/python -m pytest -n auto -m stress

lint: setup-test
	$(BIN)/ruff check src tests bench tools build.py
	$(BIN)/mypy

setup: $(VENV)/.run
setup-test: $(VENV)/.test

$(VENV)/.run: requirements.txt | system-run
	sh tools/venv.sh $(PYTHON) $(VENV) requirements.txt
	touch $@

$(VENV)/.test: requirements.txt requirements-test.txt tools/vnu.py | system-test
	sh tools/venv.sh $(PYTHON) $(VENV) requirements-test.txt
	$(BIN)/python tools/vnu.py
	touch $@ $(VENV)/.run

.PHONY: system-run system-test
system-run:
	@sh tools/packages.sh $(RUN_PACKAGES)
system-test:
	@sh tools/packages.sh $(TEST_PACKAGES)

clean:
	rm -rf dist preview $(VENV)
