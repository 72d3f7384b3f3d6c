# `just` alone does what CI does.

default: lint test

# install everything, as locked
sync:
    uv sync --frozen

# style, types, import rules, generated files
lint: sync
    uv run ruff check .
    uv run ruff format --check .
    uv run mypy
    uv run lint-imports
    uv run vulture
    uv run okr schema --check
    uv run python -m flows.sources.docs --check
    uv run python -m flows.reference --check

# put the code in form
format:
    uv run ruff format .
    uv run ruff check --fix .

# all tests
test: sync
    uv run pytest -m "not slow"
    uv run pytest -m slow

# tests that do not take seconds each
quick:
    uv run pytest -m "not slow"

# fortnights of a folder against an oracle, from a seed on; each that is wrong prints the command that replays it
soak lives="2000" seed="1":
    uv run python -m tests.simulator {{seed}} --soak {{lives}}

# vendors' schemas and real servers: fetched once, then tested against
live: sync
    .ci/fetch
    tests/live/bluesky/install
    uv run pytest tests/live tests/connectors/shop/_shopify/test_queries.py tests/connectors/test_lexicons.py

# the page's pictures and counted sentences anew; look at each before you commit it
renew:
    OKR_RENEW=1 uv run pytest -n0 tests/scorecard/page/test_screenshots.py tests/scorecard/page/test_words.py tests/flows/test_story.py tests/flows/test_story_shop.py

# 300 hourly runs with an outage each day: health, ping, memory and size at each step; some minutes
soak-runs:
    OKR_SOAK=300 uv run pytest -n0 -s tests/flows/test_soak.py

# the demo, in a new folder
demo:
    rm -rf okr-demo
    uv run okr demo

# write what is generated: the schema for editors, a page a connector, pages on keys and tables
generate:
    uv run okr schema
    uv run python -m flows.sources.docs
    uv run python -m flows.reference

# every benchmark, with its figures
bench:
    uv run python benchmarks/commands.py
    uv run python benchmarks/orders.py
    uv run python benchmarks/pages.py

# the README's picture of the demo's page; needs a Chromium, Chrome or Edge
picture: sync
    uv run python docs/picture.py

# the first five minutes, as a terminal shows them
transcript: sync
    uv run python docs/transcript.py
