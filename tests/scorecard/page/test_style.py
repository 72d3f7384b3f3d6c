"""Every colour can be read, and no two statuses can be taken for each other, whatever one's eyes."""

import re
from itertools import combinations
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

import scorecard.page.render
from scorecard.page.render import badge
from scorecard.score_row import ScoreRow
from scorecard.status import LOOKS, Status

Colour = NDArray[np.float64]

STYLE = (Path(scorecard.page.render.__file__).parent / "templates" / "page.css").read_text("utf-8")
STATUSES = ("track", "risk", "off", "none")
GLYPHS = (Path(scorecard.page.render.__file__).parent / "templates" / "parts.html.j2").read_text("utf-8")

# Machado, Oliveira and Fernandes 2009, severity 1, on linear RGB
EYES = {
    "normal": [[1, 0, 0], [0, 1, 0], [0, 0, 1]],
    "protanope": [
        [0.152286, 1.052583, -0.204868],
        [0.114503, 0.786281, 0.099216],
        [-0.003882, -0.048116, 1.051998],
    ],
    "deuteranope": [
        [0.367322, 0.860646, -0.227968],
        [0.280085, 0.672501, 0.047413],
        [-0.011820, 0.042940, 0.968881],
    ],
    "tritanope": [
        [1.255528, -0.076749, -0.178779],
        [-0.078411, 0.930809, 0.147602],
        [0.004733, 0.691367, 0.303900],
    ],
}
TO_XYZ = np.array([[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]])
WHITE = TO_XYZ.sum(axis=1)


def themes() -> dict[str, dict[str, str]]:
    """Return the colours of the light, the dark and the printed page by name."""
    light, dark, _, printed = (
        dict(re.findall(r"--(\w+): ([^;]+);", block)) for block in re.findall(r":root \{(.*?)\}", STYLE, re.DOTALL)
    )
    return {"light": light, "dark": dark, "print": printed}


def linear(code: str) -> Colour:
    """Turn a hex code into linear RGB; a short one is doubled."""
    digits = code.removeprefix("#")
    digits = "".join(digit * 2 for digit in digits) if len(digits) == 3 else digits
    shares = np.array([int(digits[n : n + 2], 16) / 255 for n in (0, 2, 4)])
    return np.where(shares <= 0.04045, shares / 12.92, ((shares + 0.055) / 1.055) ** 2.4)


def seen(code: str, eyes: str) -> Colour:
    """Return linear RGB as somebody's eyes take it in."""
    return np.clip(np.array(EYES[eyes]) @ linear(code), 0, 1)


def contrast(one: str, other: str, eyes: str = "normal") -> float:
    """Contrast ratio as WCAG 2 defines it."""
    low, high = sorted(float(seen(code, eyes) @ TO_XYZ[1]) for code in (one, other))
    return (high + 0.05) / (low + 0.05)


def lab(colour: Colour) -> Colour:
    """CIELAB of linear RGB."""
    ratio = TO_XYZ @ colour / WHITE
    f = np.where(ratio > 216 / 24389, np.cbrt(ratio), (24389 / 27 * ratio + 16) / 116)
    return np.array([116 * f[1] - 16, 500 * (f[0] - f[1]), 200 * (f[1] - f[2])])


@pytest.mark.parametrize("eyes", EYES)
@pytest.mark.parametrize("theme", ["light", "dark", "print"])
@pytest.mark.parametrize("ground", ["page", "card"])
@pytest.mark.parametrize("colour", ["ink", "soft", *STATUSES])
def test_text_can_be_read(theme: str, ground: str, colour: str, eyes: str) -> None:
    """Every colour of text and of lines that mean something has a contrast of 4.5 with its grounds, for all eyes."""
    colours = themes()[theme]

    assert contrast(colours[colour], colours[ground], eyes) >= 4.5


@pytest.mark.parametrize("eyes", EYES)
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_bands_differ_from_each_other_and_from_the_card(theme: str, eyes: str) -> None:
    """The two bands of a fan and the card behind them are three tones, at least 7 apart (CIE 1976)."""
    colours = themes()[theme]
    card, wide, narrow = (lab(seen(code, eyes)) for code in _layers(colours))

    assert min(np.linalg.norm(card - wide), np.linalg.norm(wide - narrow)) >= 7


def _layers(colours: dict[str, str]) -> list[str]:
    """Return the card, the wide band on it, and the narrow band on that, as opaque colours."""
    below = [colours["card"]]
    for name in ("fan90", "fan50"):
        code = colours[name]
        share = int(code[7:9], 16) / 255
        mixed = [
            round(int(code[n : n + 2], 16) * share + int(below[-1][n : n + 2], 16) * (1 - share)) for n in (1, 3, 5)
        ]
        below.append("#" + "".join(f"{part:02x}" for part in mixed))
    return below


@pytest.mark.parametrize("eyes", EYES)
@pytest.mark.parametrize("theme", ["light", "dark", "print"])
def test_statuses_differ_for_all_eyes(theme: str, eyes: str) -> None:
    """Two status colours are at least 20 apart (CIE 1976), with and without a colour deficiency."""
    found = {status: lab(seen(themes()[theme][status], eyes)) for status in STATUSES}
    distances = {
        pair: round(float(np.linalg.norm(found[pair[0]] - found[pair[1]])), 1) for pair in combinations(STATUSES, 2)
    }

    assert {} == {pair: distance for pair, distance in distances.items() if distance < 20}


@pytest.mark.parametrize("status", ["not_started", "no_data", "on_track", "at_risk", "off_track", "achieved", "missed"])
def test_badges_can_be_read(status: str) -> None:
    """White on a badge's colours has a contrast of 4.5."""
    drawing = badge(ScoreRow.of({"title": "A", "status": status, "flags": []}))
    fills = re.findall(r'path fill="(#\w+)"', drawing)

    assert 2 == len(fills)
    assert min(contrast("#fff", fill) for fill in fills) >= 4.5


def test_every_class_on_the_page_is_styled_or_named() -> None:
    """The style sheet has no rule for a class that the page never uses."""
    templates = (Path(scorecard.page.render.__file__).parent / "templates").glob("*.j2")
    words = {word for template in templates for word in re.findall(r"[\w-]+", template.read_text("utf-8"))}
    statuses = {"on_track", "achieved", "at_risk", "off_track", "missed", "no_data", "not_started"}

    assert set() == set(re.findall(r"\.([a-z]\w*)", STYLE)) - words - statuses


def test_the_page_draws_every_status_as_it_looks() -> None:
    """Each status has the ink of its look on the light page and on paper, and a glyph of its own."""
    tints = {
        status: tint
        for names, tint in re.findall(r"^((?:\.\w+,? ?)+) \{ --tint: var\(--(\w+)\); \}$", STYLE, re.MULTILINE)
        for status in re.findall(r"\w+", names)
    }
    drawings = dict(re.findall(r'<symbol id="(\w+)"[^>]*>(.*?)</symbol>', GLYPHS))

    for theme in ("light", "print"):
        assert {status: look.ink for status, look in LOOKS.items()} == {
            status: themes()[theme][tint] for status, tint in tints.items()
        }
    assert set(Status) == set(drawings)
    assert len(set(drawings.values())) == len({look.shape for look in LOOKS.values()}) == len(Status)
