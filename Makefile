# make demo  看演示：建环境、装依赖、导入示例台账、启动看板   see it: environment, packages, sample ledgers, dashboard
# make test  跑检查：另装浏览器、中文字体等（缺了才装）         check it: also installs a browser, Chinese fonts and such where missing
# make serve 看自己的数据（data/store 或 KPI_HOME）           your own data (data/store, or KPI_HOME)
# make fuzz  读取五千个弄坏的文件                               read 5,000 broken files
# make soak  强杀二百次、磁盘故障和断电重放各走一遍、二百份随机台账逐户重算、工作报告多出几期   kill it 200 times, break the disk and the power at every place, reckon 200 random ledgers again, more work reports
# make sweep 逐页、逐语言、深浅色、两种屏幕、四种数据看一遍，报表各取几页与原样比    every page in every language, ground, size and store; pages of every report beside how they looked
# make mutants 在计算里改错四百处，看检查能发现多少             make 400 small faults in the reckoning and see how many the tests find
# make lint  查写法                                          style
# make bench 与 pandas + openpyxl 比速度                      speed beside pandas + openpyxl
# make floors 与解压、与 DuckDB 建表比速度                    speed beside inflating, and beside DuckDB's own table
# make pack  月报四件与只写文件比速度                        speed of the month's reports beside writing the files alone

PYTHON ?= python3
PORT ?= 8501
VENV := .venv
RUN := $(VENV)/.requirements
DEV := $(VENV)/.requirements-dev
PIP := $(VENV)/bin/python -m pip install --quiet --disable-pip-version-check

.DEFAULT_GOAL := demo
.PHONY: demo serve test fuzz soak sweep mutants lint bench floors pack dictionary

demo: export KPI_HOME := $(or $(KPI_HOME),data/demo)
demo: $(RUN)
	$(VENV)/bin/python -m kpi load data/samples
	@$(MAKE) --no-print-directory serve

serve: $(RUN)
	@echo "看板地址 / dashboard: http://127.0.0.1:$(PORT)   （Ctrl+C 停止 / stops）"
	@exec $(VENV)/bin/python -m streamlit run app.py --server.headless true --server.port $(PORT)

test: $(DEV)
	sh scripts/packages.sh
	$(VENV)/bin/python -m pytest -n 3 --dist loadfile --no-loadscope-reorder

fuzz: export KPI_FUZZ := 5000
fuzz: $(DEV)
	$(VENV)/bin/python -m pytest -s tests/exports/test_fuzz.py

soak: export KPI_KILLS := 200
soak: export KPI_FAULTS := 100
soak: export KPI_CUTS := 40
soak: export KPI_WORLDS := 200
soak: $(DEV)
	sh scripts/packages.sh
	$(VENV)/bin/python -m pytest -s tests/store tests/oracle/test_shapes.py tests/reports/test_papers.py

sweep: export KPI_SWEEP := all
sweep: $(DEV)
	sh scripts/packages.sh
	$(VENV)/bin/python -m pytest -n 2 tests/pages/test_sweep.py tests/reports/test_setting.py

mutants: $(DEV)
	rm -rf $(VENV)/.mutants && mkdir -p $(VENV)/.mutants
	$(VENV)/bin/python -c "import json, pathlib; from kpi import pipeline; home = pathlib.Path('$(VENV)/.mutants/store').resolve(); home.with_name('sample-report.json').write_text(json.dumps(pipeline.load([pathlib.Path('data/samples').resolve()], home), ensure_ascii=False))"
	$(VENV)/bin/python -m tests.mutation.run --unharmed --workers 2 --home $(VENV)/.mutants/store --out docs/mutants.md

lint: $(DEV)
	$(VENV)/bin/python -m ruff check .

bench: $(DEV)
	$(VENV)/bin/python -m benchmarks.bench

floors: $(DEV)
	$(VENV)/bin/python -m benchmarks.floors

pack: $(DEV)
	$(VENV)/bin/python -m benchmarks.pack

dictionary: $(RUN)
	$(VENV)/bin/python -m kpi dictionary > docs/dictionary.md
	$(VENV)/bin/python -m kpi checks > docs/checks.md

$(VENV)/bin/python:
	@$(PYTHON) -c "import sys; sys.exit(sys.version_info < (3, 11))" || { echo "需要 Python 3.11 以上，可用 PYTHON=… 指明。 / Python 3.11 or later is needed; name it with PYTHON=…" >&2; exit 1; }
	$(PYTHON) -m venv $(VENV)

$(RUN): requirements.txt | $(VENV)/bin/python
	$(PIP) -r requirements.txt
	@touch $@

$(DEV): requirements-dev.txt $(RUN)
	$(PIP) -r requirements-dev.txt
	@touch $@
