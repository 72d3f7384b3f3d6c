"""A key result's chart as an SVG file of its own, as a page elsewhere shows it."""

from html import escape

from scorecard.page.cards import Picture
from scorecard.page.charts import HEIGHT, WIDTH

_MARGIN, _SIDE = 60, 16
_INK, _SOFT, _LINE = "#1d2433", "#667085", "#0b69be"


def svg(picture: Picture, title: str) -> str:
    """Draw what was measured, the plan and the target; readable on white, with a title that is read aloud."""
    chart = picture.chart
    width, height, font = WIDTH + 2 * _SIDE, HEIGHT + 2 * _MARGIN, 'font-family="system-ui, sans-serif" font-size="24"'
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="{-_SIDE} {-_MARGIN} {width} {height}" role="img" {font}>',
        f"<title>{escape(title)}</title>",
        f'<rect x="{-_SIDE}" y="{-_MARGIN}" width="{width}" height="{height}" fill="#fff"/>',
    ]
    if chart.pace:
        parts.append(f'<path d="{chart.pace}" fill="none" stroke="{_SOFT}" stroke-width="2" stroke-dasharray="8 6"/>')
    if chart.target is not None:
        y = round(chart.target * HEIGHT / 100)
        parts.append(f'<path d="M0 {y}H{WIDTH}" stroke="{_INK}" stroke-width="2"/>')
        parts.append(
            f'<text y="{y + (28 if chart.target_below else -10)}" fill="{_INK}">{escape(picture.target)}</text>'
        )
    parts.append(f'<path d="{chart.observed}" fill="none" stroke="{_LINE}" stroke-width="4" stroke-linecap="round"/>')
    x, y = round(chart.last.x * WIDTH / 100), round(chart.last.y * HEIGHT / 100)
    parts.append(f'<circle cx="{x}" cy="{y}" r="7" fill="{_LINE}"/>')
    below = HEIGHT + 34
    parts.append(f'<text y="{below}" fill="{_SOFT}">{escape(picture.start)}</text>')
    parts.append(f'<text x="{WIDTH}" y="{below}" text-anchor="end" fill="{_SOFT}">{escape(picture.due)}</text>')
    return "\n".join([*parts, "</svg>"]) + "\n"
