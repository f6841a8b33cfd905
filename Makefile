# The usual order: make setup, make run. See CONTRIBUTING.md.
BIN := .venv/bin

.PHONY: help setup run test check bench lock messages clean

help: ## these lines
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 12

setup: ## build .venv, fetch scripts, styles and fonts, compile translations
	@python=$$(sh tools/python) && "$$python" tools/setup.py

run: setup ## serve the office on http://127.0.0.1:8000 with the sample county
	@$(BIN)/plumbline up --sample

test: setup ## everything that must hold: check, then the tests on SQLite and on PostgreSQL
	@sh tools/test

check: setup ## style, types, floors, migrations, translations
	@sh tools/check

bench: setup ## every benchmark, with the machine named
	@$(BIN)/plumbline bench --all

lock: ## pin the newest allowed requirements with their hashes (needs uv)
	@UPGRADE=1 sh tools/lock

messages: ## collect new texts of the pages into the catalogues (needs GNU gettext)
	@cd src/plumbline/office && ../../../$(BIN)/python ../../../manage.py makemessages -l en --no-obsolete --no-location

clean: ## remove what set-up and tests made, but never the data
	rm -rf build .venv test-artifacts src/plumbline/office/static/vendor src/plumbline/office/fonts
