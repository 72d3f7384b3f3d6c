"""Prefect's defaults as this project wants them."""

from pathlib import Path

from flows.run.prefect_settings import api_configured, apply_defaults


def test_telemetry_is_off_by_default() -> None:
    """Nothing is sent home unless the user says so."""
    environ: dict[str, str] = {}

    apply_defaults(environ)

    assert ("1", "false") == (environ["DO_NOT_TRACK"], environ["PREFECT_SERVER_ANALYTICS_ENABLED"])


def test_the_users_own_settings_stay() -> None:
    """A value that is set already is kept."""
    environ = {"DO_NOT_TRACK": "0"}

    apply_defaults(environ)

    assert "0" == environ["DO_NOT_TRACK"]


def test_an_api_is_found_by_variable_and_by_profile(tmp_path: Path) -> None:
    """PREFECT_API_URL or the active profile's; a profile without one is none."""
    home = {"PREFECT_HOME": str(tmp_path)}
    assert not api_configured(home)
    assert api_configured({**home, "PREFECT_API_URL": "http://127.0.0.1:4200/api"})

    (tmp_path / "profiles.toml").write_text(
        'active = "team"\n[profiles.team]\nPREFECT_API_URL = "http://127.0.0.1:4200/api"\n[profiles.alone]\n'
    )
    assert api_configured(home)
    assert not api_configured({**home, "PREFECT_PROFILE": "alone"})
