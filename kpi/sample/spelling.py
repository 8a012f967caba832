"""How offices spell what they know: dates in many ways, names that exist nowhere, amounts in two units."""

from __future__ import annotations

import random
from datetime import datetime

SURNAMES = "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦尤许何吕施张孔曹严华金魏陶姜"
GIVEN = "示例甲乙丙丁戊己庚辛壬癸"
BRANDS = "禾麓 云岫 澄川 青桉 墨禾 朗屿 栖谷 泊远 霁川 芷原 沐岚 岑溪 鹭屿 榆舟 晏河 若木 枫庭 星垂 汀兰 远岫".split()
TRADES = {"商业": "餐饮 酒店 超市 烘焙 洗浴 商贸".split(), "工业": "陶瓷 机械 食品 建材 纺织 化工 玻璃".split(), "公福": "学校 医院 养老院 食堂".split(), "采暖": "物业 供暖 公寓".split()}


def person(rng: random.Random) -> str:
    """Return a fictional name: a surname and a cyclical sign."""
    return rng.choice(SURNAMES) + rng.choice(GIVEN[2:])


def company(rng: random.Random, user_type: str, number: int) -> str:
    """Return a fictional company, told apart by its number."""
    return f"{rng.choice(BRANDS)}{rng.choice(TRADES[user_type])}{number}号示例有限公司"


def phone(rng: random.Random) -> str:
    """Return a telephone number of a range that is not given to anybody."""
    return f"1380000{rng.randrange(10000):04d}"


def day(at: datetime, style: int) -> str:
    """Return a date in one of six spellings."""
    return (
        f"{at:%Y-%m-%d}", f"{at.year}/{at.month}/{at.day}", f"{at.year}.{at.month}.{at.day}", f"{at:%Y%m%d}", f"{at.year}年{at.month}月{at.day}日", f"{at:%Y-%m-%d}"
    )[style % 6]


def moment(at: datetime, precision: str, style: int) -> str:
    """Return a recorded time with the precision the office keeps: moment, half or day."""
    if precision == "day":
        return day(at, style)
    half = "上午" if at.hour < 12 else "下午"
    if precision == "half":
        return day(at, 4 if style % 2 else 0) + half
    if style % 6 == 4:
        hour = at.hour if at.hour <= 12 else at.hour - 12
        return f"{day(at, 4)}{half}{hour}:{at:%M}分"
    return f"{day(at, style if style % 6 != 3 else 0)} {at.hour}:{at:%M}"


def amount(value: float, style: int) -> str:
    """Return an amount in yuan in one of four spellings; zero is stated, never left blank."""
    if value == 0:
        return ("0", "免", "0元", "零")[style % 4]
    return (f"{value:.0f}", f"{value:,.2f}", f"￥{value:.0f}", f"{value:.0f}元")[style % 4]
