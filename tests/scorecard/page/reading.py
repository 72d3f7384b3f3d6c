"""Reads a page's numbers back, each with its digits and the words beside it."""

from html.parser import HTMLParser

Told = tuple[str, str]
COLUMNS = (
    "value", "baseline", "target", "target_original", "progress_raw", "expected", "probability", "confidence",
    "confidence_stated", "forecast_p10", "forecast_p50", "forecast_p90",
)  # fmt: skip


class Numbers(HTMLParser):
    """
    Collects every number with the digits it is told with and the words beside it.

    overview: by key result, a number (or None) for each cell between the title and the end. exact: by key result and
    label. figures: by key result, the numbers of its card outside the table.
    """

    def __init__(self) -> None:
        super().__init__()
        self.overview: dict[str, list[Told | None]] = {}
        self.exact: dict[str, dict[str, Told]] = {}
        self.figures: dict[str, list[Told]] = {}
        self.name = self.label = self.digits = self.words = ""
        self.inside: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note where we are."""
        values = dict(attrs)
        self.inside.append(tag)
        if tag == "article":
            self.name = (values["aria-labelledby"] or "").removeprefix("k-")
            self.exact[self.name], self.figures[self.name] = {}, []
        if tag == "a" and (values["href"] or "").startswith("#k-"):
            self.name = (values["href"] or "").removeprefix("#k-")
            self.overview[self.name] = []
        if tag == "td" and self.name in self.overview and "article" not in self.inside:
            self.overview[self.name].append(None)
        if tag == "data":
            self.digits = values["value"] or ""
        self.words = ""

    def handle_data(self, data: str) -> None:
        """Gather words."""
        self.words += data

    def handle_endtag(self, tag: str) -> None:
        """Note a label or a number."""
        if tag == "dt":
            self.label = self.words
        if tag == "data":
            told = (self.digits, self.words)
            if "dd" in self.inside:
                self.exact[self.name][self.label] = told
            elif "article" in self.inside:
                self.figures[self.name].append(told)
            elif self.name in self.overview:
                self.overview[self.name][-1] = told
        if tag == "tr":
            self.name = self.name if "article" in self.inside else ""
        while self.inside and self.inside.pop() != tag:
            pass
