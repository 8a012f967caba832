"""Rows below the header: what is staged, what is skipped, what is rejected and why; every row is counted once (see conftest)."""

from __future__ import annotations

from datetime import date, datetime, time

HEADER = ["报装编号", "用户名称", "用户类型", "用气地址", "报装日期", "通气时间", "合同金额（万元）"]


def rows_of(reading):
    return [row["_row"] for row in reading.first]


def test_a_ledger_as_offices_keep_it(ledger):
    found = ledger(
        [
            ["2024年5月用气报装台账"],
            ["填报单位：东宝网格", "", "", "截至2024年5月31日", "", "单位：万元"],
            ["序号", *HEADER],
            ["1", "2", "3", "4", "5", "6", "7", "8"],
            ["", "", "", "", "", "", "", "万元"],
            [1, "BZ001", "甲公司", "工业", "东宝路1号", date(2024, 5, 6), "5月8日下午3点", 12.5],
            [2, "BZ002", "乙公司", "商业", "东宝路2号", "2024.5.7", datetime(2024, 5, 9, 10, 30), "3000元"],
            ["小计", "", "", "", "", "", "", 15.5],
            ["序号", *HEADER],
            [3, "BZ003", "丙小区", "居民", "东宝路3号", "2024.5.7", "", ""],
            [4],
            ["", "/", "-", "—"],
            [],
            ["一、续报"],
            [5, "BZ005", "戊公司", "公建", "", "20240508", "", "免"],
            ["合  计", "", "", "", "", "", "", 15.5],
            ["填表人：张三", "", "审核人：李四", "", "2024年6月1日"],
            ["备注：以上数据不含居民"],
        ],
        sheet="5月",
    )
    sheet = found.sheets[0]
    assert (sheet["table"], sheet["header_row"], sheet["period"], sheet["cutoff"], sheet["submitter"]) == ("application", 3, "2024-05", "2024-06-01T00:00:00", "东宝网格")
    assert (sheet["rows"], sheet["staged"], sheet["rejected"], sheet["skipped"]) == (14, 3, 0, 11)
    assert rows_of(found) == [6, 7, 15]
    assert {(s["row"], s["code"]) for s in found.skips} == {
        (4, "column_numbers"), (5, "units"), (8, "total"), (9, "repeated_header"), (10, "resident"), (11, "number_only"), (12, "blank_marks"), (14, "section"), (16, "total"),
        (17, "footer"), (18, "footer"),
    }
    first, second, third = found.first
    assert (first["app_id"], first["_key"], first["_sheet"], first["_submitter"]) == ("BZ001", "BZ001", "5月", "东宝网格")
    assert (first["applied_at"], first["applied_at_to"], first["applied_at_p"]) == (datetime(2024, 5, 6), datetime(2024, 5, 7), "day")
    assert (first["gas_on_at"], first["gas_on_at_to"], first["gas_on_at_p"]) == (datetime(2024, 5, 8, 15), datetime(2024, 5, 8, 15), "moment")
    assert [row["contract_amount"] for row in found.first] == [125000.0, 3000.0, 0.0]
    assert second["gas_on_at"] == datetime(2024, 5, 9, 10, 30)
    assert third["user_type"] == "公福"


def test_rejected_rows_and_cells_name_place_value_reason_and_remedy(ledger):
    from kpi.exports.reader import explain

    found = ledger(
        [
            HEADER,
            ["", "甲公司", "工业", "", "2024-05-06", "", ""],
            ["BZ2", "乙公司", "工业用气", "", "2024-05-06", "2024-02-30", "很多"],
            ["BZ3", "丙公司", "工业", "", "2024-13-01", "", ""],
            ["BZ4", "丁公司", "工业", "", "", "2024-05-06", ""],
            ["", "戊公司", "工业", "白石路5号", "2024-05-06", "", ""],
            ["BZ6", "己公司", "工业", "", "2024-05-06", "", "12.5"],
        ]
    )
    assert found.codes() == [
        (2, "报装编号", "key_blank"), (3, "用户类型", "choice_near"), (3, "通气时间", "date_impossible"), (3, "合同金额（万元）", "amount_unreadable"), (4, "报装日期", "date_impossible"),
        (5, "报装日期", "required_blank"),
    ]
    assert [r["level"] for r in found.rejects] == ["row", "cell", "cell", "cell", "row", "row"]
    assert [r["value"] for r in found.rejects] == ["", "工业用气", "2024-02-30", "很多", "2024-13-01", ""]
    assert [row["_key"] for row in found.first] == ["BZ2", "~戊公司|白石路5号", "BZ6"]
    assert found.first[0]["user_type"] is None
    assert ("fallback_key", {"count": 1}) in [(f["code"], f["args"]) for f in found.findings]
    for entry in (*found.rejects, *found.findings):
        for lang in ("zh", "en"):
            assert all(explain(entry, lang))
    assert explain(found.rejects[1])[0] == "不在可选内容之内，是否应为“工业”？"


def test_other_bad_cells_of_a_rejected_row_are_told_as_findings(ledger):
    found = ledger([HEADER, ["BZ1", "甲公司", "工业用气", "", "2024-02-30", "2024-13-01", ""]])
    assert found.codes() == [(2, "报装日期", "date_impossible")]
    assert {(f["column"], f["code"], f["severity"]) for f in found.findings} == {("用户类型", "choice_near", "warning"), ("通气时间", "date_impossible", "warning")}


def test_duplicate_keys(ledger):
    found = ledger(
        [
            HEADER,
            ["BZ1", "甲公司", "工业", "", "2024-05-06", "", ""],
            ["BZ2", "乙公司", "工业", "", "2024-05-06", "", ""],
            ["BZ1", "甲公司", "工业", "", "2024/5/6", "", ""],
            ["BZ2", "乙公司", "商业", "", "2024-05-06", "bad", ""],
            ["BZ3", "丙公司", "商业", "", "2024-05-06", "", ""],
        ]
    )
    assert rows_of(found) == [2, 4, 6], "the same content twice is no contradiction"
    assert [(r["row"], r["code"], r["level"], r["value"], r["args"]) for r in found.rejects] == [
        (3, "duplicate_key", "row", "BZ2", {"rows": "3、5"}), (5, "duplicate_key", "row", "BZ2", {"rows": "3、5"}),
    ]
    assert [(f["row"], f["code"]) for f in found.findings] == [(5, "date_unreadable")]


def test_minus_nothing_is_nothing(ledger):
    found = ledger([[*HEADER, "日用气量"], *(["BZ1", "甲公司", "工业", "", "2024-05-06", "", "", used] for used in ("0", "-0", "0.0"))])
    assert (rows_of(found), found.rejects) == ([2, 3, 4], [])


def test_fallback_keys_compare_names_as_people_do(ledger):
    found = ledger(
        [HEADER, ["", "荆门甲（湖北）有限公司", "工业", "东宝路 1号", "2024-05-06"], ["", "荆门甲(湖北) 有限责任公司", "工业", "东宝路１号", "2024-05-07"]],
    )
    assert [r["code"] for r in found.rejects] == ["duplicate_key", "duplicate_key"]
    assert all("荆门甲" not in r["value"] or "*" in r["value"] for r in found.rejects), "names are masked"


def test_numeric_keys_that_lost_their_zeros(ledger):
    found = ledger([["报装编号", "报装日期"], *[[f"{i:04d}", "2024-05-06"] for i in range(1, 20)], [12345.0, "2024-05-06"], [21.0, "2024-05-06"]])
    assert [(f["row"], f["value"], f["code"], f["args"]) for f in found.findings] == [(22, "21", "narrow_key", {"width": 4})]
    assert found.first[0]["app_id"] == "0001"


def test_vertical_merges_are_filled_down_and_blanks_are_not(ledger):
    found = ledger(
        [
            ["网格", "报装编号", "报装日期"],
            ["G01", "BZ1", "2024-05-06"],
            ["", "BZ2", "2024-05-06"],
            ["", "BZ3", "2024-05-06"],
            ["", "BZ4", "2024-05-06"],
            ["合计"],
        ],
        merges=["A2:A4", "A6:C6"],
    )
    assert [row["grid_code"] for row in found.first] == ["G01", "G01", "G01", None]
    assert [s["code"] for s in found.skips] == ["total"]


def test_a_merge_makes_no_rows(ledger):
    found = ledger([["网格", "报装编号", "报装日期"], ["G01", "BZ1", "2024-05-06"], [], [], ["", "BZ2", "2024-05-06"]], merges=["A2:A5"])
    assert found.sheets[0]["rows"] == 2
    assert [row["grid_code"] for row in found.first] == ["G01", "G01"]


def test_heading_across_the_table_is_no_row(ledger):
    found = ledger([["报装编号", "用户名称", "用户类型", "报装日期"], ["东宝片区"], ["BZ1", "甲公司", "工业", "2024-05-06"]], merges=["A2:D2"])
    assert found.sheets[0]["staged"] == 1


def test_bare_times_take_the_date_of_their_event(ledger):
    head = ["记录编号", "报装编号", "预约时间", "预约时段", "到达时间", "离开时间", "服务类型"]
    found = ledger(
        [head, ["F1", "BZ1", "2024-05-06", "上午", "9:05", "9:50", "通气"], ["F2", "BZ1", "2024-05-06", "8:30-10:30", "", "", "通气"], ["F3", "BZ1", "", "", "9:05", "", "通气"]],
        sheet="上门",
    )
    one, two = found.first
    assert (one["appt_start"], one["appt_start_to"], one["appt_start_p"]) == (datetime(2024, 5, 6), datetime(2024, 5, 6, 12), "half")
    assert (one["arrived_at"], one["left_at"]) == (datetime(2024, 5, 6, 9, 5), datetime(2024, 5, 6, 9, 50))
    assert (two["appt_start"], two["appt_start_to"], two["appt_start_p"]) == (datetime(2024, 5, 6, 8, 30), datetime(2024, 5, 6, 10, 30), "slot")
    assert found.codes() == [(4, "到达时间", "time_without_date")]
    assert {(f["code"], f["column"], f["args"]["count"]) for f in found.findings} >= {("date_borrowed", "预约时段", 2), ("date_borrowed", "到达时间", 1)}


def test_date_and_time_of_day_in_two_columns(ledger):
    found = ledger(
        [["报装编号", "报装日期", "通气日期", "通气时间"], ["BZ1", "2024-05-06", "2024-05-08", "14:30"], ["BZ2", "2024-05-06", date(2024, 5, 8), time(9, 5)], ["BZ3", "2024-05-06", "2024-05-08", "下午"],
         ["BZ4", "2024-05-06", "2024-05-08", ""], ["BZ5", "2024-05-06", "2024-05-08", "2024-05-09 10:00"]],
    )
    assert [(row["gas_on_at"], row["gas_on_at_p"]) for row in found.first] == [
        (datetime(2024, 5, 8, 14, 30), "moment"), (datetime(2024, 5, 8, 9, 5), "moment"), (datetime(2024, 5, 8, 12), "half"), (datetime(2024, 5, 8), "day"),
        (datetime(2024, 5, 9, 10), "moment"),
    ]
    assert [(f["row"], f["code"]) for f in found.findings] == [(6, "two_columns_differ")]
    assert [m["field"] for m in found.sheets[0]["mapping"]] == ["app_id", "applied_at", "gas_on_at", "gas_on_at"]


def test_year_from_title_sheet_file_or_load(ledger, tmp_path):
    rows = [["报装编号", "报装日期"], ["BZ1", "3月10日"]]
    assert ledger([["2023年台账"], *rows]).first[0]["applied_at"] == datetime(2023, 3, 10)
    assert ledger(rows, sheet="2022年3月").first[0]["applied_at"] == datetime(2022, 3, 10)
    assert ledger(rows, name="报装2021.xlsx").first[0]["applied_at"] == datetime(2021, 3, 10)
    assert ledger(rows, name="报装.xlsx", period="2024-03").first[0]["applied_at"] == datetime(2024, 3, 10)
    assert ledger(rows, name="报装.xlsx").codes() == [(2, "报装日期", "date_no_year")]


def test_zero_documents_said_in_another_column(ledger):
    found = ledger([["报装编号", "报装日期", "0资料", "用户提供资料数"], ["BZ1", "2024-05-06", "是", ""], ["BZ2", "2024-05-06", "是", 2], ["BZ3", "2024-05-06", "否", ""]])
    assert [row["docs_requested_n"] for row in found.first] == [0, 2, None]
    assert ledger([["报装编号", "报装日期", "零资料"], ["BZ1", "2024-05-06", "√"]]).first[0]["docs_requested_n"] == 0


def test_test_rows_are_skipped(ledger):
    found = ledger([["报装编号", "报装日期", "测试单"], ["BZ1", "2024-05-06", "是"], ["BZ2", "2024-05-06", "否"]])
    assert found.codes("skips") == [(2, "", "test")]


def test_phone_numbers_are_masked_in_rejects(ledger):
    found = ledger([["报装编号", "报装日期", "联系电话"], ["BZ1", "2024-05-06", "张三138000012345"]])
    assert found.rejects[0]["code"] == "phone_unreadable"
    assert "0000" not in found.rejects[0]["value"]


def test_money_of_works_without_a_unit_is_a_cell_reject(ledger):
    rows = [["工程编号", "工程名称", "概算", "用户出资"], ["GC1", "支管", 85.5, 0], ["GC2", "主管", 1200000, "政府出资"]]
    found = ledger(rows, sheet="管网工程")
    assert found.codes() == [(2, "概算", "unit_unknown")]
    assert [(r["budget"], r["paid_by_user"]) for r in found.first] == [(None, 0.0), (1200000.0, None)]
    assert ledger([["单位：万元"], *rows], sheet="管网工程").first[0]["budget"] == 855000.0


def test_terms_without_staff_numbers_load(ledger):
    found = ledger([["网格编号", "网格名称", "客户经理", "任职开始", "任职结束"], ["G01", "东宝网格", "张三", "2022-01-01", "至今"]], sheet="网格")
    assert found.first[0]["_key"] == "~G01|张三|2022-01-01"
    assert found.first[0]["valid_to"] is None


def test_terms_without_grid_codes_go_by_name(ledger):
    found = ledger([["网格名称", "客户经理", "工号", "任职开始"], ["东宝网格", "张三", "M01", "2022-01-01"]], sheet="网格")
    assert (found.first[0]["grid_code"], found.first[0]["grid_name"], found.first[0]["_key"]) == ("东宝网格", "东宝网格", "东宝网格|M01|2022-01-01")
    assert "stand_in" in [f["code"] for f in found.findings]


def test_several_sheets_tables_and_hidden_ones(tmp_path, reading):
    from tests.exports.conftest import xlsx

    path = xlsx(
        tmp_path / "两表.xlsx",
        {
            "报装": [["报装编号", "报装日期"], ["BZ1", "2024-05-06"]],
            "汇总": [["网格", "户数"], ["G01", 3]],
            "空表": [],
            "4月": [["报装编号", "报装日期"], ["BZ2", "2024-04-06"]],
            "费用": [["报装编号", "费用项目", "金额", "付费方", "收费日期"], ["BZ1", "开口费", "0", "用户", "2024-05-06"]],
        },
        hidden=("4月",),
    )
    found = reading(path)
    assert [(s["sheet"], s["table"], s["hidden"], s["rows"], s["staged"]) for s in found.sheets] == [
        ("报装", "application", False, 1, 1), ("汇总", None, False, 2, 0), ("空表", None, False, 0, 0), ("4月", "application", True, 1, 1), ("费用", "charge", False, 1, 1),
    ]
    assert [(f["sheet"], f["code"], f["severity"]) for f in found.findings if f["code"] != "fallback_key"] == [("汇总", "unrecognised", "warning"), ("4月", "hidden_sheet", "info")]
    assert found.rows[4][0]["_key"] == "~BZ1|开口费|2024-05-06|"


def test_a_chosen_mapping_outranks_the_guess(ledger):
    rows = [["报装编号", "日期", "报装日期"], ["BZ1", "2024-05-06", "x"]]
    wish = {"sheets": {"台账": {"table": "application", "header_row": 1, "columns": {"B": "applied_at", "C": None}}}}
    found = ledger(rows, mapping=wish)
    assert found.first[0]["applied_at"] == datetime(2024, 5, 6)
    assert [m["field"] for m in found.sheets[0]["mapping"]] == ["app_id", "applied_at", None]


def test_counts_go_on_where_the_list_is_full(tmp_path):
    from kpi.exports import child
    from kpi.exports.limits import Limits
    from tests.exports.conftest import xlsx

    path = xlsx(tmp_path / "a.xlsx", {"台账": [["报装编号", "报装日期"], *[[f"B{i}", "x"] for i in range(30)]]})
    report = child.run(path, tmp_path, {"name": "a.xlsx"}, Limits(listed=10), lambda rows: None)
    assert (report["sheets"][0]["rejected"], len(report["rejects"])) == (30, 10)
    assert report["findings"][-1]["code"] == "not_all_listed"
    assert report["findings"][-1]["args"] == {"count": 20}


def test_a_sheet_without_the_required_column_says_so_in_each_row(ledger):
    found = ledger([["报装号", "报装企业", "红线内建设模式", "资料份数", "受理日期"], ["A1", "甲公司", "自建", "0份", "2024-05-06"], ["", "乙公司", "", "", "2024-05-07"]])
    assert [(r["row"], r["level"], r["code"], r["args"]) for r in found.rejects] == [(2, "row", "required_absent", {"name": "报装日期"}), (3, "row", "key_blank", {"name": "报装编号"})]
    assert [m["field"] for m in found.sheets[0]["mapping"]] == ["app_id", "customer_name", "build_mode", "docs_requested_n", "accepted_at"]
