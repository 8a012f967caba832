"""Bringing ledgers in, as a planning clerk does it: in a real browser, from the faulty file to the figures and back."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import parse_qs, urlparse

import openpyxl
import pytest

from kpi import pipeline
from kpi.metrics.compute import compute
from kpi.words import word
from tests.pages import ledgers
from tests.pages.looking import NARROW, WIDE, english, settle
from tests.pages.test_pages_browser import address

PROBED = ("/_stcore/health", "/_stcore/host-config")
"""Streamlit looks for its server below every deep link first; that is no fault of a page."""


@pytest.fixture(scope="module")
def store(tmp_path_factory):
    """A store with the grids and one application of May."""
    folder = tmp_path_factory.mktemp("clerk")
    (folder / "网格与客户经理.xlsx").write_bytes(ledgers.grids())
    (folder / "四月底.xlsx").write_bytes(ledgers.workbook([ledgers.row(90)]))
    pipeline.load([folder / "网格与客户经理.xlsx"], folder / "store")
    pipeline.load([folder / "四月底.xlsx"], folder / "store")
    return folder / "store"


@pytest.fixture(scope="module")
def served(serve, store):
    return serve(store)


@pytest.fixture(scope="module")
def page(browser, served):
    """One visitor; the tests of this file fail when anything outside was asked for, a script failed, or the console says an error."""
    context = browser.new_context(viewport=WIDE, locale="zh-CN")
    outside: list[str] = []
    failed: list[str] = []
    found = context.new_page()
    found.on("request", lambda request: outside.append(request.url) if urlparse(request.url).scheme in ("http", "https", "ws", "wss") and urlparse(request.url).hostname != "127.0.0.1" else None)
    found.on("pageerror", lambda error: failed.append(str(error)))
    found.on("console", lambda said: failed.append(said.text) if said.type == "error" and not (said.location or {}).get("url", "").endswith(PROBED) and "does not seem to exist" not in said.text else None)
    yield found
    context.close()
    assert outside == [] and failed == []


def ready(page) -> None:
    page.wait_for_timeout(250)
    settle(page, charts=False)
    page.wait_for_timeout(250)


def fits(page) -> None:
    """Check that nothing is wider than the screen, on a desk and on a phone."""
    for size in (NARROW, WIDE):
        page.set_viewport_size(size)
        page.wait_for_timeout(400)
        assert page.evaluate("[document.documentElement.scrollWidth, document.querySelector('[data-testid=stMain]').scrollWidth]") <= [size["width"], size["width"]]


def plain(page, allowed: list[str], *known: str) -> None:
    """Check that a Chinese page has no English word and no personal data on it."""
    # who works is told by the operating system
    assert english(page, [*allowed, *known]) == set()
    assert ledgers.PHONE not in page.inner_text("body") and ledgers.PERSON not in page.inner_text("body")


def choose(page, name: str, content: bytes) -> None:
    page.locator("[data-testid=stFileUploaderDropzoneInput]").set_input_files([{"name": name, "mimeType": "application/octet-stream", "buffer": content}])
    page.wait_for_selector(f".file:has-text('{name}')", timeout=30_000)
    ready(page)


def click(page, key: str) -> None:
    page.locator(f".st-key-{key} button").click()
    page.wait_for_timeout(300)
    ready(page)


def pick(page, label: str, option: str) -> None:
    """Choose from a list by keyboard: only the options in sight are drawn."""
    page.locator("[data-testid=stSelectbox]", has=page.locator(f"[aria-label*='{label}']")).locator("button, [role=combobox]").first.click()
    page.wait_for_selector("[role=option]", timeout=10_000)
    page.keyboard.press("Home")
    for _ in range(80):
        if page.evaluate("document.activeElement?.closest('[role=option]')?.innerText ?? document.querySelector('[role=option][data-focused]')?.innerText") == option:
            page.keyboard.press("Enter")
            return ready(page)
        page.keyboard.press("ArrowDown")
    raise AssertionError(f"no option {option} in {label}")


def figures(store) -> list[dict]:
    return compute(pipeline.reader(store), start="2024-05", end="2024-05", by=("grid",))


def corrected(path: Path) -> bytes:
    """Return the error workbook with what it names put right in the ledger's own sheet."""
    book = openpyxl.load_workbook(path)
    sheet = book["5月"]
    reds = [cell for line in sheet.iter_rows() for cell in line if cell.comment]
    assert len(reds) >= 3
    right = {"5月32日": "2024-05-06 09:30", "一次办好": 1}
    for line in sheet.iter_rows():
        for cell in line:
            cell.value = right.get(cell.value, cell.value)
    head = [cell.value for cell in sheet[2]]
    for line in sheet.iter_rows(min_row=3):
        if line[head.index("用户名称")].value in (None, "") and line[head.index("联系人")].value:
            line[head.index("报装编号")].value, line[head.index("用户名称")].value = "BZ202400004", "示例4食品有限公司"
    out = path.with_name("改好.xlsx")
    book.save(out)
    return out.read_bytes()


def test_from_the_faulty_file_to_the_figures_and_back(page, served, store, tmp_path, english_allowed):
    before = figures(store)
    page.goto(address(served, "overview", lang="zh", month="2024-05"))
    settle(page, charts=False)
    page.locator("[data-testid=stSidebar] a", has_text="数据导入").click()
    page.wait_for_selector("h1:has-text('数据导入')", timeout=60_000)
    ready(page)
    assert page.locator("[data-testid=stFileUploaderDropzone]").inner_text().strip() == ""
    shown = "[...document.querySelectorAll('[data-testid=stFileUploaderDropzone] *')].map(part => getComputedStyle(part, '::after').content).filter(text => text !== 'none').join(' ')"
    assert word("pages.upload.choose.pick") in page.evaluate(shown) and word("pages.upload.choose.drop", mb=200) in page.evaluate(shown)
    plain(page, english_allowed)

    choose(page, "三号网格5月台账.xlsx", ledgers.FAULTY)
    fits(page)
    click(page, "check")
    page.wait_for_selector(".st-key-confirm .will", timeout=60_000)
    assert "将新增 4、更新 0、不变 0、退回 1" in page.inner_text(".st-key-confirm .will")
    plain(page, english_allowed)
    fits(page)
    assert figures(store) == before
    with page.expect_download() as download:
        page.locator(".st-key-workbook_row button").click()
    assert download.value.suggested_filename.startswith("三号网格5月台账")
    download.value.save_as(tmp_path / "错误清单.xlsx")

    click(page, "restart")
    choose(page, download.value.suggested_filename, corrected(tmp_path / "错误清单.xlsx"))
    click(page, "check")
    page.wait_for_selector(".st-key-confirm .will", timeout=60_000)
    assert "将新增 5、更新 0、不变 0、退回 0" in page.inner_text(".st-key-confirm .will")
    page.locator(".st-key-enter button").dblclick()
    page.wait_for_selector(".st-key-result", timeout=60_000)
    ready(page)
    assert "已新增 5" in page.inner_text(".st-key-result") and len(pipeline.batches(store)) == 3
    plain(page, english_allowed)
    fits(page)
    after = figures(store)
    assert after != before
    page.locator(".st-key-see a").click()
    page.wait_for_selector("h1:has-text('月度总览')", timeout=60_000)
    settle(page)
    assert "本月通气6户" in page.inner_text(".verdict") and parse_qs(urlparse(page.url).query)["month"] == ["2024-05"]

    page.locator("[data-testid=stSidebar] a", has_text="导入记录").click()
    page.wait_for_selector(".batch", timeout=60_000)
    ready(page)
    plain(page, english_allowed, pipeline.batches(store)[0]["loaded_by"])
    fits(page)
    newest = pipeline.batches(store)[0]["id"]
    with page.expect_download() as download:
        page.locator(f".st-key-original_{newest} button").click()
    download.value.save_as(tmp_path / "原件.xlsx")
    assert (tmp_path / "原件.xlsx").read_bytes() == (tmp_path / "改好.xlsx").read_bytes()
    page.locator(f".st-key-undo_{newest} button").click()
    page.wait_for_selector("[data-testid=stDialog]", timeout=30_000)
    assert "新增的5行" in page.inner_text("[data-testid=stDialog]")
    page.locator("[data-testid=stDialog] input").fill("演示撤销")
    page.locator(".st-key-undo_yes button").click()
    page.wait_for_selector(".told", timeout=60_000)
    assert figures(store) == before and "演示撤销" in page.inner_text(".st-key-batches")
    page.locator("[data-testid=stSidebar] a", has_text="月度总览").click()
    page.wait_for_selector("h1:has-text('月度总览')", timeout=60_000)
    settle(page)
    assert "本月通气1户" in page.inner_text(".verdict") and page.locator(".st-key-older").count() == 0


def test_a_mapping_corrected_by_hand_is_remembered(page, served, store, english_allowed):
    page.goto(address(served, "upload", lang="zh"))
    ready(page)
    choose(page, "临时登记.xlsx", ledgers.strange(11))
    click(page, "check")
    page.wait_for_selector(".st-key-confirm", timeout=60_000)
    plain(page, english_allowed, "Sheet")
    fits(page)
    pick(page, word("pages.upload.mapping.table"), "用气报装台账")
    click(page, "recheck")
    page.wait_for_selector("[class*=st-key-col_]", timeout=60_000)
    for header, field in zip(ledgers.STRANGE, ("报装编号", "用户名称", "报装日期", "通气时间"), strict=True):
        pick(page, header, field)
    fits(page)
    click(page, "recheck")
    page.wait_for_function("document.querySelector('.st-key-confirm .will')?.innerText.includes('将新增 3')", timeout=60_000)
    click(page, "enter")
    page.wait_for_selector(".st-key-result", timeout=60_000)
    click(page, "restart")
    choose(page, "下月登记.xlsx", ledgers.strange(21))
    click(page, "check")
    page.wait_for_selector(".st-key-confirm", timeout=60_000)
    assert word("pages.upload.mapping.remembered") in page.inner_text(".st-key-mapping") and "将新增 3" in page.inner_text(".st-key-confirm .will")


def test_names_and_headers_of_strangers_stay_text(page, served, tmp_path):
    """A picture in Markdown as file name, header and sheet: nothing outside is asked for (the page's fixture looks), nothing is drawn."""
    picture = "![图](https:stranger.invalid)"
    page.goto(address(served, "upload", lang="zh"))
    ready(page)
    heads = [*ledgers.HEADS[:-1], f"{picture} $x$ <b>粗</b>"]
    choose(page, f"{picture}.xlsx", ledgers.workbook([ledgers.row(31, 受理日期="5月32日"), ledgers.row(32)], heads=heads))
    large = tmp_path / "太大.csv"
    with large.open("wb") as out:
        out.truncate(201 * 1024 * 1024)
    page.locator("[data-testid=stFileUploaderDropzoneInput]").set_input_files(str(large))
    page.wait_for_selector("[data-testid=stFileChip][aria-invalid=true]", timeout=30_000)
    said = page.evaluate("getComputedStyle(document.querySelector('[data-testid=stFileUploaderDropzone]'), '::after').content")
    assert word("pages.upload.choose.large", mb=200, most=1024) in said
    click(page, "check")
    page.wait_for_selector(".st-key-workbook_row button", timeout=60_000)
    assert page.inner_text(".st-key-workbook_row button") == f"{picture}.xlsx" and page.locator("[data-testid=stMain] img").count() == 0
    assert page.locator("[aria-label*='stranger']").count() == 1 and page.locator("[data-testid=stMain] b:text-is('粗')").count() == 0


def test_quality_leads_to_a_list(page, served, store, english_allowed, tmp_path):
    page.goto(address(served, "quality", lang="zh", month="2024-05", span="all", kpi="completeness"))
    settle(page)
    plain(page, english_allowed)
    fits(page)
    with page.expect_download() as download:
        page.locator(".st-key-rows_download button").click()
    download.value.save_as(tmp_path / "清单.xlsx")
    assert openpyxl.load_workbook(tmp_path / "清单.xlsx").active.max_row > 3
