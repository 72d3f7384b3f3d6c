"""Tests of okr_config.shaping, on models of every shape of field."""

from datetime import date
from decimal import Decimal
from typing import Annotated, Any, Literal

import pytest
from pydantic import Field, SecretStr, field_validator

from okr_config.documents import plain
from okr_config.environment import Variables, fill
from okr_config.models import Change, Day, Identifier, Model, Number, Text
from okr_config.shaping import Shaped, shape
from okr_config.yaml_files import parse_document


class Cursor(Model):
    """Pages by cursor."""

    type: Literal["cursor"]
    next: str


class Offset(Model):
    """Pages by offset."""

    type: Literal["offset"]
    limit: int = 100


class Inner(Model):
    """An item of a list."""

    on: Day
    value: Annotated[Number, Field(ge=0, lt=10)] = Decimal(1)


class Outer(Model):
    """A field of every shape."""

    id: Identifier
    title: Text = ""
    on: Day | None = None
    flag: bool = False
    count: int = 0
    share: Annotated[float, Field(gt=0, le=1)] | None = None
    baseline: Number | Literal["measured"] = Decimal(0)
    between: tuple[Number, Number] | None = None
    pace: Literal["linear", "last_year"] | tuple[Inner, ...] = "linear"
    inner: tuple[Inner, ...] = ()
    where: dict[str, str] = Field(default_factory=dict)
    secret: SecretStr | None = None
    pages: Annotated[Cursor | Offset, Field(discriminator="type")] | None = None
    aliased: int = Field(default=0, alias="from")
    even: int = 0

    @field_validator("even")
    @classmethod
    def _is_even(cls, number: int) -> int:
        if number % 2:
            raise ValueError("even must be even")
        return number


def _shape(text: str, *, echo: bool = True) -> Shaped[Outer]:
    document, problems = parse_document(text, "x.yaml")
    assert document is not None
    assert [] == problems
    document = fill(document, Variables({}, None))
    return shape(Outer, document.root, document, echo=echo)


def _told(text: str, *, echo: bool = True) -> list[str]:
    return sorted(str(problem).removeprefix("x.yaml:") for problem in _shape(text, echo=echo).problems)


@pytest.mark.parametrize(
    ("written", "key", "expected"),
    [
        ("title: no", "title", "no"),
        ("title: 010", "title", "010"),
        ("title: 2020-04-27", "title", "2020-04-27"),
        ("title: {nb: Hei, en: 1}", "title", {"nb": "Hei", "en": "1"}),
        ("where: {sku: 010, country: no}", "where", {"sku": "010", "country": "no"}),
        ("on: 2020-04-27", "on", date(2020, 4, 27)),
        ("on:", "on", None),
        ("flag: true", "flag", True),
        ("count: 010", "count", 10),
        ("baseline: 1e3", "baseline", Decimal(1000)),
        ("baseline: 0.10", "baseline", Decimal("0.10")),
        ("baseline: measured", "baseline", "measured"),
        ("between: [1, 2.5]", "between", (Decimal(1), Decimal("2.5"))),
        ("pace: last_year", "pace", "last_year"),
        ("from: 3", "aliased", 3),
    ],
)
def test_a_scalar_is_what_its_field_says(written: str, key: str, expected: Any) -> None:  # noqa: ANN401 - of any field
    """The same word is a text where a text is wanted and a number where a number is."""
    model = _shape(f"id: a\n{written}\n").model

    assert model is not None
    assert expected == getattr(model, key)


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("title: [a]", "title must be a text or a mapping (key: value)"),
        ("on: 27.04.2020", "on must be a date such as 2026-04-27, not '27.04.2020'"),
        ("on: 2020-02-30", "on must be a date such as 2026-04-27, not '2020-02-30'"),
        ("on: 20200427", "on must be a date such as 2026-04-27, not '20200427'"),
        ("on: 12:30:00", "on must be a date such as 2026-04-27, not '12:30:00'"),
        ("flag: 7", "flag must be true or false, not '7'"),
        ("count: 1.5", "count must be a whole number, not '1.5'"),
        ("count: ''", "count must be a whole number, not ''"),
        ("share: 0", "share must be more than 0, not '0'"),
        ("share: 1.01", "share must be at most 1, not '1.01'"),
        ("share: nan", "share must be a number, not 'nan'"),
        ("share: 1e999", "share must be a number, not '1e999'"),
        ("baseline: NaN", "baseline must be a number or 'measured', not 'NaN'"),
        ("baseline: .inf", "baseline must be a number or 'measured', not '.inf'"),
        ("baseline: mesured", "baseline must be a number or 'measured', not 'mesured'\n  did you mean 'measured'?"),
        ("between: 3", "between must be a list, not '3'"),
        ("between: [1]", "between must be a pair"),
        ("between: [1, 2, 3]", "between must be a list of at most 2"),
        ("pace: lineal", "pace must be 'linear' or 'last_year' or a list, not 'lineal'\n  did you mean 'linear'?"),
        ("inner: {}", "inner must be a list"),
        ("where: sku", "where must be a mapping (key: value), not 'sku'"),
        ("even: 3", "even must be even"),
        ("pages: {type: curser}", "pages must be a mapping with type: 'cursor', 'offset'"),
        ("pages: {next: x}", "pages must be a mapping with its type"),
    ],
)
def test_a_misfit_is_told_in_plain_words(written: str, expected: str) -> None:
    """What is wanted, what stands there, and where; never the words of a library."""
    column = written.index(":") + 3

    assert [f"2:{column}  {expected}"] == _told(f"id: a\n{written}\n")


def test_a_key_without_value_is_called_empty() -> None:
    """Nothing after the colon is told at the key."""
    assert ["2:1  count must be a whole number, not empty"] == _told("id: a\ncount:\n")


def test_places_within_lists_and_mappings() -> None:
    """Each problem stands at its own value, however deep."""
    text = "id: A b\ninner:\n  - {on: 2020-01-01, value: 10}\n  - {value: -1}\n  - x\npace: [{on: soon}]\n"

    assert [
        "1:5  id must be a short name of a-z, 0-9, - and _, not 'A b'",
        "3:29  value must be less than 10, not '10'",
        "4:13  value must be at least 0, not '-1'",
        "4:5  on is missing",
        "5:5  inner must be a mapping (key: value), not 'x'",
        "6:13  on must be a date such as 2026-04-27, not 'soon'",
    ] == _told(text)


def test_unknown_keys_stand_at_the_key() -> None:
    """An unknown key names the nearest known one, else those there are."""
    text = "id: a\ntitel: x\nzzz: 1\ninner:\n  - on: 2020-01-01\n    valeu: 1\ntitle: {no: Hei}\n"

    keys = "id, title, on, flag, count, share, baseline, between, pace, inner, where, secret, ..."
    assert [
        "2:1  unknown key 'titel'\n  did you mean 'title'?",
        f"3:1  unknown key 'zzz'\n  keys here: {keys}",
        "6:5  unknown key 'valeu'\n  did you mean 'value'?",
        "7:9  a key of title must be 'nb' or 'en'\n  it is 'no'",
    ] == _told(text)


def test_values_are_repeated_only_where_asked() -> None:
    """Without echo no problem holds a value, and none of them a library's text that might."""
    text = (
        "id: CANARY!\non: CANARY\ncount: CANARY\npace: CANARY\npages: {type: CANARY}\nsecret: [CANARY]\nwhere: CANARY\n"
    )

    told = _told(text, echo=False)

    assert 7 == len(told)
    assert "CANARY" not in "".join(told)


def test_a_missing_root_key() -> None:
    """What is needed and not there is told where the mapping begins."""
    assert ["1:1  id is missing"] == _told("title: x\n")
    assert ["1:1  the file must be a mapping (key: value)"] == _told("- x\n")


def test_the_rest_is_saved() -> None:
    """What does not fit is taken out; what stands beside it can be used, and knows that it is damaged."""
    shaped = _shape("id: a\ncount: x\ninner:\n  - {on: 2020-01-01, value: x}\n  - {value: 1}\n  - {on: 2020-01-02}\n")

    assert shaped.model is not None
    assert (0, [date(2020, 1, 1), date(2020, 1, 2)]) == (shaped.model.count, [one.on for one in shaped.model.inner])
    assert {"id": "a", "inner": [{"on": "2020-01-01"}, {"on": "2020-01-02"}]} == plain(shaped.node)
    assert shaped.node.damaged


def test_nothing_can_be_saved_without_what_is_needed() -> None:
    """A mapping whose needed key is wrong gives no model."""
    assert _shape("id: A b\n").model is None


def test_values_that_lack_a_variable_are_left_out_quietly() -> None:
    """They have a problem of their own already; what follows from them is none."""
    shaped = _shape("id: ${ID}\ncount: ${N}\nbetween: ['${A}', 2]\ninner: [{on: '${DAY}'}]\nshare: 2\n")

    assert ["x.yaml:5:8  share must be at most 1, not '2'"] == list(map(str, shaped.problems))


@pytest.mark.parametrize(
    ("written", "told"),
    [
        ("target: 1000000000000000", "target must be a number of at most 15 digits, and 6 after the point"),
        ("target: 1e999", "target must be a number of at most 15 digits, and 6 after the point"),
        ("target: 0.0000001", "target must be a number of at most 15 digits, and 6 after the point"),
        ("on: 9999-12-31", "on must be a day between 1900 and 2100"),
    ],
)
def test_what_a_table_cannot_hold_is_refused(written: str, told: str) -> None:
    """A number or day that a later stage could not keep is a problem with its place."""
    document, _ = parse_document(f"reason: x\n{written}", "f.yaml")
    assert document is not None

    problems = [one.what for one in shape(Change, document.root, document).problems]

    assert any(what.startswith(told) for what in problems)


def test_every_unknown_key_is_told_and_the_first_hundred_have_a_hint() -> None:
    """A megabyte of wrong keys costs what reading it costs: words are compared for as many as anybody reads."""
    document, _ = parse_document("id: a\n" + "".join(f"cout{number}: 1\n" for number in range(20_000)), "some.yaml")
    assert document is not None

    shaped = shape(Outer, document.root, document)

    assert "a" == shaped.model.id if shaped.model else ""
    assert 20_000 == len(shaped.problems)
    assert ["did you mean 'count'?"] * 2 + [""] * 2 == [problem.hint for problem in shaped.problems[98:102]]
