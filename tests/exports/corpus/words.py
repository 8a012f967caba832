"""Yes or no, closed lists and ratings in the words of different offices."""

from __future__ import annotations

from tests.exports.corpus.case import Case, noted, reject
from tests.exports.corpus.values import files

UNSURE = noted(None, "unsure")
YES = "是 有 需 需要 √ ✓ Y 1 已 对 yes 在岗 ☑".split()
NO = "否 无 不需 不需要 × N 0 未 错 no ✗ 离岗".split()
YESNO = [
    *((word, True) for word in YES), *((word, False) for word in NO), *((word, UNSURE) for word in ("拟用", "意向", "待定", "不详", "暂不")), ("", None), ("—", None), ("□", None),
    (1, True), (0, False), (True, True),
    (False, False), ("是（已签）", True), ("随便", reject("yesno_unknown")), ("2", reject("yesno_unknown")), ("是/否", reject("yesno_unknown")), (" 是 ", True), ("是　", True), ("Ｙ", True),
]
TYPES = [
    ("工业", "工业"), ("商业", "商业"), ("公福", "公福"), ("公建", "公福"), ("机关事业", "公福"), ("采暖", "采暖"), ("工业用户", "工业"), (" 工业 ", "工业"), ("工业（食品）", "工业"),
    ("", None), ("/", None),
    ("工业用气", reject("choice_near")), ("工业/商业", reject("choice_several")), ("xyz", reject("choice_unknown")),
]
CHANNELS = [
    (word, "线上") for word in ("线上", "网厅", "公众号", "政务网", "鄂汇办")
] + [("电话", "电话"), ("营业厅", "营业厅"), ("主动对接", "主动对接"), ("政府推送", "政府推送"), ("12345", "热线12345"), (12345, "热线12345")]
MODES = [(word, "自建") for word in ("自建", "自行建设", "用户自建", "自行委托")] + [(word, "代建") for word in ("委托", "代建", "委托燃气公司", "一站式代建")]
RESULTS = [("合格", "合格"), ("整改", "整改"), ("不合格", "整改"), ("通过", "合格"), ("待定", UNSURE)]
KINDS = [
    ("上门", "上门"), ("预约上门", "预约上门"), ("现场勘察", "现场勘察"), ("指导", "指导"), ("验收", "验收"), ("通气", "通气"), ("回访", "回访"), ("用户到厅", "用户到厅"),
    ("用户到政府窗口", "到政府窗口"), ("到政府窗口", "到政府窗口"),
]
OUTCOMES = [("完成", "完成"), ("用户改约", "用户改约"), ("公司改约", "公司改约"), ("无人", "无人"), ("条件不具备", "条件不具备")]
PAYERS = [
    ("用户", "用户"), ("政府", "政府"), ("财政", "政府"), ("平台", "政府"), ("管委会", "政府"), ("燃气公司", "燃气公司"), ("公司", "燃气公司"), ("财政、平台", "政府"),
    ("用户、政府", reject("choice_several")),
]
LEVELS = [("一般", "一般"), ("普通", "一般"), ("复杂", "复杂"), ("较难", "复杂"), ("重大", "重大"), ("特别重大", "重大"), ("紧急", reject("choice_unknown"))]
ROUNDS = [("第一次", "1"), ("第二次", "2"), ("1", "1"), (2, "2"), ("首访", "1"), ("二访", "2"), (1.0, "1")]
REACHED = [("接通", "接通"), ("未接", "未接"), ("拒访", "拒访"), ("空号", "空号"), ("是", "接通")]
SCORES = [
    *((word, 5) for word in ("非常满意", "很满意", "★★★★★", "★5", "5", "A", "95", "100", 5, "5分")), *((word, 4) for word in ("满意", "4", 4, "较满意", "★★★★", "90")),
    *((word, 3) for word in ("基本满意", "一般", "3", 3, "75")), *((word, 2) for word in ("不满意", "2", "60")), *((word, 1) for word in ("非常不满意", "很不满意", "1", "30")),
    *((word, None) for word in ("未评价", "默认", "系统默认好评", "", "—")), ("6", 1), ("还行吧", reject("score_unknown")), ("101", reject("score_unknown")), ("满意/一般", reject("score_unknown")),
]
STOPS = [("用户未完工", "用户未完工"), ("政府审批", "占掘路审批"), ("天气", "恶劣天气"), ("材料未到货", "公司材料"), ("其他", reject("choice_unknown"))]
OWNERS = [("用户", "用户"), ("政府", "政府"), ("第三方", "第三方"), ("不可抗力", "不可抗力"), ("燃气公司", "公司")]

WORKS = [("园区主管", "园区主管"), ("支管", "支管"), ("调压设施", "调压设施"), ("调压柜", "调压设施"), ("主干管", reject("choice_near"))]
DIRECTIONS = [("上门", "上门"), ("用户跑腿", "用户跑腿"), ("跑腿", "用户跑腿")]
CHARGED = [("应收", "应收"), ("已收", "已收"), ("减免", "减免"), ("退费", "退费"), ("已退", "退费"), ("作废", reject("choice_unknown"))]

CASES: list[Case] = [
    *files("选项-工程类别", "work", "类别", WORKS, kinds=("xlsx", "gbk")),
    *files("选项-方向", "visit", "方向", DIRECTIONS, kinds=("xlsx", "utf-8")),
    *files("选项-收费状态", "charge", "收费状态", CHARGED, kinds=("xlsx", "gb18030")),
    *files("是否-确认单", "application", "用户确认单", YESNO, kinds=("xlsx", "ods", "xlsb", "xls")),
    *files("是否-用气需求", "project", "是否需要天然气", [pair for pair in YESNO if not isinstance(pair[0], bool)], kinds=("gb18030", "utf-8-sig", "utf-16")),
    *files("选项-用户类型", "application", "用户类型", TYPES, kinds=("xlsx", "gbk", "xls")),
    *files("选项-渠道", "application", "报装渠道", CHANNELS, kinds=("xlsx", "utf-8-sig", "ods")),
    *files("选项-建设方式", "application", "红线内建设方式", MODES, kinds=("xlsx", "gb18030")),
    *files("选项-验收结论", "application", "验收结论", RESULTS, kinds=("xls", "tsv")),
    *files("选项-服务类型", "visit", "服务类型", KINDS, kinds=("xlsx", "gbk", "ods")),
    *files("选项-服务结果", "visit", "结果", OUTCOMES, kinds=("xlsx", "utf-8")),
    *files("选项-付费方", "charge", "付费方", PAYERS, kinds=("xlsx", "utf-16", "xlsb")),
    *files("选项-事项等级", "appeal", "事项等级", LEVELS, kinds=("xlsx", "gb18030", "xls")),
    *files("选项-次序", "followup", "回访次序", ROUNDS, kinds=("xlsx", "xls", "ods")),
    *files("选项-接通", "followup", "是否接通", REACHED, kinds=("xlsx", "gbk")),
    *files("选项-停表原因", "clock_stop", "停表原因", STOPS, kinds=("xlsx", "utf-8-sig")),
    *files("选项-责任方", "clock_stop", "责任方", OWNERS, kinds=("ods", "gb18030")),
    *files("评分-公司", "followup", "对公司评价", SCORES, kinds=("xlsx", "gb18030", "xls", "ods")),
    *files("评分-满意度", "appeal", "满意度", SCORES, kinds=("utf-8", "xlsb")),
]
