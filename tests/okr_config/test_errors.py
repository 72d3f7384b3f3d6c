"""Tests of okr_config.errors."""

from okr_config.errors import ConfigError, OkrError, Problem, SourceError


def test_an_error_is_three_lines() -> None:
    """What, where and next; what is not known takes no line."""
    error = SourceError(
        "plausible refused the key", reason="unauthorized", where="source besok", next_step="okr doctor besok"
    )

    assert "plausible refused the key\n  source besok\n  next: okr doctor besok" == str(error)
    assert "no\n  next: yes" == str(OkrError("no", next_step="yes"))
    assert (1, "unauthorized") == (error.exit_code, error.reason)


def test_problems_are_sorted_by_place_and_counted() -> None:
    """A reader goes through a file from top to bottom."""
    error = ConfigError(
        [Problem("b.yaml", 1, 1, "x"), Problem("a.yaml", 10, 1, "y", "h", "n"), Problem("a.yaml", 9, 1, "z")]
    )

    expected = "a.yaml:9:1  z\na.yaml:10:1  y\n  h\n  next: n\nb.yaml:1:1  x\n3 problems in the config"
    assert expected == str(error)


def test_a_problem_of_a_whole_file_has_no_line() -> None:
    """Line 0 is no place to go to."""
    assert "a.yaml  not UTF-8" == str(Problem("a.yaml", 0, 0, "not UTF-8"))
