"""Text files: encodings, separators, quotation marks, line ends, NUL bytes, guards against Excel, rows too long and too short."""

from __future__ import annotations

import codecs
from pathlib import Path

from tests.exports.corpus.case import Case, Row, Sheet, bad, day, no, ok

HEAD = "报装编号,用户名称,报装日期,备注"
GOOD = "BZ1,示例一厂,2023-03-10,无"
ROW = ok(app_id="BZ1", customer_name="示例一厂", applied_at=day(2023, 3, 10), remark="无")


def raw(
    name: str, content: bytes | str, rows: dict[int, Row] | None = None, *, encoding: str | None = "utf-8", table: str | None = "application", findings: tuple[tuple[int | None, str, str], ...] = (),
    problem: str = "", texts: tuple[str, ...] = (),
) -> Case:
    """Return the case of a text file given by its content."""
    data = content.encode() if isinstance(content, str) else content

    def build(folder: Path) -> None:
        (folder / name).write_bytes(data)

    sheets = {} if problem else {Path(name).stem: Sheet(table=table, rows=rows or {}, findings=findings)}
    return Case(name=name, builder=Path(name).stem, build=build, kind="csv", encoding=encoding, sheets=sheets, problem=problem, texts=texts)


def lines(*rows: str, end: str = "\n") -> str:
    """Return rows as one text that ends with a line end."""
    return end.join(rows) + end


MIXED = lines(HEAD, GOOD).encode() + "BZ2,示例二厂,2023-03-10,\n".encode("gb18030") + lines("BZ3,示例三厂,2023-03-10,").encode()
BIG5 = lines("報裝編號,用戶名稱,報裝日期", "BZ1,示例廠,2023-03-10").encode("big5")
RARE = "BZ1,䶮㙍镕𠮷示例,2023-03-10,"

CASES: list[Case] = [
    raw("文本-单独回车.csv", lines(HEAD, GOOD, end="\r"), {2: ROW}),
    raw("文本-回车换行.csv", lines(HEAD, GOOD, end="\r\n"), {2: ROW}),
    raw("文本-末行无换行.csv", f"{HEAD}\n{GOOD}", {2: ROW}),
    raw("文本-两种换行.csv", f"{HEAD}\r\n{GOOD}\nBZ2,示例二厂,2023-03-11,\r\n", {2: ROW, 3: ok(app_id="BZ2", remark=None)}),
    raw("文本-空行.csv", f"\n\n{HEAD}\n\n{GOOD}\n,,,\n \nBZ2,示例二厂,2023-03-11,\n\n", {5: ROW, 8: ok(app_id="BZ2")}),
    raw("文本-分号.csv", lines(HEAD, GOOD).replace(",", ";"), {2: ROW}),
    raw("文本-竖线.csv", lines(HEAD, GOOD).replace(",", "|"), {2: ROW}),
    raw("文本-中文逗号.csv", lines(HEAD, GOOD).replace(",", "，"), {2: ROW}),
    raw("文本-制表.txt", lines(HEAD, GOOD).replace(",", "\t").encode("gb18030"), {2: ROW}, encoding="gb18030"),
    raw("文本-指明分隔.csv", "sep=;\r\n" + lines(HEAD, GOOD).replace(",", ";"), {3: ROW}),
    raw("文本-引号.csv", lines(HEAD, 'BZ1,"示例""老""厂,分部",2023-03-10,"一行\n二行"', "BZ2,示例,2023-03-10,"), {2: ok(customer_name='示例"老"厂,分部', remark="一行\n二行"), 3: ok(app_id="BZ2")}),
    raw("文本-引号未关.csv", lines(HEAD, GOOD, 'BZ2,"示例二厂,2023-03-11,', "BZ3,示例三厂,2023-03-12,"), problem="第 3 行起有一个引号"),
    raw("文本-引号在中间.csv", lines(HEAD, 'BZ1,示例5"管厂,2023-03-10,无'), {2: ok(customer_name='示例5"管厂', remark="无")}),
    raw("文本-多出一格.csv", lines(HEAD, "BZ1,示例,一厂,2023-03-10,无", "BZ2,示例二厂,2023-03-10,", "BZ3,示例三厂,2023-03-10,,,"), {2: bad("too_many_cells"), 3: ok(app_id="BZ2"), 4: ok(app_id="BZ3")}),
    raw("文本-少了几格.csv", lines(HEAD, "BZ1,示例一厂,2023-03-10", "BZ2,示例二厂", "BZ3"), {2: ok(app_id="BZ1", remark=None), 3: bad("required_blank", "报装日期"), 4: bad("required_blank", "报装日期")}),
    raw("文本-防公式.csv", lines(HEAD, '="0012",\'示例一厂,\t2023-03-10,=1+1', "@1,+示例,2023-03-10,-1"),
        {2: ok(app_id="0012", customer_name="示例一厂", applied_at=day(2023, 3, 10), remark="=1+1"), 3: ok(app_id="@1", customer_name="+示例", remark="-1")}, texts=('="0012"', "'示例一厂",
        "\t2023-03-10")),
    raw("文本-零字节.csv", lines(HEAD, GOOD, "BZ2,示\x00例,2023-03-10,"), problem="二进制"),
    raw("文本-零字节在后.csv", lines(HEAD, *(f"BZ{i},示例{i}厂,2023-03-10,无无无无无无无无无无" for i in range(300)), "BZ999,示\x00例,2023-03-10,"),
        {**{i + 2: ok(app_id=f"BZ{i}") for i in range(300)}, 302: ok(app_id="BZ999", customer_name="示例")}),
    raw("文本-两种编码.csv", MIXED, problem="第 3 行"),
    raw("文本-繁体.csv", BIG5, {1: no("unrecognised"), 2: no("unrecognised")}, encoding="gb18030", table=None, findings=((None, "", "unrecognised"),)),
    raw("文本-短国标.csv", "工单号,申请日期\nBZ1,未\nBZ2,2023-03-10\n".encode("gbk"), {2: bad("required_blank", "申请日期"), 3: ok(app_id="BZ2")}, encoding="gb18030"),
    raw("文本-生僻字.csv", lines(HEAD, RARE).encode("gb18030"), {2: ok(customer_name="䶮㙍镕𠮷示例")}, encoding="gb18030", texts=("䶮㙍镕𠮷示例",)),
    raw("文本-有标记无内容.csv", codecs.BOM_UTF8, table=None, encoding="utf-8-sig"),
    raw("文本-只有表头.csv", lines(HEAD), {}),
    raw("文本-只有标题.csv", "2023年3月用气报装台账\n", {1: no("unrecognised")}, table=None, findings=((None, "", "unrecognised"),)),
    raw("文本-只有空行.csv", "\n\n \n", {}, table=None),
    raw("文本-一列.csv", "报装编号\nBZ1\n", {1: no("unrecognised"), 2: no("unrecognised")}, table=None, findings=((None, "", "unrecognised"),)),
    raw("文本-不是台账.csv", "以下是说明。\n请按要求填写，谢谢。\n", {1: no("unrecognised"), 2: no("unrecognised")}, table=None, findings=((None, "", "unrecognised"),)),
    raw("文本-空格和全角.csv", lines("报装编号 , 用户名称　,报 装 日 期,备注", " BZ1 ,　示例一厂\u00a0, ２０２３－０３－１０ ,\u200b无\u200b"), {2: ROW}),
    raw("文本-全加引号.csv", '"报装编号","用户名称","报装日期","备注"\r\n"BZ1","示例一厂","2023-03-10","无"\r\n', {2: ROW}),
    raw("文本-截断.csv", (lines(HEAD, GOOD) + "BZ2,示例").encode("gb18030")[:-1], encoding="gb18030", problem="编码"),
    raw("文本-科学计数.csv", lines("报装编号,报装日期,联系电话", "2.0231E+16,2023-03-10,13800001234", "BZ2,2023-03-10,1.38E+10", "BZ3,2023-03-10,13800001234.0"),
        {2: bad("id_scientific", "报装编号"), 3: ok(("联系电话", "phone_digits_lost"), app_id="BZ2", contact_phone=None), 4: ok(contact_phone="13800001234")}),
    raw("文本-长格.csv", lines(HEAD, f"BZ1,示例一厂,2023-03-10,{'示' * 100_000}", "BZ2,示例二厂,2023-03-10,"), {2: ok(remark="示" * 100_000), 3: ok(app_id="BZ2")}),
    raw("文本-错误值.csv", lines("报装编号,报装日期,通气时间,合同金额（元）", "BZ1,2023-03-10,#N/A,#DIV/0!", "#REF!,2023-03-10,,", "BZ3,#VALUE!,,Err:502", "BZ4,2023-03-10,,Err:502"),
        {2: ok(("通气时间", "error_cell"), ("合同金额（元）", "error_cell"), app_id="BZ1"), 3: bad("error_cell", "报装编号"), 4: bad("error_cell", "报装日期"), 5: ok(("合同金额（元）", "error_cell"))},
        findings=((4, "合同金额（元）", "error_cell"),)),
]
