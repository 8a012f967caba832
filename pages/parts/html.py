"""The few pieces of HTML that pages are made of; every text is escaped here and nowhere else."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from html import escape
from pathlib import Path
from urllib.parse import urlencode

import streamlit as st

from kpi.charts import style as style_of

_STYLE = Path(__file__).with_name("style.css")


_MARKS = re.compile(r"([\\`*_\[\]$:<>!~#&|])")
"""Signs that mean something in Markdown, or begin a directive of Streamlit."""


class Html(str):
    """A text that is HTML already."""


def safe(text: object) -> str:
    """Return a text escaped, unless it is HTML already."""
    return text if isinstance(text, Html) else escape(str(text))


def plain(text: str) -> str:
    """Return a text of a ledger for a label that Streamlit reads as Markdown: it stays text, and asks no stranger for a picture."""
    return _MARKS.sub(r"\\\1", text)


def tag(name: str, *inside: object, cls: str = "", **attributes: str) -> Html:
    """Return an element; `_` in the name of an attribute stands for a hyphen."""
    more = "".join(f' {key.rstrip("_").replace("_", "-")}="{escape(value)}"' for key, value in attributes.items())
    return Html(f"<{name}{f' class={chr(34)}{escape(cls)}{chr(34)}' if cls else ''}{more}>{''.join(safe(i) for i in inside)}</{name}>")


def join(*parts: object) -> Html:
    """Return parts one after the other."""
    return Html("".join(safe(p) for p in parts))


def show(*parts: object) -> None:
    """Write HTML to the page."""
    st.html(join(*parts))


def style() -> None:
    """Put the product's stylesheet into the page."""
    st.html(_STYLE)


_SCRIPT = r"""<script>
document.documentElement.lang = "{lang}";
for (const wait of [0, 200, 800, 2000]) setTimeout(() => {{
  for (const dialog of document.querySelectorAll('[data-testid="stDialog"]'))
    if (dialog.querySelector("h2")?.textContent === "Page not found") dialog.querySelector('section > button')?.click();
}}, wait);
window.kpiNames = {names};
window.kpiNaming ??= setInterval(() => {{
  const bare = ["FileUploaderDropzoneInput", "BaseButton-elementToolbar", "PaginationPrev", "PaginationNext", "PaginationPage", "PaginationPageActive"].map(id => `[data-testid="st${{id}}"]`);
  for (const part of document.querySelectorAll([...bare, '[data-testid="stDialog"] button', '[role="progressbar"]', '[aria-label="Pagination"]'].join())) {{
    const label = part.getAttribute("aria-label"), name = label && window.kpiNames[label.replace(/\d+/, "#")];
    if (name) part.setAttribute("aria-label", name.replace("#", /\d+/.exec(label)));
  }}
  for (const tip of document.querySelectorAll('[data-testid="stTooltipContent"] p')) {{
    const name = window.kpiNames[tip.textContent];
    if (name) tip.textContent = name;
  }}
  for (const button of document.querySelectorAll('[data-testid="stFileUploaderDropzone"] button:not([aria-label])')) button.setAttribute("aria-label", window.kpiNames["file upload"]);
  for (const box of document.querySelectorAll('[class*="st-key-fig_wide"], [class*="st-key-plot_"]')) box.scrollWidth > box.clientWidth ? box.setAttribute("tabindex", "0") : box.removeAttribute("tabindex");
}}, 250);
</script>"""


def script(lang: str, names: Mapping[str, str]) -> None:
    """Say the page's language to the browser, name what Streamlit names in English only, and close a message that stands there without cause.

    `names` are read out to who cannot see the page. Before the first `st.navigation` of a server Streamlit looks for
    pages in pages/*.py, finds none and tells the first visitor of a deep link "Page not found" over the page that it
    then shows rightly.
    """
    st.html(_SCRIPT.format(lang="en" if lang == "en" else "zh-CN", names=json.dumps(names, ensure_ascii=False)), unsafe_allow_javascript=True)


def uploader(pick: str, drop: str, large: str) -> None:
    """Say what the stylesheet puts in place of the uploader's own English words."""
    show(Html("<style>:root{" + "".join(f'--{name}:"{text}";' for name, text in (("pick", pick), ("drop", drop), ("large", large))) + "}</style>"))


def table(headers: Sequence[object], rows: Sequence[Sequence[object]], *, left: int = 1, cls: str = "", caption: str = "", total: bool = False) -> Html:
    """Return a table: the first `left` columns read from the left, the others are figures; it scrolls inside its own box; with `total` the last row is a total."""
    sides = ["" if i < left else "num" for i in range(len(headers))]
    head = tag("tr", *(tag("th", h, cls=side, scope="col") for h, side in zip(headers, sides, strict=True)))
    body = [
        tag("tr", *(cell if isinstance(cell, Html) and cell.startswith("<td") else tag("th" if i == 0 else "td", cell, cls=sides[i], **({"scope": "row"} if i == 0 else {}))
                    for i, cell in enumerate(row)), cls="total" if total and place == len(rows) - 1 else "")
        for place, row in enumerate(rows)
    ]
    named = tag("caption", caption) if caption else ""
    return tag("div", tag("table", named, tag("thead", head), tag("tbody", *body), cls=f"t {cls}".strip()), cls="t-box", tabindex="0", role="region", **({"aria_label": caption} if caption else {}))


def address(page: str, query: Mapping[str, str]) -> str:
    """Return the address of a page of ours with what its link says."""
    return f"{page}?{urlencode(query)}"


def link(text: object, to: str) -> Html:
    """Return a link to a page of ours, opened in the same window."""
    return tag("a", text, href=to, target="_self")


def fold(summary: object, *inside: object, cls: str = "", unfolded: bool = False) -> Html:
    """Return a part that opens on demand, without a round trip to the server."""
    return tag("details", tag("summary", summary), *inside, cls=cls, **({"open": "open"} if unfolded else {}))


def dark() -> bool:
    """Return whether the visitor's system asks for a dark ground."""
    return st.context.theme.type == "dark"


def legend(items: Sequence[tuple[str, str, str]]) -> Html:
    """Return a legend of (kind, colour, words); kind is bar, hatch, line, dot or ring."""
    ground = style_of.dark if dark() else str
    return tag("span", *(tag("span", tag("i", cls=f"k {kind}", style=f"--c:{ground(colour)}"), words, cls="key") for kind, colour, words in items), cls="legend")
