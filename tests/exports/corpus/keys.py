"""Which record a row is: its number under many names, the names and dates that stand in for it, numbers that occur twice or lost their zeros."""

from __future__ import annotations

from tests.exports.corpus.case import Case, Sheet, at, bad, day, ok
from tests.exports.corpus.ledgers import ledger

BOTH = ("xlsx", "gb18030")
NAMED = ["报装编号", "用户名称", "用气地址", "报装日期"]
FALLBACK = (2, "报装编号", "fallback_key")


def numbered(header: str) -> list[Case]:
    """Return ledgers whose number stands under another header."""
    rows = [[header, "用户名称", "报装日期"], ["BZ001", "示例一厂", "2023-03-10"], ["", "示例二厂", "2023-03-10"]]
    return ledger(f"编号-{header}", rows, Sheet(table="application", rows={2: ok(_key="BZ001"), 3: bad("key_blank", header)}), kinds=("xlsx",))


CASES: list[Case] = [
    *(case for header in ("报装编号", "申请编号", "工单号", "流水号", "受理号", "受理编号", "报装单号") for case in numbered(header)),
    *ledger(
        "编号-没有用名称地址",
        [NAMED, ["", "新示例（湖北）食品有限公司", "示例路 1号", "2023-03-10"], ["无", "示例纺织有限责任公司", "示例路２号", "2023-03-10"], ["", "示例三厂", "", "2023-03-10"],
        ["", "", "示例路4号", "2023-03-10"], ["BZ5", "示例五厂", "", "2023-03-10"]],
        Sheet(table="application", rows={2: ok(_key="~新示例食品|示例路1号"), 3: ok(_key="~示例纺织|示例路2号"), 4: bad("key_blank", "报装编号"), 5: bad("key_blank", "报装编号"),
        6: ok(_key="BZ5")}, findings=(FALLBACK,)),
        kinds=("xlsx", "gb18030", "ods"),
    ),
    *ledger(
        "编号-同名同址两种写法",
        [NAMED, ["", "新示例(湖北)食品有限公司", "示例路1号", "2023-03-10"], ["", "新示例（湖北） 食品有限责任公司", "示例路１号", "2023-03-11"]],
        Sheet(table="application", rows={2: bad("duplicate_key", "用户名称"), 3: bad("duplicate_key", "用户名称")}, findings=(FALLBACK,)), kinds=BOTH,
    ),
    *ledger(
        "编号-重复",
        [["报装编号", "用户名称", "报装日期"], ["BZ1", "示例一厂", "2023-03-10"], ["BZ2", "示例二厂", "2023-03-10"], ["BZ1", "示例一厂", "2023/3/10"], ["BZ2", "示例二厂", "2023-03-11"],
        ["BZ3", "示例三厂", "2023-03-10"]],
        Sheet(table="application", rows={2: ok(_key="BZ1"), 3: bad("duplicate_key", "报装编号"), 4: ok(_key="BZ1"), 5: bad("duplicate_key", "报装编号"), 6: ok(_key="BZ3")}),
        kinds=("xlsx", "xls", "gb18030"),
    ),
    *ledger(
        "编号-零", [["报装编号", "报装日期"], [0, "2023-03-10"], [12, "2023-03-10"]], Sheet(table="application", rows={2: bad("key_blank", "报装编号"), 3: ok(_key="12")}),
        kinds=("xlsx", "xls", "xlsb", "ods"),
    ),
    *ledger(
        "编号-丢了零",
        [["报装编号", "报装日期"], *[[f"{i:04d}", "2023-03-10"] for i in range(1, 9)], [12, "2023-03-10"], ["BZ1", "2023-03-10"]],
        Sheet(table="application", rows={**{n: ok(_key=f"{n - 1:04d}") for n in range(2, 10)}, 10: ok(_key="12"), 11: ok(_key="BZ1")}, findings=((10, "报装编号", "narrow_key"),)),
        kinds=("xlsx", "xls", "utf-8"),
    ),
    *ledger(
        "编号-必填空",
        [["报装编号", "报装日期", "通气时间"], ["BZ1", "", "2023-03-12"], ["BZ2", "—", ""], ["BZ3", "待定", ""], ["BZ4", "2023-02-30", "2023-13-01"], ["BZ5", "2023-03-10", "2023-13-01"], ["", "x", ""]],
        Sheet(
            table="application",
            rows={2: bad("required_blank", "报装日期"), 3: bad("required_blank", "报装日期"), 4: bad("required_blank", "报装日期"), 5: bad("date_impossible", "报装日期"),
            6: ok(("通气时间", "date_impossible"), _key="BZ5"), 7: bad("key_blank", "报装编号")},
            findings=((5, "通气时间", "date_impossible"), (7, "报装日期", "date_unreadable")),
        ),
        kinds=("xlsx", "gb18030", "xlsb"),
    ),
    *ledger(
        "编号-上门没有编号",
        [["报装编号", "服务类型", "预约时间", "到达时间"], ["BZ1", "通气", "2023-03-10 09:00", "2023-03-10 09:05"], ["BZ1", "跑腿", "", "2023-03-11 10:00"], ["BZ1", "", "2023-03-12", ""],
        ["BZ2", "用户到厅", "", "2023-03-13 10:00"]],
        Sheet(
            table="visit",
            rows={2: ok(_key="~BZ1|通气|2023-03-10T09:00:00"), 3: bad("key_blank", "记录编号"), 4: bad("key_blank", "记录编号"), 5: ok(_key="~BZ2|用户到厅|2023-03-13T10:00:00")},
            findings=((2, "记录编号", "fallback_key"), (3, "服务类型", "choice_unknown")),
        ),
        kinds=BOTH,
    ),
    *ledger(
        "编号-费用没有编号", [["报装编号", "费用项目", "金额（元）", "收费日期", "发票号"], ["BZ1", "开口费", 0, "2023-03-10", "FP01"], ["BZ1", "代建费", 1200, "2023-03-10", ""],
        ["BZ1", "", 1200, "2023-03-10", ""]],
        Sheet(table="charge", rows={2: ok(_key="~BZ1|开口费|2023-03-10|FP01", amount=0.0), 3: ok(_key="~BZ1|代建费|2023-03-10|"),
        4: bad("key_blank", "费用编号")}, findings=((2, "费用编号", "fallback_key"),)), kinds=BOTH,
    ),
    *ledger(
        "编号-诉求没有编号", [["客户名称", "受理时间", "诉求来源", "诉求内容"], ["示例一厂", "2023-03-10 09:30", "12345", "示例"], ["", "2023-03-10 09:30", "微信", "示例"]],
        Sheet(table="appeal", rows={2: ok(accepted_at=at(2023, 3, 10, 9, 30), _key="~示例一厂|2023-03-10T09:30:00|12345"),
        3: bad("key_blank", "诉求编号")}, findings=((2, "诉求编号", "fallback_key"),)), kinds=BOTH,
    ),
    *ledger(
        "编号-回访没有编号", [["报装编号", "回访次序", "回访时间", "是否接通"], ["BZ1", "首访", "2023-03-10", "接通"], ["BZ1", "", "2023-03-11", "未接"], ["", "二访", "2023-03-11", "未接"]],
        Sheet(table="followup", rows={2: ok(_key="~BZ1|1|2023-03-10"), 3: ok(_key="~BZ1||2023-03-11"), 4: bad("key_blank", "回访编号")}, findings=((2, "回访编号", "fallback_key"),)), kinds=BOTH,
    ),
    *ledger(
        "编号-任期用姓名", [["网格编号", "客户经理", "任职开始", "任职结束"], ["示例G1", "示例一", "2022-01-01", "2022-12-31"], ["示例G1", "示例二", "2023-01-01", "至今"],
        ["示例G2", "", "2023-01-01", ""]],
        Sheet(table="term", rows={2: ok(_key="~示例G1|示例一|2022-01-01", valid_to=day(2022, 12, 31)), 3: ok(_key="~示例G1|示例二|2023-01-01", valid_to=None),
        4: bad("key_blank", "客户经理工号")}, findings=((2, "网格编号", "fallback_key"),)),
        kinds=BOTH, title="网格",
    ),
    *ledger(
        "编号-项目用名称位置", [["项目名称", "落地位置", "落地时间"], ["示例项目", "示例园 1号", "2023年3月"], ["示例项目二", "", "2023年3月"]],
        Sheet(table="project", rows={2: ok(_key="~示例项目|示例园1号"), 3: bad("key_blank", "项目编号")}, findings=((2, "项目编号", "fallback_key"),)), kinds=BOTH,
    ),
]
