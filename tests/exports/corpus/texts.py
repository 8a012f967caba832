"""Identifiers, telephone numbers, names and free text, with what Excel and typing do to them."""

from __future__ import annotations

from datetime import date

from tests.exports.corpus.case import Case, noted, reject
from tests.exports.corpus.values import files

PHONES = [
    ("13800001234", "13800001234"), (13800001234, "13800001234"), ("13800001234.0", "13800001234"), ("1.38E+10", reject("phone_digits_lost")), ("+86 138 0000 1234", "13800001234"),
    ("+8613800001234", "13800001234"),
    ("138 0000 1234", "13800001234"), ("138-0000-1234", "13800001234"), ("１３８００００１２３４", "13800001234"), ("13800001234/13900001234", "13800001234/13900001234"),
    ("13800001234、0724-1234567", "13800001234/0724-1234567"),
    ("0724-1234567", "0724-1234567"), ("138****1234", "138****1234"), ("", None), ("无", None), ("—", None), ("1380000123", reject("phone_unreadable")),
    ("不肯说", reject("phone_unreadable")), ("\t13800001234", "13800001234"),
    ("'13800001234", "13800001234"), ("1.3800001234E+10", "13800001234"),
]
CONTRACTS = [
    ("HT-001", "HT-001"), ("ＨＴ００２", "HT002"), ("0012", "0012"), (12, "12"), (12.0, "12"), ("12.0", "12"), ("'0012", "0012"), ("HT\u00a0003 ", "HT003"), ("HT—004", "HT-004"),
    ("无", None), ("待定", None),
    ("2.02303E+15", reject("id_scientific")), ("2.0231E+16", reject("id_scientific")), (2.0230310001234567e16, reject("id_digits_lost")), (date(2023, 3, 10), noted("2023-03-10", "id_is_date")),
    ("\t0013", "0013"), ("HT\n005", "HT005"), ("ht001", "ht001"),
]
CODES = [
    ("91420800MA00000000", "91420800MA00000000"), ("９１４２０８００ＭＡ００００００００", "91420800MA00000000"), ("91420800 MA0000 0000", "91420800MA00000000"), ("无", None),
    ("9.14208E+17", reject("id_scientific")),
]
NAMES = [
    ("示例食品有限公司", "示例食品有限公司"), (" 示例食品有限公司 ", "示例食品有限公司"), ("示例\u00a0", "示例"), ("䶮镕示例", "䶮镕示例"), ("𠮷示例", "𠮷示例"), ("=1+1示例", "=1+1示例"),
    ("@示例", "@示例"), ("+示例", "+示例"), ("-示例", "-示例"),
    ("示例<b>&\"'", "示例<b>&\"'"), ("示例\u200b一", "示例一"), ("'示例", "示例"), ("", None), ("/", None),
    ("／", None), ("－", None), ("（空）", None), ("   ", None), ("示例\n二行", "示例\n二行"), ("null", None), (12345, "12345"),
    ("示例" * 400, "示例" * 400),
]
PARKS = [("示例园区（东）", "示例园区（东）"), ("示例园区(东)", "示例园区（东）"), ("ＡＢ园", "AB园"), ("示例 园区", "示例 园区"), ("Ａ区，２号", "A区，2号"), ("-", None)]
DURATIONS = [(text, text) for text in "0.5天 半天 半日 半个工作日 0.5个工作日 0.5d 4小时 1天".split()] + [(0.5, "0.5"), ("", None)]
STATUSES = [(text, text) for text in "待受理 已受理 勘察中 设计中 施工中 待验收 整改 具备通气条件 已通气 已办结 已归档 挂起（暂停） 用户取消 退单".split()]
PROGRESS = [(text, text) for text in "签约 未开工 平场 基础 主体 封顶 设备安装 试生产 投产 停工 60%".split()]
PIPES = [("DN100", "DN100"), ("dn110", "dn110"), ("ＤＮ１００", "DN100"), ("PE110/钢", "PE110/钢"), (110, "110")]
PRESSURES = [("中压A", "中压A"), ("中压Ｂ", "中压B"), ("次高压", "次高压"), ("0.2MPa", "0.2MPa")]

def kept(*words: str) -> list[tuple[str, str]]:
    """Return words that stay as they are."""
    return [(word, word) for word in words]


METERS = [*kept("膜式", "罗茨", "涡轮", "G6"), ("Ｇ６", "G6")]
FUNDING = kept("政府出资", "财政", "平台公司", "企业垫资", "燃气公司投资", "用户")
WORKS = kept("未启动", "设计", "审批", "施工", "完工", "投运", "暂停")
FOLLOWED = kept("跟踪中", "已报装", "不用气", "流失", "已通气")
ERRANDS = kept("补资料", "签字", "缴费", "咨询", "自愿")
ITEMS = kept(*(f"{word}费" for word in "开口 接驳 初装 增容 碰口 配套 入网 点火 通气 代建 安装 户内 庭院".split()))
SOURCES = [*kept("客服热线", "12345", "网格", "微信", "营业厅", "政府转办", "回访"), (12345, "12345")]
KINDS = kept("咨询", "报修", "投诉", "建议", "求助")
APPEALS = kept("待派", "办理中", "已反馈", "已办结", "重办", "挂起")
METHODS = kept("电话", "上门", "短信", "微信")

CASES: list[Case] = [
    *files("表型-报装", "application", "表型", METERS, kinds=("xlsx", "gbk")),
    *files("资金-工程", "work", "资金来源", FUNDING, kinds=("xlsx", "gb18030")),
    *files("状态-工程", "work", "状态", WORKS, kinds=("xls", "utf-8")),
    *files("状态-跟踪", "project", "跟踪状态", FOLLOWED, kinds=("xlsx", "gbk")),
    *files("原因-跑腿", "visit", "跑腿原因", ERRANDS, kinds=("ods", "gb18030")),
    *files("项目-费用", "charge", "费用项目", ITEMS, kinds=("xlsx", "gb18030")),
    *files("来源-诉求", "appeal", "来源", SOURCES, kinds=("xlsx", "xls")),
    *files("类型-诉求", "appeal", "诉求类型", KINDS, kinds=("utf-8-sig",)),
    *files("状态-诉求", "appeal", "办理状态", APPEALS, kinds=("xlsb", "gb18030")),
    *files("方式-回访", "followup", "回访方式", METHODS, kinds=("xlsx",)),
    *files("电话-联系", "application", "联系电话", PHONES, kinds=("xlsx", "gb18030", "xls", "ods", "xlsb")),
    *files("电话-经理", "term", "联系电话", PHONES[:12], kinds=("utf-8-sig", "xlsx")),
    *files("编号-合同", "application", "委托合同编号", CONTRACTS, kinds=("xlsx", "xlsb", "ods")),
    *files("编号-合同", "application", "委托合同编号", [pair for pair in CONTRACTS if isinstance(pair[0], str)] + [('="0012"', "0012")], kinds=("utf-8", "gb18030")),
    *files("编号-税号", "application", "统一社会信用代码", CODES, kinds=("xlsx", "gbk", "xls")),
    *files("名称-用户", "application", "用户名称", NAMES, kinds=("xls", "gb18030", "utf-16", "xlsb", "ods")),
    *files("名称-园区", "project", "园区", PARKS, kinds=("xlsx", "utf-8-sig")),
    *files("时长-办理", "application", "办理时长", DURATIONS, kinds=("xlsx", "gb18030", "xls")),
    *files("状态-报装", "application", "状态", STATUSES, kinds=("xlsx", "gbk")),
    *files("状态-进度", "project", "建设进度", PROGRESS, kinds=("xlsx", "utf-8")),
    *files("管径-工程", "work", "管径", PIPES, kinds=("xlsx", "utf-8-sig", "ods")),
    *files("压力-工程", "work", "压力级制", PRESSURES, kinds=("xls", "gb18030")),
]
