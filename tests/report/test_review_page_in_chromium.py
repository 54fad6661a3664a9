"""The page of what is staged in a real browser: it opens, is searched, printed and read in the dark, asks for nothing, and
hostile data stays data.

The browser is Chromium, as Debian packages it; without it these tests are skipped, but in CI they fail.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from tests.report.chromium import CHROMIUM, Tab, tab
from tests.screens.hostile import missing, strings, unsafe
from workbench.report import customers as data
from workbench.stage.edits import Edit
from workbench.workbench import Workbench

READY = "document.documentElement.hasAttribute('data-ready')"
SAID = "document.getElementById('said').textContent"
SEEN = "document.body.innerText"
LIST = "document.getElementById('customers')"


@pytest.fixture(autouse=True)
def browser() -> None:
    """There has to be one."""
    if CHROMIUM is None:
        if os.environ.get("CI") and not os.environ.get("WORKBENCH_NO_BROWSER"):
            pytest.fail("chromium is missing: in CI it must be installed, or the page is never seen in a browser")
        pytest.skip("chromium is missing, so no page can be seen")


@pytest.fixture
def packed(monkeypatch: pytest.MonkeyPatch) -> None:
    """Pages keep their data compressed."""
    monkeypatch.setattr(data, "PACKED", 1)


@pytest.fixture
def written(make: Callable[..., Workbench], write: Callable[[Workbench], Path]) -> Path:
    """A page of 130 customers with two changes each, of which one is odd."""
    bench = make(*({"payment_term": "NET 30", "freight_term": f"x{n} "} for n in range(130)))
    bench.stage([Edit("set", "payment_term", "NET30"), Edit("apply", "freight_term", "trim")], note="one spelling")
    bench.stage([Edit("clear", "payment_term")], rows=pl.Series([100], dtype=pl.UInt32))
    bench.hold(rows=pl.Series([7], dtype=pl.UInt32), note="ask")
    return write(bench)


@pytest.fixture
def hostile_page(hostile: Path, write: Callable[[Workbench], Path]) -> tuple[Path, int]:
    """The page of a session in which whatever can be hostile is, and how many customers it has."""
    with Workbench.open(hostile, key="k") as bench:
        return write(bench), bench.preview().customers


def only_itself(one: Tab) -> bool:
    """Whether the page asked for nothing but itself, complained of nothing and opened nothing."""
    asked = [(name, told.get("request", {}).get("url", "")) for name, told in one.events]
    return len(asked) == 1 and asked[0][0] == "Network.requestWillBeSent" and asked[0][1].startswith("file://")


async def test_it_is_searched_narrowed_and_unfolded_from_the_keyboard(packed: None, written: Path) -> None:
    async with tab() as one:
        await one.open(written)
        await one.until(READY)
        assert await one.tell(SAID) == "3 of 3 groups, 130 of 130 customers"
        assert await one.tell("document.querySelectorAll('article').length") == 50
        await one.key("/", "/")
        await one.write("firm 100")
        await one.until(f"{SAID} === '1 of 3 groups, 1 of 130 customers'")
        assert await one.tell("document.querySelector('article tbody').innerText") == (
            "freight_term\tx100·\tx100\toperation 1: one spelling\npayment_term\tNET 30\t(empty)\toperation 2"
        )
        assert await one.tell("getComputedStyle(document.activeElement).outlineStyle") == "solid"
        await one.key("Escape")
        await one.until(f"{SAID} === '3 of 3 groups, 130 of 130 customers'")
        await one.tell("document.getElementById('warned').click()")
        assert await one.tell(SAID) == "0 of 3 groups, 1 of 130 customers"
        await one.tell("document.getElementById('warned').click()")
        await one.tell("document.querySelector('details.group button').click()")
        assert await one.tell(SAID) == "3 of 3 groups, 1 of 130 customers"
        assert "only the customers of: payment_term: NET 30 → (empty)" in await one.tell(SEEN)
        await one.tell("document.getElementById('chip').click()")
        await one.tell("document.getElementById('more').click()")
        assert await one.tell("document.querySelectorAll('article').length") == 130
        await one.tell("document.getElementById('unfold').click()")
        assert await one.tell("[...document.querySelectorAll('details')].every(one => one.open)")
        assert '{"freight_term":"x0","payment_term":"NET30"}' in await one.tell(SEEN)
        assert only_itself(one)


async def test_on_paper_everything_is_unfolded_and_nothing_is_to_be_pressed(written: Path) -> None:
    async with tab() as one:
        await one.open(written)
        await one.until(READY)
        await one.media(media="print")
        await one.tell("dispatchEvent(new Event('beforeprint'))")
        seen = await one.tell(SEEN)
        assert all(f'"freight_term":"x{n}"' in seen for n in range(130))
        shown = "[...document.querySelectorAll('button, input, form')].filter(one => one.checkVisibility()).length"
        assert await one.tell(shown) == 0
        await one.tell("dispatchEvent(new Event('afterprint'))")
        assert await one.tell("document.querySelectorAll('article').length") == 50
        assert (await one.paper()).startswith(b"%PDF")
        assert only_itself(one)


CONTRAST = """(() => {
  const light = rgb => rgb.map(v => (v /= 255) <= .03928 ? v / 12.92 : ((v + .055) / 1.055) ** 2.4)
    .reduce((sum, v, n) => sum + v * [.2126, .7152, .0722][n], 0);
  const colour = text => text.match(/[\\d.]+/g).map(Number);
  const behind = node => {
    const found = colour(getComputedStyle(node).backgroundColor);
    return found.length < 4 || found[3] ? found.slice(0, 3) : behind(node.parentElement);
  };
  const texts = [...document.querySelectorAll('h1, h3, dd, dt, caption, del, ins, .odd, button, .none, #said, code')];
  return Math.min(...texts.filter(node => node.checkVisibility()).map(node => {
    const pair = [colour(getComputedStyle(node).color).slice(0, 3), behind(node)].map(light).sort((x, y) => y - x);
    return (pair[0] + .05) / (pair[1] + .05);
  }));
})()"""


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_every_text_stands_out_in_light_and_in_dark(written: Path, scheme: str) -> None:
    async with tab() as one:
        await one.media(scheme=scheme)
        await one.open(written)
        await one.until(READY)
        dark = await one.tell("getComputedStyle(document.body).backgroundColor") == "rgb(13, 17, 23)"
        assert dark is (scheme == "dark")
        assert await one.tell(CONTRAST) >= 4.5, "WCAG 2.2, 1.4.3"


async def test_without_a_script_the_groups_are_read(written: Path) -> None:
    async with tab() as one:
        await one.call("Emulation.setScriptExecutionDisabled", value=True)
        await one.open(written)
        root = (await one.call("DOM.getDocument"))["root"]["nodeId"]
        html = (await one.call("DOM.getOuterHTML", nodeId=root))["outerHTML"]
        assert "data-ready" not in html.split("<style>")[0]
        tree = (await one.call("Accessibility.getFullAXTree"))["nodes"]
        heard = " ".join(str(node.get("name", {}).get("value", "")) for node in tree)
        assert "payment_term" in heard
        assert "Without its script this page shows the groups" in heard


async def test_hostile_data_stays_data(hostile_page: tuple[Path, int]) -> None:
    target, customers = hostile_page
    async with tab() as one:
        await one.open(target)
        await one.until(READY)
        await one.tell("dispatchEvent(new Event('beforeprint'))")
        assert await one.tell("document.querySelectorAll('article').length") == customers
        seen: Any = await one.tell(LIST + ".textContent")
        assert unsafe(seen) == []
        assert missing(strings()[:30], seen) == []
        made = await one.tell(
            f"[...new Set([...{LIST}.querySelectorAll('*')].map(one => one.localName))].sort().join()"
        )
        assert made == "article,bdi,br,caption,code,del,details,h3,ins,pre,span,summary,table,tbody,td,th,thead,tr"
        assert await one.tell("document.querySelectorAll('script').length") == 2
        assert only_itself(one), one.events[:3]
