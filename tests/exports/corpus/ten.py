"""One ledger of each of the ten tables as an office keeps it: titles, synonyms, mixed spellings, a row that must go and a cell that cannot stay."""

from __future__ import annotations

from datetime import date, datetime

from tests.exports.corpus.case import Case, Sheet, at, bad, day, half, no, ok, slot, span
from tests.exports.corpus.ledgers import ledger

ALL = ("xlsx", "xls", "xlsb", "ods", "utf-8-sig", "gb18030", "utf-16", "tsv")

B1 = [
    ["示例燃气公司2023年3月用气报装台账"], ["填报单位：示例网格", "", "单位：万元"], [],
    ["申请编号", "企业名称", "用气性质", "片区", "经办人", "手机", "受理方式", "申请日期", "接件时间", "施工方式", "合同金额", "通气条件确认", "通气需求", "预约时间", "开阀时间", "所需资料",
     "零资料", "流程数", "有无外线", "用户确认单", "办理状态"],
    ["BZ001", "示例一厂", "工业", "示例G1", "示例甲", 13800001234, "网厅", date(2023, 3, 1), "3月1日上午", "用户自建", 12.5, "3月9日16:00", "3月10日8时", "3月10日上午", "3月10日14:30",
     "3份", "否", "4", "有", "√", "已通气"],
    ["BZ002", "示例二店", "商业", "示例G1", "示例乙", "138-0000-1235", "鄂汇办", "2023.3.2", "20230302", "一站式代建", "3000元", "2023/3/9", "", "", "未通气", "", "是", 3, "无", "", "施工中"],
    ["BZ003", "示例小区", "居民", "示例G1", "", "", "", "2023.3.2"], ["", "示例三厂", "工业", "", "", "", "", "2023.3.2"], ["BZ004", "示例四厂", "工业", "", "", "", "", ""],
    ["BZ005", "示例五厂", "工业用气", "", "", "12345", "", "3月5日", "", "", "很多", "", "", "", "3月32日", "若干"], ["合计", 5],
]
B1_ROWS = {
    5: ok(app_id="BZ001", user_type="工业", grid_code="示例G1", contact_phone="13800001234", channel="线上", applied_at=day(2023, 3, 1), accepted_at=half(2023, 3, 1, "am"),
        build_mode="自建", contract_amount=125000.0,
          ready_at=at(2023, 3, 9, 16), gas_requested_at=at(2023, 3, 10, 8), appt_start=half(2023, 3, 10, "am"), gas_on_at=at(2023, 3, 10, 14, 30),
          docs_requested_n=3, docs_zero=False, steps_n=4, outside_line="有", confirm_signed=True),
    6: ok(app_id="BZ002", contact_phone="13800001235", accepted_at=day(2023, 3, 2), build_mode="代建", contract_amount=3000.0, ready_at=day(2023, 3, 9),
        gas_on_at=None, docs_requested_n=0, docs_zero=True, steps_n=3, outside_line="无"),
    7: no("resident"), 8: bad("key_blank", "申请编号"), 9: bad("required_blank", "申请日期"),
    10: ok(("用气性质", "choice_near"), ("手机", "phone_unreadable"), ("合同金额", "amount_unreadable"), ("开阀时间", "date_impossible"), ("所需资料", "count_unreadable"),
        app_id="BZ005", applied_at=day(2023, 3, 5)), 11: no("total"),
}

B2 = [
    ["招商引资落地项目台账（截至2023年6月30日）"],
    ["项目编号", "企业（项目）名称", "对接人", "联系方式", "签约时间", "选址", "形象进度", "预计投产", "用气需求", "包保领导", "信息获取时间", "总投资", "用地（亩）", "预计用气量（万m³）",
     "客户经理", "跟踪状态"],
    ["XM01", "示例项目一", "示例甲", "0724-1234567", "2023年2月", "示例园东", "60%", "2024年底前", "需要", "示例局长", "2023-03-01", "1.2亿元", "85亩", 120, "示例经理", "跟踪中"],
    ["XM02", "示例项目二", "", "138****1234", "2023.3.15", "示例园西", "平场", "三季度", "拟用", "", "6月15日", "5000", 40.5, "", "", "已报装"],
    ["XM03", "示例项目三", "", "", "", "", "停工", "", "随缘", "", "待定", "", "", "", "", ""],
]
B2_ROWS = {
    3: ok(project_id="XM01", name="示例项目一", contact_phone="0724-1234567", landed_on=span((2023, 2, 1), (2023, 2, 28), "month"), progress="60%", planned_production=span((2024, 1, 1),
        (2024, 12, 31)), needs_gas=True,
          first_known_at=day(2023, 3, 1), invest_amount=120000000.0, land_mu=85.0, est_gas=1200000.0),
    4: ok(project_id="XM02", contact_phone="138****1234", landed_on=day(2023, 3, 15), planned_production=span((2023, 7, 1), (2023, 9, 30)), needs_gas=None, first_known_at=day(2023, 6, 15),
        invest_amount=50000000.0, land_mu=40.5),
    5: bad("required_blank", "信息获取时间"),
}

B3 = [
    ["红线外管网工程台账"], ["单位：万元"],
    ["工程编号", "工程名称", "类别", "所属园区", "道路", "关联项目", "服务对象", "长度（km）", "管径", "压力级制", "管道规划", "管道开工", "验收投产日期", "到红线时间", "资金来源", "概算",
     "政府出资", "用户出资", "工程状态", "滞后原因", "竣工备案日期"],
    ["GC01", "示例支管", "支管", "示例园", "示例路", "XM01", "BZ001", 1.2, "DN100", "中压A", "2023年6月", "2023-07-01", date(2023, 8, 1), "8月5日", "财政", 85.5, "全部", "零", "投运", "", "2023.8.20"],
    ["GC02", "示例主管", "园区主管", "示例园", "", "", "", "350m", "dn110", "次高压", "待定", "", "", "", "政府出资", "120万元", 1200000, "免", "设计", "征地", ""], ["", "示例三管", "支管"],
]
B3_ROWS = {
    4: ok(("到红线时间", "date_no_year"), ("政府出资", "amount_unreadable"), work_id="GC01", kind="支管", length_m=1200.0, dn="DN100", gas_plan_on=span((2023, 6, 1), (2023, 6, 30), "month"),
        gas_done_on=day(2023, 8, 1), boundary_ready_on=None,
          budget=855000.0, paid_by_gov=None, paid_by_user=0.0),
    5: ok(work_id="GC02", kind="园区主管", length_m=350.0, pressure="次高压", gas_plan_on=None, budget=1200000.0, paid_by_gov=12000000000.0, paid_by_user=0.0), 6: bad("key_blank", "工程编号"),
}

B4 = [
    ["2023年3月上门服务与跑腿记录"], ["记录编号", "报装编号", "服务类型", "方向", "预约时间", "预约时段", "约定地点", "到达", "离开", "是否守约", "服务结果", "到厅次数", "跑腿原因", "凭证", "服务人员"],
    ["SM01", "BZ001", "开阀通气", "上门", "3月9日", "8:30-10:30", "用户处", "9:05", "9:50", "是", "完成", 0, "", "照片", "示例甲"],
    ["SM02", "BZ001", "用户到厅", "用户跑腿", "2023-03-10 09:00", "上午", "", "", "", "", "用户改约", "1次", "补资料", "工单", ""],
    ["SM03", "BZ002", "验收", "上门", "", "", "", "14:00", "", "爽约", "无人", "", "", "", ""], ["SM04", "BZ002", "指导", "", "", "", "", "", "", "", "", "", "", "", ""],
]
B4_ROWS = {
    3: ok(visit_id="SM01", kind="通气", direction="上门", booked_at=day(2023, 3, 9), appt_start=slot(2023, 3, 9, (8, 30), (10, 30)), arrived_at=at(2023, 3, 9, 9, 5),
        left_at=at(2023, 3, 9, 9, 50), on_time=True, result="完成", errand_n=0),
    4: ok(visit_id="SM02", kind="用户到厅", direction="用户跑腿", booked_at=at(2023, 3, 10, 9), appt_start=half(2023, 3, 10, "am"), errand_n=1), 5: bad("time_without_date", "到达"),
    6: bad("required_blank", "预约时间"),
}
B4_FOUND = ((3, "预约时段", "date_borrowed"), (3, "到达", "date_borrowed"), (3, "离开", "date_borrowed"))

B5 = [
    ["费用台账"], ["费用编号", "报装单号", "收费名称", "收费金额（元）", "承担主体", "缴费日期", "票据号", "合同编号", "收费状态", "退款金额"],
    ["FY01", "BZ001", "开口费", "￥1200", "用户", "2023-03-10", "0012", "HT01", "已收", ""], ["FY02", "BZ001", "代建费", "1.2万", "财政", date(2023, 3, 11), 12, "", "应收", "200元"],
    ["FY03", "BZ002", "点火费", "免", "公司", "2023.3.12", "", "", "减免", "零"],
    ["FY04", "BZ002", "表具", "另议", "用户", "2023.3.12", "", "", "", ""], ["FY05", "BZ002", "气费", 12, "", "未缴", "", "", "", ""],
]
B5_ROWS = {
    3: ok(charge_id="FY01", item="开口费", amount=1200.0, payer="用户", paid_on=day(2023, 3, 10), receipt_no="0012", refund_amount=None),
    4: ok(amount=12000.0, payer="政府", receipt_no="12", status="应收", refund_amount=200.0),
    5: ok(amount=0.0, payer="燃气公司", status="减免", refund_amount=0.0), 6: ok(("收费金额（元）", "amount_unreadable"), amount=None), 7: bad("required_blank", "缴费日期"),
}

B6 = [
    ["2023年诉求办理台账"], ["工单号", "客户名称", "来源", "诉求类型", "诉求内容", "事项等级", "初始等级", "受理时间", "首问责任人", "承办人", "回复时间", "一次性告知", "办结时间",
     "客户确认", "重办次数", "满意度", "是否推诿", "办理状态"],
    ["SQ01", "示例一厂", "12345", "咨询", "何时通气", "普通", "一般", "3月10日9:30", "示例甲", "示例乙", datetime(2023, 3, 10, 15, 0), "是", "3月11日上午", "已确认", 0, "非常满意", "否", "已办结"],
    ["SQ02", "示例二店", "客服热线", "投诉", "", "特别重大", "", "2023-03-12 10:00", "", "", "12日14时", "未", "", "", "1次", "系统默认好评", "", "办理中"],
    ["SQ03", "示例三店", "微信", "建议", "", "紧急", "", "2023年", "", "", "", "", "", "", "", "还行", "", ""],
]
B6_ROWS = {
    3: ok(case_id="SQ01", level="一般", level_first="一般", accepted_at=at(2023, 3, 10, 9, 30), fb_customer_at=at(2023, 3, 10, 15), told_once=True, closed_at=half(2023, 3, 11, "am"),
        confirmed=True, reopened_n=0, satisfied=5, shirk=False),
    4: ok(("回复时间", "date_no_year"), case_id="SQ02", level="重大", accepted_at=at(2023, 3, 12, 10), told_once=False, reopened_n=1, satisfied=None),
    5: ok(("事项等级", "choice_unknown"), ("满意度", "score_unknown"), accepted_at=span((2023, 1, 1), (2023, 12, 31))),
}

B7 = [
    ["回访与满意度台账", "", "2023年4月"], ["回访编号", "申请编号", "回访轮次", "回访日期", "回访方式", "接通情况", "公司评价", "客户经理评价", "效率", "态度", "自述跑腿次数",
     "自述红线外缴费", "自述提供资料数", "意见建议", "回访人"],
    ["HF01", "BZ001", "首访", "4月3日", "电话", "接通", "很满意", "★★★★", 5, "95", "0", "0", "0资料", "无", "示例甲"],
    ["HF02", "BZ001", "二访", "2023-04-20", "上门", "未接", "默认", "", "", "", "两次", "1200元", "3份", "", ""],
    ["HF03", "BZ002", "第三次", "2023-04-21", "短信", "空号", "好", "不满意", "一般", "C", "", "", "", "", ""], ["HF04", "BZ002", 1, "", "微信", "拒访"],
]
B7_ROWS = {
    3: ok(fu_id="HF01", round="1", fu_at=day(2023, 4, 3), reached="接通", score_company=5, score_manager=4, score_speed=5, score_attitude=5, errands_said=0, fee_said=0.0, docs_said=0),
    4: ok(round="2", reached="未接", score_company=None, score_manager=None, errands_said=2, fee_said=1200.0, docs_said=3), 5: ok(("回访轮次", "choice_near"), ("公司评价", "score_unknown"),
        reached="空号", score_manager=2, score_speed=3, score_attitude=3),
    6: bad("required_blank", "回访日期"),
}

B8 = [
    ["网格与客户经理"], ["网格编号", "片区", "行政区", "辖区园区", "工号", "客户经理", "电话", "任职起", "任职止", "B角", "部门", "在岗"],
    ["G01", "示例东网格", "东宝", "示例园", "M01", "示例甲", "13800001234", "2022-01-01", "2023-03-31", "示例乙", "示例部", "离岗"],
    ["G01", "示例东网格", "东宝", "示例园", "M02", "示例乙", 13800001235, "2023.4.1", "至今", "", "示例部", "√"],
    ["G02", "示例西网格", "掇刀", "", "M03", "示例丙", "", "", "", "", "", "是"],
]
B8_ROWS = {
    3: ok(_key="G01|M01|2022-01-01", valid_from=day(2022, 1, 1), valid_to=day(2023, 3, 31), active=False, phone="13800001234"),
    4: ok(_key="G01|M02|2023-04-01", valid_to=None, active=True, phone="13800001235"),
    5: bad("key_blank", "任职起"),
}

B9 = [
    ["停表记录"], ["停表编号", "报装编号", "工程编号", "暂停原因", "停表开始", "停表结束", "责任方", "告知日期", "凭证"],
    ["TB01", "BZ001", "", "占道挖掘审批", "2023-03-10 09:00", "3月12日", "政府", "2023-03-10", "告知书"],
    ["TB02", "", "GC01", "天气", "2023年3月10日下午", "2023-03-11 17:00", "自然原因", "", ""], ["TB03", "BZ002", "", "看情况", "2023-03-10", "", "甲方", "", ""],
    ["TB04", "BZ002", "", "疫情", "上午9点", "", "用户", "", ""],
]
B9_ROWS = {
    3: ok(("停表结束", "date_no_year"), stop_id="TB01", reason="占掘路审批", start_at=at(2023, 3, 10, 9), end_at=None, owner="政府", noticed_on=day(2023, 3, 10)),
    4: ok(stop_id="TB02", work_id="GC01", reason="恶劣天气", start_at=half(2023, 3, 10, "pm"), end_at=at(2023, 3, 11, 17), owner="不可抗力"), 5: ok(("暂停原因", "choice_unknown"),
        ("责任方", "choice_unknown"), end_at=None),
    6: bad("time_without_date", "停表开始"),
}

B10 = [
    ["园区对接台账"], ["园区名称", "对接客户经理", "建立对接日期", "沟通渠道", "网格", "备注"], ["示例园区（东）", "示例甲", "2022.1.1", "微信群", "G01", ""],
    ["示例园区西", "示例乙", "去年", "例会", "G02", ""], ["", "示例丙", "2022-01-01", "", "", ""], ["备注：示例"],
]
B10_ROWS = {
    3: ok(_key="示例园区（东）", liaison_since=day(2022, 1, 1)), 4: ok(("建立对接日期", "date_no_year"), _key="示例园区西"), 5: bad("key_blank", "园区名称"), 6: no("footer"),
}

CASES: list[Case] = [
    *ledger("十表-报装", B1, Sheet(table="application", rows=B1_ROWS, stated={"submitter": "示例网格", "period": "2023-03"}), kinds=ALL),
    *ledger("十表-项目", B2, Sheet(table="project", rows=B2_ROWS, findings=((4, "用气需求", "unsure"), (5, "用气需求", "yesno_unknown")), stated={"cutoff": "2023-07-01T00:00:00"}), kinds=ALL),
    *ledger("十表-工程", B3, Sheet(table="work", rows=B3_ROWS), kinds=ALL),
    *ledger("十表-上门", B4, Sheet(table="visit", rows=B4_ROWS, findings=B4_FOUND), kinds=ALL),
    *ledger("十表-费用", B5, Sheet(table="charge", rows=B5_ROWS), kinds=ALL),
    *ledger("十表-诉求", B6, Sheet(table="appeal", rows=B6_ROWS), kinds=ALL),
    *ledger("十表-回访", B7, Sheet(table="followup", rows=B7_ROWS), kinds=ALL),
    *ledger("十表-网格", B8, Sheet(table="term", rows=B8_ROWS), kinds=ALL, title="网格与客户经理"),
    *ledger("十表-停表", B9, Sheet(table="clock_stop", rows=B9_ROWS), kinds=ALL),
    *ledger("十表-园区", B10, Sheet(table="park", rows=B10_ROWS), kinds=ALL, title="园区对接台账"),
]
