"""Every header of every column that the description of the exports names, by table and field, as an office may write it."""

from __future__ import annotations

SYNONYMS: dict[str, dict[str, str]] = {
    "application": {
        "app_id": "报装编号 申请编号 受理编号 工单号 报装单号 流水号 受理号", "customer_name": "用户名称 企业名称 单位名称 客户名称 报装单位 用气单位",
        "uscc": "统一社会信用代码 信用代码 税号", "user_type": "用户类型 用气性质 用气类别 客户类别", "address": "用气地址 安装地址 项目地址", "park": "园区 开发区 工业园",
        "grid_code": "网格 责任网格 片区 区域", "contact_name": "联系人 经办人 负责人", "contact_phone": "联系电话 手机 联系方式 联系\u3000电话 联系\n电话",
        "channel": "报装渠道 受理方式 来源", "applied_at": "报装日期 申请日期 申请时间", "accepted_at": "受理日期 受理时间 接件时间", "project_id": "项目编号 关联项目",
        "build_mode": "红线内建设方式 建设模式 施工方式", "contract_no": "委托合同编号 代建合同编号 委托（代建）合同编号 委托(代建)合同编号", "contract_signed_on": "合同签订日期 签订日期",
        "contract_due_on": "约定完工日期 合同工期 约定完工日期(合同工期)", "contract_amount": "合同金额 合同金额(万元) 合同金额（元）", "docs_requested_n": "用户提供资料数 所需资料 提交材料",
        "docs_list": "资料清单", "docs_online_n": "网上获取资料数", "docs_zero": "0资料", "steps_n": "环节数 流程数 办理环节", "survey_on": "勘察日期 踏勘日期 勘察（踏勘）日期 勘察 踏勘",
        "design_on": "方案设计日期 方案设计", "inside_started_on": "红线内开工 红线内开工日期", "inside_done_on": "红线内完工 红线内完工日期", "accept_passed_at": "验收日期",
        "accept_result": "验收结论 验收结论(合格/整改)", "ready_at": "具备通气条件时间 具备条件日期 通气条件确认", "gas_requested_at": "申请通气时间 通气需求",
        "appt_start": "预约时间 预约上门时间 预约(上门)时间 预约（上门）时间", "gas_on_at": "通气时间 开阀时间 点火日期 通气日期 送气时间", "duration_reported": "办理时长 通气用时 办结用时",
        "status": "状态 办理状态 进度 当前环节", "demand_h": "小时用气量 小时用气量(m³/h) 小时用气量（方/时）", "demand_d": "日用气量 日用气量(m³/d) 日用气量（方）",
        "demand_y": "年用气量 年用气量（万方） 年用气量(万m³)", "pressure": "用气压力 用气压力(kPa) 用气压力（MPa）", "meter": "表型 表型（膜式/罗茨/涡轮）", "manager": "客户经理 责任人 网格员 服务专员",
        "dept": "受理部门", "remark": "备注 备\u3000注", "cancelled_on": "取消日期 取消时间", "cancel_reason": "取消原因", "is_test": "测试单", "appt_by": "预约改期方", "account_opened_on": "建档立户日期",
        "approval_done_on": "行政审批办结日期", "contract_extended_to": "合同延期至", "accept_first_result": "首次验收结论", "accept_attended": "燃气公司参与验收", "told_process_on": "告知建设流程日期",
        "told_gas_on_on": "告知通气手续日期", "told_safety_on": "告知后期注意事项日期", "docs_needed_n": "应备资料数", "pressure_tested_on": "试压吹扫合格日期", "meter_fitted_on": "表具安装日期",
        "supply_contract_on": "供用气合同签订日期", "quoted_on": "方案答复日期", "miss_cause": "超时原因", "outside_line": "有无外线 有/无外线", "confirm_signed": "用户确认单",
    },
    "project": {
        "project_id": "项目编号", "name": "项目名称 项目 企业(项目)名称 企业（项目）名称 项目名称① ①项目名称", "contact_name": "联系人 企业联系人 对接人 联系人②", "contact_phone": "联系电话",
        "landed_on": "落地时间 签约时间 落户时间 摘牌/供地时间 摘牌时间 供地时间 落地时间③", "landed_basis": "落地依据", "location": "落地位置 选址 建设地点 地块 四至 落地位置④", "park": "园区",
        "progress": "建设进度 工程进度 形象进度 建设进度⑤", "planned_production": "拟投产时间 预计投产 计划竣工 拟投产时间⑥", "needs_gas": "是否需要天然气 用气需求 是否用气 ⑦是否需要天然气",
        "gov_lead": "政府包联领导 包保领导 包联县级领导 挂点领导 服务专员 政府包联领导⑧", "first_known_at": "信息获取时间", "source": "信息来源", "updated_on": "更新时间", "investor": "投资方",
        "industry": "行业", "invest_amount": "总投资 总投资（亿元） 总投资(万元)", "land_mu": "用地 用地(亩)", "est_gas": "预计用气量", "grid_code": "网格", "manager": "客户经理",
        "status": "跟踪状态",
    },
    "work": {
        "work_id": "工程编号", "name": "工程名称", "kind": "类别", "park": "所属园区", "road": "道路名称", "project_id": "项目编号", "app_id": "服务对象", "length_m": "长度 长度(m) 长度（km）",
        "dn": "管径 管径(DN)", "pressure": "压力级制", "road_plan_on": "道路规划 道路规划时间", "road_start_on": "道路开工 道路开工时间", "road_done_on": "道路竣工验收投用 道路竣工",
        "gas_plan_on": "管道规划", "gas_start_on": "管道开工", "gas_done_on": "管道验收投产", "boundary_ready_on": "送气至红线交接处 具备接气条件 到红线时间",
        "approval_sent_on": "占掘路审批申请 占掘路申请", "approval_got_on": "占掘路审批批复 占掘路批复", "funding_source": "资金来源", "budget": "概算 概算(万元)", "settle": "结算 结算（万元）",
        "paid_by_gov": "政府出资 政府出资(万元)", "paid_by_company": "公司出资 公司出资(万元)", "paid_by_user": "用户出资 用户出资（万元）", "status": "状态", "delay_reason": "滞后原因",
        "contractor": "施工单位", "filing_on": "竣工备案日期",
    },
    "visit": {
        "visit_id": "记录编号", "app_id": "报装编号", "project_id": "项目编号", "kind": "类型", "direction": "方向", "booked_at": "预约时间", "appt_start": "预约时段", "appt_place": "办结地点 服务地点",
        "arrived_at": "到达 到达时间", "left_at": "离开 离开时间", "on_time": "是否守约 守约", "result": "结果", "errand_n": "跑腿次数 到厅次数", "errand_reason": "跑腿原因", "place": "到访地点",
        "evidence": "凭证 凭证（照片/工单/签字）", "staff": "服务人员",
    },
    "charge": {
        "charge_id": "费用编号", "app_id": "报装编号", "item": "费用项目 收费名称", "amount": "金额 金额（元） 金额(万元)", "payer": "付费方 承担主体", "paid_on": "收费日期 缴费日期",
        "receipt_no": "发票号 票据号 发票(票据)号 发票（票据）号", "contract_no": "合同编号", "basis": "收费依据", "status": "状态 收费状态", "refund_amount": "退费金额",
    },
    "appeal": {
        "case_id": "诉求编号 工单号 诉求编号(工单号)", "app_id": "报装编号", "customer": "客户 客户名称", "source": "来源", "kind": "类型", "content": "诉求内容", "level": "事项等级",
        "level_first": "受理时等级", "level_changed_at": "等级变更时间", "accepted_at": "受理时间", "first_handler": "首问责任人", "accept_dept": "受理部门", "owner": "承办人 承办人(客户经理) 客户经理",
        "owner_dept": "承办部门", "fb_customer_at": "反馈客户时间 首次反馈 回复时间", "fb_dept_at": "反馈受理部门时间", "told_once": "一次性告知", "office_meeting_due": "办公会要求时限",
        "closed_at": "办结时间", "closed_basis": "办结依据", "confirmed": "客户确认", "reopened_n": "重办次数", "satisfied": "满意度", "shirk": "是否推诿", "status": "状态", "grid_code": "网格",
        "topic": "诉求主题", "upheld": "是否属实", "signed_at": "签收时间", "returned_n": "发回重办次数", "miss_cause": "超时原因",
    },
    "followup": {
        "fu_id": "回访编号", "app_id": "报装编号", "round": "回访次序", "fu_at": "回访时间", "method": "方式", "reached": "是否接通", "score_company": "对公司评价", "score_manager": "对客户经理评价",
        "score_speed": "效率", "score_attitude": "态度", "score_skill": "专业", "score_integrity": "廉洁", "errands_said": "自述跑腿次数", "fee_said": "自述红线外缴费", "docs_said": "自述提供资料数",
        "comment": "意见建议", "rectify_due": "整改期限", "rectified_at": "整改时间", "revisit_at": "再回访时间", "surveyor": "回访人",
    },
    "term": {
        "grid_code": "网格编号", "grid_name": "网格名称 片区 责任区", "district": "行政区", "boundary": "范围 范围（道路/园区）", "parks": "园区列表", "manager_id": "客户经理工号 客户经理编号",
        "manager_name": "客户经理", "phone": "联系电话", "valid_from": "任职开始 任职起 任职起始", "valid_to": "任职结束 任职止 任职终止", "backup": "B角", "dept": "部门", "active": "在岗",
    },
    "clock_stop": {
        "stop_id": "停表编号", "app_id": "报装编号", "work_id": "工程编号", "reason": "停表原因", "start_at": "停表开始 停表开始时间 停表起始时间", "end_at": "停表结束 停表结束时间 停表终止时间", "owner": "责任方",
        "noticed_on": "告知日期", "evidence": "凭证",
    },
    "park": {"park": "园区", "manager": "客户经理 对接人", "liaison_since": "对接开始日期 对接日期 对接时间", "channel": "渠道 对接渠道"},
}

RANGES: dict[str, tuple[str, str, str]] = {"term": ("valid_from", "valid_to", "任职起止 任职起止时间 任期"), "clock_stop": ("start_at", "end_at", "停表起止 停表起止时间 停表时间")}
"""Headers of one column that states beginning and end."""
