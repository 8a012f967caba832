"""Every table and column an export may carry: one line per column, its usual Chinese header first, then the synonyms seen."""

from __future__ import annotations

from kpi.exports.fields import Field, Table


def _f(name: str, kind: str, headers: str, choice: str = "", unit: str = "", planned: bool = False) -> Field:
    return Field(name=name, kind=kind, headers=tuple(headers.split()), choice=choice, default_unit=unit, planned=planned)


_PERSON = (
    _f("contact_name", "name", "联系人 经办人 负责人 企业联系人 对接人 联系人姓名"),
    _f("contact_phone", "phone", "联系电话 手机 联系方式 电话 手机号 手机号码 联系人电话"),
)
_GRID = _f("grid_code", "text", "网格 责任网格 片区 区域 网格编号 网格名称 所属网格 责任区")
_MANAGER = _f("manager", "name", "客户经理 责任人 网格员 服务专员 客户经理姓名")
_REMARK = _f("remark", "free", "备注 说明 备注说明")
_APP = _f("app_id", "id", "报装编号 申请编号 受理编号 报装单号 报装申请编号 关联报装编号 报装流水号")
_PROJECT = _f("project_id", "id", "项目编号 关联项目 关联项目编号")
_LOADED_ON_SITE = _f("confirm_signed", "yesno", "用户确认单 确认单 已签确认单 用户签字确认")

APPLICATION = Table(
    name="application", code="B1", zh="用气报装台账", en="Gas applications",
    key=("app_id",), fallback=("customer_name", "address"), required=(("applied_at",),),
    hints=("报装", "application"),
    days=(("applied_at", "accepted_at"), ("gas_requested_at", "appt_start", "appt_end", "gas_on_at")),
    fields=(
        _f("app_id", "id", "报装编号 申请编号 受理编号 工单号 报装单号 流水号 受理号 报装申请编号 报装流水号 报装号 申请单号"),
        _f("customer_name", "name", "用户名称 企业名称 单位名称 客户名称 报装单位 用气单位 用户 报装用户 报装企业 用气企业 报装客户"),
        _f("uscc", "id", "统一社会信用代码 信用代码 税号"),
        _f("user_type", "choice", "用户类型 用气性质 用气类别 客户类别 用户类别", "user_type"),
        _f("address", "name", "用气地址 安装地址 项目地址 地址"),
        _f("park", "text", "园区 开发区 工业园 所属园区"),
        _GRID, *_PERSON,
        _f("channel", "choice", "报装渠道 受理方式 来源 渠道 申请渠道", "channel"),
        _f("applied_at", "time", "报装日期 申请日期 申请时间 报装时间 报装申请日期 报装申请时间 申请报装日期 申报日期"),
        _f("accepted_at", "time", "受理日期 受理时间 接件时间 接件日期"),
        _PROJECT,
        _f("build_mode", "choice", "红线内建设方式 建设模式 施工方式 建设方式 红线内建设模式 红线内施工方式", "build_mode"),
        _f("contract_no", "id", "委托合同编号 代建合同编号 合同编号"),
        _f("contract_signed_on", "time", "合同签订日期 签订日期 委托合同签订日期"),
        _f("contract_due_on", "time", "约定完工日期 合同工期 合同约定完工日期", planned=True),
        _f("contract_amount", "yuan", "合同金额 委托合同金额 代建合同金额"),
        _f("contract_extended_to", "time", "合同延期至 延期完工日期", planned=True),
        _f("docs_requested_n", "count", "用户提供资料数 所需资料 提交材料 用户提供资料份数 提供资料数 用户提交资料数 资料数 资料份数 提交资料数"),
        _f("docs_zero", "yesno", "0资料 零资料 是否0资料 是否零资料"),
        _f("docs_list", "text", "资料清单 材料清单"),
        _f("docs_online_n", "count", "网上获取资料数 网上获取资料份数 线上获取资料数"),
        _f("docs_needed_n", "count", "应备资料数 所需资料总数 应备资料份数"),
        _f("steps_n", "count", "环节数 流程数 办理环节 办理环节数"),
        _f("survey_on", "time", "勘察日期 踏勘日期 勘察时间"),
        _f("design_on", "time", "方案设计日期 设计日期 方案设计时间"),
        _f("quoted_on", "time", "方案答复日期 报价日期 方案报价日期"),
        _f("inside_started_on", "time", "红线内开工日期 红线内开工 开工日期"),
        _f("inside_done_on", "time", "红线内完工日期 红线内完工 完工日期"),
        _f("accept_passed_at", "time", "验收日期 验收合格日期 验收时间 红线内验收日期"),
        _f("accept_result", "choice", "验收结论 验收结果", "accept_result"),
        _f("accept_first_result", "choice", "首次验收结论 一次验收结论", "accept_result"),
        _f("accept_attended", "yesno", "燃气公司参与验收 公司参与验收 是否参与验收"),
        _f("told_process_on", "time", "告知建设流程日期 建设流程告知"),
        _f("told_gas_on_on", "time", "告知通气手续日期 通气手续告知"),
        _f("told_safety_on", "time", "告知后期注意事项日期 注意事项告知"),
        _f("approval_done_on", "time", "行政审批办结日期 审批办结日期"),
        _f("pressure_tested_on", "time", "试压吹扫合格日期 试压日期 试压合格日期"),
        _f("meter_fitted_on", "time", "表具安装日期 装表日期 挂表日期"),
        _f("supply_contract_on", "time", "供用气合同签订日期 供用气合同日期"),
        _f("ready_at", "time", "具备通气条件时间 具备条件日期 通气条件确认 具备通气条件日期 具备条件时间 通气条件确认时间 具备通气条件 通气条件具备时间"),
        _f("gas_requested_at", "time", "申请通气时间 通气需求 通气需求时间 申请通气日期 用户申请通气时间"),
        _f("appt_start", "time", "预约上门时间 预约时间 预约通气时间 预约时段 预约开始 预约通气时段 预约开始时间 预约时段开始 预约时段起 预约上门时段 预约起", planned=True),
        _f("appt_end", "time", "预约结束 预约结束时间 预约时段结束 预约时段止 预约止 预约至", planned=True),
        _f("appt_by", "choice", "预约改期方 改期方", "appt_by"),
        _f("gas_on_at", "time", "通气时间 开阀时间 点火日期 通气日期 送气时间 开阀通气时间 点火时间 点火通气时间 通气点火时间 供气时间"),
        _f("account_opened_on", "time", "建档立户日期 立户日期 建档日期"),
        _f("duration_reported", "text", "办理时长 通气用时 办结用时"),
        _f("cancelled_on", "time", "取消日期 退单日期 用户取消日期"),
        _f("cancel_reason", "text", "取消原因 退单原因"),
        _f("is_test", "yesno", "测试单 是否测试"),
        _f("outside_line", "choice", "有无外线 外线 是否有外线 有无外线工程", "outside_line"),
        _LOADED_ON_SITE,
        _f("miss_cause", "text", "超时原因 未达标原因 未兑现原因"),
        _f("status", "text", "状态 办理状态 进度 当前环节 当前状态 办理进度"),
        _f("demand_h", "number", "小时用气量", unit="m³"), _f("demand_d", "number", "日用气量", unit="m³"), _f("demand_y", "number", "年用气量", unit="m³"),
        _f("pressure", "text", "用气压力 压力"), _f("meter", "text", "表型 表具型号"),
        _MANAGER, _f("dept", "text", "受理部门"), _REMARK,
    ),
)

PROJECT = Table(
    name="project", code="B2", zh="招商引资落地项目台账", en="Investment projects",
    key=("project_id",), fallback=("name", "location"), required=(("first_known_at", "landed_on", "updated_on"),),
    hints=("落地项目", "招商", "项目台账", "project"),
    fields=(
        _f("project_id", "id", "项目编号 编号"),
        _f("name", "name", "项目名称 项目 企业项目名称 企业名称"),
        *_PERSON,
        _f("landed_on", "time", "落地时间 签约时间 落户时间 摘牌时间 供地时间 摘牌供地时间 落地日期"),
        _f("landed_basis", "text", "落地依据 落地口径"),
        _f("location", "text", "落地位置 选址 建设地点 地块 四至"),
        _f("park", "text", "园区 开发区 工业园 所属园区"),
        _f("progress", "text", "建设进度 工程进度 形象进度"),
        _f("planned_production", "time", "拟投产时间 预计投产 计划竣工 预计投产时间", planned=True),
        _f("needs_gas", "yesno", "是否需要天然气 用气需求 是否用气"),
        _f("gov_lead", "name", "政府包联领导 包保领导 包联县级领导 挂点领导 服务专员 包联领导"),
        _f("first_known_at", "time", "信息获取时间 首次获取时间 信息获取日期"),
        _f("source", "text", "信息来源 来源"),
        _f("updated_on", "time", "更新时间 更新日期 最近更新"),
        _f("investor", "name", "投资方"), _f("industry", "text", "行业"),
        _f("invest_amount", "yuan", "总投资", unit="万元"),
        _f("land_mu", "number", "用地 用地面积"), _f("est_gas", "number", "预计用气量", unit="m³"),
        _GRID, _MANAGER, _f("status", "text", "跟踪状态 状态"), _REMARK,
    ),
)

WORK = Table(
    name="work", code="B3", zh="红线外管网工程台账", en="Outside pipeline works",
    key=("work_id",), fallback=(), required=(),
    hints=("管网", "红线外工程", "工程台账", "works"),
    fields=(
        _f("work_id", "id", "工程编号 编号"),
        _f("name", "text", "工程名称"),
        _f("kind", "choice", "工程类别 类别 管道类别", "work_kind"),
        _f("park", "text", "所属园区 园区"), _f("road", "text", "道路名称 道路"),
        _PROJECT, _f("app_id", "id", "服务对象报装编号 报装编号 服务对象 关联报装编号"),
        _f("length_m", "number", "长度 管道长度", unit="m"), _f("dn", "text", "管径"), _f("pressure", "text", "压力级制"),
        _f("road_plan_on", "time", "道路规划日期 道路规划", planned=True), _f("road_start_on", "time", "道路开工日期 道路开工"),
        _f("road_done_on", "time", "道路竣工日期 道路竣工验收投用 道路竣工"),
        _f("gas_plan_on", "time", "管道规划日期 管道规划", planned=True), _f("gas_start_on", "time", "管道开工日期 管道开工"),
        _f("gas_done_on", "time", "管道验收投产日期 管道验收投产 验收投产日期"),
        _f("boundary_ready_on", "time", "送气至红线交接处日期 送气至红线交接处 具备接气条件 到红线时间 具备接气条件日期"),
        _f("approval_sent_on", "time", "占掘路审批申请日期 审批申请日期 占掘路申请日期"), _f("approval_got_on", "time", "占掘路审批批复日期 审批批复日期 占掘路批复日期"),
        _f("funding_source", "text", "资金来源"),
        _f("budget", "yuan", "概算 概算金额"), _f("settle", "yuan", "结算 结算金额"),
        _f("paid_by_gov", "yuan", "政府出资 政府出资额 政府出资金额"), _f("paid_by_company", "yuan", "公司出资 公司出资金额 燃气公司出资"),
        _f("paid_by_user", "yuan", "用户出资 用户出资额 用户出资金额"),
        _f("status", "text", "状态 工程状态"), _f("delay_reason", "text", "滞后原因"), _f("contractor", "text", "施工单位"),
        _f("filing_on", "time", "竣工备案日期"), _GRID, _REMARK,
    ),
)

VISIT = Table(
    name="visit", code="B4", zh="上门服务与跑腿记录", en="Visits and errands",
    key=("visit_id",), fallback=("app_id", "kind", "booked_at"), required=(("booked_at", "appt_start", "arrived_at"),),
    hints=("上门", "跑腿", "visit"),
    days=(("booked_at", "appt_start", "appt_end", "arrived_at", "left_at"),),
    fields=(
        _f("visit_id", "id", "记录编号 上门编号 服务记录编号"),
        _APP, _PROJECT,
        _f("kind", "choice", "服务类型 类型 上门类型", "visit_kind"),
        _f("direction", "choice", "方向 服务方向", "direction"),
        _f("booked_at", "time", "预约时间 预约登记时间 预约日期", planned=True),
        _f("appt_start", "time", "预约时段 预约时段开始 预约开始 约定上门时间 预约上门时间 预约上门时段 预约时段起 预约起 约定时段", planned=True),
        _f("appt_end", "time", "预约时段结束 预约结束 预约时段止 预约止 预约至 预约结束时间", planned=True),
        _f("appt_place", "text", "办结地点 服务地点 约定地点"),
        _f("arrived_at", "time", "到达时间 到达 到场时间 到访时间"), _f("left_at", "time", "离开时间 离开"),
        _f("on_time", "yesno", "是否守约 守约"),
        _f("result", "choice", "结果 服务结果 办理结果", "visit_result"),
        _f("errand_n", "count", "跑腿次数 到厅次数"),
        _f("errand_reason", "text", "跑腿原因 到厅原因"), _f("place", "text", "到访地点"),
        _f("evidence", "text", "凭证"), _f("staff", "name", "服务人员 上门人员"), _GRID, _REMARK,
    ),
)

CHARGE = Table(
    name="charge", code="B5", zh="费用台账", en="Charges",
    key=("charge_id",), fallback=("app_id", "item", "paid_on", "receipt_no"), required=(("paid_on",),),
    hints=("费用", "收费", "charge"),
    fields=(
        _f("charge_id", "id", "费用编号 收费编号 记录编号"),
        _APP,
        _f("item", "text", "费用项目 收费名称 收费项目 费用名称"),
        _f("scope", "choice", "费用范围 红线内外", "scope"),
        _f("amount", "yuan", "金额 收费金额 费用金额", unit="元"),
        _f("payer", "choice", "付费方 承担主体 付款方 缴费方", "payer"),
        _f("paid_on", "time", "收费日期 缴费日期 付款日期 收款日期 费用日期"),
        _f("receipt_no", "id", "发票号 票据号 发票票据号 收据号"), _f("contract_no", "id", "合同编号"),
        _f("basis", "text", "收费依据"),
        _f("status", "choice", "收费状态 状态", "charge_status"),
        _f("refund_amount", "yuan", "退费金额 退款金额", unit="元"), _f("refunded_on", "time", "退费日期 退款日期"),
        _GRID, _REMARK,
    ),
)

APPEAL = Table(
    name="appeal", code="B6", zh="诉求办理台账", en="Appeals",
    key=("case_id",), fallback=("customer", "accepted_at", "source"), required=(("accepted_at",),),
    hints=("诉求", "12345", "appeal"),
    days=(("accepted_at", "signed_at"), ("fb_customer_at", "fb_dept_at")),
    fields=(
        _f("case_id", "id", "诉求编号 工单号 工单编号"),
        _APP, _f("customer", "name", "诉求人 客户名称 用户名称 客户 诉求单位"),
        _f("source", "text", "诉求来源 来源 受理渠道"), _f("kind", "text", "诉求类型 类型"), _f("topic", "text", "诉求主题 主题"),
        _f("content", "free", "诉求内容 内容"),
        _f("level", "choice", "事项等级 等级", "level"), _f("level_first", "choice", "受理时等级 初始等级 首次定级", "level"),
        _f("level_changed_at", "time", "等级变更时间 改级时间"),
        _f("accepted_at", "time", "受理时间 受理日期 接单时间"),
        _f("first_handler", "name", "首问责任人 首问人"), _f("accept_dept", "text", "受理部门"),
        _f("owner", "name", "承办人 客户经理 承办客户经理"), _f("owner_dept", "text", "承办部门"),
        _f("fb_customer_at", "time", "反馈客户时间 首次反馈 回复时间 首次反馈时间 反馈时间"),
        _f("fb_dept_at", "time", "反馈受理部门时间"),
        _f("told_once", "yesno", "一次性告知 是否一次性告知"),
        _f("office_meeting_due", "time", "办公会要求时限", planned=True),
        _f("closed_at", "time", "办结时间 办结日期"), _f("closed_basis", "text", "办结依据"),
        _f("confirmed", "yesno", "客户确认 用户确认"), _f("reopened_n", "count", "重办次数"), _f("returned_n", "count", "发回重办次数"),
        _f("satisfied", "score", "满意度"), _f("shirk", "yesno", "是否推诿"), _f("upheld", "yesno", "是否属实"),
        _f("signed_at", "time", "签收时间"), _f("due_at", "time", "办结期限 工单办结期限 办理期限 办结时限", planned=True), _f("miss_cause", "text", "超时原因"),
        _f("status", "text", "办理状态 状态"), _GRID, _REMARK,
    ),
)

FOLLOWUP = Table(
    name="followup", code="B7", zh="回访与满意度台账", en="Follow-ups and ratings",
    key=("fu_id",), fallback=("app_id", "round", "fu_at"), required=(("fu_at",),),
    hints=("回访", "满意度", "follow"),
    fields=(
        _f("fu_id", "id", "回访编号 记录编号"), _APP,
        _f("round", "choice", "回访次序 回访轮次 次序 第几次回访", "round"),
        _f("fu_at", "time", "回访时间 回访日期"), _f("method", "text", "回访方式 方式"),
        _f("reached", "choice", "是否接通 接通情况 回访结果", "reached"),
        _f("score_company", "score", "对公司评价 公司评价 对公司满意度 公司满意度"),
        _f("score_manager", "score", "对客户经理评价 客户经理评价 对客户经理满意度 客户经理满意度"),
        _f("score_speed", "score", "效率评价 效率"), _f("score_attitude", "score", "态度评价 态度"),
        _f("score_skill", "score", "专业评价 专业"), _f("score_integrity", "score", "廉洁评价 廉洁"),
        _f("errands_said", "count", "自述跑腿次数 用户自述跑腿次数"),
        _f("fee_said", "yuan", "自述红线外缴费 用户自述红线外缴费 自述红线外缴费金额", unit="元"),
        _f("docs_said", "count", "自述提供资料数 用户自述提供资料数"),
        _f("comment", "free", "意见建议 意见"),
        _f("rectify_due", "time", "整改期限", planned=True), _f("rectified_at", "time", "整改时间 整改完成时间"), _f("revisit_at", "time", "再回访时间 整改回访时间", planned=True),
        _f("surveyor", "name", "回访人 回访人员"), _GRID, _REMARK,
    ),
)

TERM = Table(
    name="term", code="B8", zh="网格与客户经理", en="Grids and terms of office",
    key=("grid_code", "manager_id", "valid_from"), fallback=("grid_code", "manager_name", "valid_from"), required=(("valid_from",),),
    hints=("网格", "客户经理", "grid"),
    stand_in=(("grid_code", "grid_name"),),
    ranges=(("valid_from", "valid_to", ("任职起止", "任职起止时间", "任职起止日期", "任职期间", "任职时间", "任期", "任期起止", "起止时间", "起止日期")),),
    fields=(
        _f("grid_code", "id", "网格编号 网格代码"), _f("grid_name", "text", "网格名称 片区 责任区 网格"),
        _f("district", "text", "行政区 所属行政区"), _f("boundary", "text", "范围 网格范围 边界"), _f("parks", "text", "园区列表 辖区园区 园区"),
        _f("manager_id", "id", "客户经理工号 客户经理编号 工号"), _f("manager_name", "name", "客户经理 姓名 客户经理姓名"),
        _f("phone", "phone", "联系电话 电话 手机"),
        _f("valid_from", "time", "任职开始 任职起 任职起始 起始日期 任职日期 任职开始日期"),
        _f("valid_to", "time", "任职结束 任职止 任职终止 任职截止 截止日期 卸任日期 任职结束日期", planned=True),
        _f("backup", "name", "b角 备份人员"), _f("dept", "text", "部门 所属部门"), _f("active", "yesno", "在岗 是否在岗"), _REMARK,
    ),
)

CLOCK_STOP = Table(
    name="clock_stop", code="B9", zh="停表记录", en="Clock-stops",
    key=("stop_id",), fallback=(), required=(("start_at",),),
    hints=("停表", "暂停", "stop"),
    days=(("start_at", "end_at"),),
    ranges=(("start_at", "end_at", ("停表起止", "停表起止时间", "停表时间", "停表时段", "停表期间", "暂停起止", "暂停起止时间", "暂停时间", "起止时间")),),
    fields=(
        _f("stop_id", "id", "停表编号 编号"), _APP, _f("work_id", "id", "工程编号"),
        _f("reason", "choice", "停表原因 暂停原因 原因", "stop_reason"),
        _f("start_at", "time", "停表开始 开始时间 停表开始时间 暂停开始 停表起始 起始时间 停表起"), _f("end_at", "time", "停表结束 结束时间 停表结束时间 恢复时间 停表终止 终止时间 停表止"),
        _f("owner", "choice", "责任方 原因归属", "stop_owner"),
        _f("noticed_on", "time", "告知日期 书面告知日期"), _f("evidence", "text", "凭证 告知凭证"), _GRID, _REMARK,
    ),
)

PARK = Table(
    name="park", code="B10", zh="园区对接台账", en="Park liaison",
    key=("park",), fallback=(), required=(),
    hints=("园区对接", "园区台账", "park"),
    fields=(
        _f("park", "text", "园区 园区名称"), _f("manager", "name", "对接客户经理 客户经理 对接人"),
        _f("liaison_since", "time", "对接开始日期 对接日期 建立对接日期"), _f("channel", "text", "对接渠道 沟通渠道 渠道"),
        _GRID, _REMARK,
    ),
)

TABLES: tuple[Table, ...] = (APPLICATION, PROJECT, WORK, VISIT, CHARGE, APPEAL, FOLLOWUP, TERM, CLOCK_STOP, PARK)
BY_NAME = {t.name: t for t in TABLES}
