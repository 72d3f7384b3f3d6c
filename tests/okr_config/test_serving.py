"""`serve` in project.yaml: who may frame."""

import pytest
from pydantic import ValidationError

from okr_config.serving import ServeSettings


@pytest.mark.parametrize(
    "site", ["https://wiki.example.com", "http://localhost:8080", "https://*.example.com", "https://WIKI.example"]
)
def test_a_site_is_an_origin(site: str) -> None:
    """With its scheme, maybe a port, maybe all names below one."""
    assert (site,) == ServeSettings.model_validate({"embed": [site]}).embed


@pytest.mark.parametrize(
    "site",
    ["*", "https:", "wiki.example.com", "https://wiki.example.com/", "https://a.example; script-src *", "'self'",
     "https://a.example\nSet-Cookie: a=b", "javascript:alert(1)", "https://a.example https://b.example", ""],
)  # fmt: skip
def test_what_would_let_in_more_is_refused(site: str) -> None:
    """Every site, a path, another directive, another header."""
    with pytest.raises(ValidationError) as error:
        ServeSettings.model_validate({"embed": [site]})

    assert "a site is written as https://wiki.example.com, without a path" in str(error.value)
