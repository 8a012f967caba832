"""What staged files say of themselves saves storing, and changes no standing row."""

from __future__ import annotations

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from kpi.exports import reader, schema
from kpi.exports.tables import BY_NAME
from kpi.warehouse import standing, stated
from kpi.warehouse.standing import Sheet

HEAD = "报装编号,用户名称,用气地址,网格,报装日期,备注\n"
ONE, TWO = "A{},甲厂,示例路1号,一号（网格）,2024-05-0{} 09:00,\n", "A{},乙厂,示例路2号,G2,2024-05-0{},记\n"
LEDGERS = {
    "rising": [HEAD + ONE.format(1, 1) + ONE.format(2, 3)],
    "out of order": [HEAD + TWO.format(2, 1) + ONE.format(1, 1)],
    "twice the same": [HEAD + ONE.format(1, 1) * 2 + TWO.format(2, 2)],
    "without a number": [HEAD + ",丙厂,示例路3号,G1,2024-05-01,\n" + ONE.format(1, 1)],
    "two files": [HEAD + ONE.format(1, 1) + ONE.format(3, 3), HEAD + TWO.format(1, 2) + TWO.format(2, 2)],
    "no row": [HEAD + "合计,1,,,,\n"],
}


def _staged(folder, texts):
    sheets = []
    for order, text in enumerate(texts, start=1):
        path = folder / f"it's {order}.csv"
        path.write_text(text, encoding="utf-8")
        report = reader.read(path, folder / str(order), submitter=f"O'{order}号（站）")
        name = report["sheets"][0]["parquet"]
        sheets.append(Sheet(order=order, batch=order, index=0, table="application", file=path.name, parquet=folder / str(order) / name, submitter=None))
    return sheets


def _standing(sheets):
    with duckdb.connect() as con:
        counts = standing.build(con, sheets, 1)
        stored = [row[0] for row in con.execute("describe application_stored").fetchall()]
        return counts, con.execute("describe application").fetchall(), con.execute("select * from application order by _key").fetchall(), stored


@pytest.mark.parametrize("told", LEDGERS)
def test_standing_rows_are_those_of_files_that_say_nothing(tmp_path, told):
    sheets = _staged(tmp_path, LEDGERS[told])
    found = _standing(sheets)
    for sheet in sheets:
        # as it was staged earlier: columns that the sheet lacks stand there blank
        rows, every = pq.read_table(sheet.parquet).replace_schema_metadata(None), schema.of(BY_NAME["application"].fields)
        assert len(rows.column_names) < 30 < len(every)
        columns = [rows[field.name] if field.name in rows.column_names else pa.nulls(len(rows), field.type) for field in every]
        pq.write_table(pa.table(columns, schema=every), sheet.parquet, write_statistics=["survey_on"])
    with duckdb.connect() as con:
        silent = stated.read(con, [sheet.parquet for sheet in sheets], ["app_id"])
    assert not silent.own and not silent.once and not silent.same
    plain = _standing(sheets)
    assert found[:3] == plain[:3]
    assert set(found[3]) < set(plain[3])
    assert ("_key" in found[3]) == (told == "without a number")
    assert ("_file" in found[3]) == (told == "two files")


def test_one_file_with_rising_numbers_holds_no_key_twice(tmp_path):
    for nth, (told, texts) in enumerate(LEDGERS.items()):
        (tmp_path / str(nth)).mkdir()
        sheets = _staged(tmp_path / str(nth), texts)
        with duckdb.connect() as con:
            says = stated.read(con, [sheet.parquet for sheet in sheets], ["app_id"])
        assert says.once == (told in ("rising", "no row")), told
        assert says.own == (told != "without a number"), told
