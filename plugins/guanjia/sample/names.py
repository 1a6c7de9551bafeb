"""Invented people, companies, telephone numbers and addresses.

Names are put together from two short pools at random; telephone numbers begin with prefixes that no operator has been
given; every mail address is under example.com. Nobody here exists.
"""

from __future__ import annotations

from typing import NamedTuple

from guanjia.sample.draws import Draw, Weighted


def words(text: str) -> tuple[str, ...]:
    """The words of a text, so that a pool of names reads as one."""
    return tuple(text.split())


SURNAMES = words(
    "王wang 李li 张zhang 刘liu 陈chen 杨yang 赵zhao 黄huang 周zhou 吴wu 徐xu 孙sun 胡hu 朱zhu 高gao 林lin 何he 郭guo "
    "马ma 罗luo 梁liang 宋song 郑zheng 谢xie 韩han 唐tang 冯feng 于yu 董dong 萧xiao 程cheng 曹cao 袁yuan 邓deng 许xu "
    "傅fu 沈shen 曾zeng 彭peng 吕lv 苏su 卢lu 蒋jiang 蔡cai 贾jia 丁ding 魏wei 薛xue 叶ye 阎yan 余yu 潘pan 杜du 戴dai "
    "夏xia 钟zhong 汪wang 田tian 任ren 姜jiang 欧阳ouyang 上官shangguan 诸葛zhuge 司徒situ"
)
GIVEN = words(
    "安an 柏bai 冰bing 博bo 灿can 畅chang 辰chen 澄cheng 初chu 川chuan 丹dan 冬dong 帆fan 菲fei 枫feng 芙fu 歌ge 谷gu "
    "海hai 涵han 禾he 衡heng 弘hong 桦hua 辉hui 吉ji 嘉jia 简jian 杰jie 瑾jin 景jing 静jing 珂ke 可ke 岚lan 乐le "
    "蕾lei 立li 莉li 霖lin 珑long 露lu 曼man 茂mao 梅mei 萌meng 铭ming 木mu 楠nan 宁ning 沛pei 朋peng 琪qi 启qi "
    "青qing 秋qiu 然ran 蓉rong 如ru 瑞rui 若ruo 森sen 珊shan 诗shi 书shu 舒shu 爽shuang 思si 松song 溪xi 夏xia "
    "湘xiang 晓xiao 欣xin 星xing 秀xiu 轩xuan 雅ya 言yan 扬yang 宜yi 奕yi 颖ying 雨yu 玉yu 元yuan 远yuan 悦yue 云yun "
    "泽ze 哲zhe 真zhen 之zhi 舟zhou 卓zhuo 子zi"
)
SINGLE_GIVEN_SHARE = 0.15
FOREIGN_FIRST = ("Alex", "Bea", "Carl", "Dana", "Emil", "Fay", "Gus", "Hana", "Ivan", "June", "Kai", "Lena")
FOREIGN_LAST = ("Sample", "Muster", "Exempel", "Esempio", "Specimen", "Voorbeeld", "Mallinen", "Tester")

FIRM_FIRST = words("禾 屿 云 澜 清 岚 星 辰 木 槿 麓 湾 溪 枫 泽 苒 朴 谷 桐 汀")
FIRM_TRADES = words("商贸 餐饮管理 信息技术 文化传播 装饰工程 教育咨询 健康管理 物流 广告 设计 贸易 网络科技")
DEVELOPER_TRADE = "置业"
CITIES = ("云澜市", "清屿市", "禾川市")

UNGIVEN_PREFIXES = ("154", "160", "161", "163", "164", "169", "179", "194")
"""Mobile prefixes that are given to no operator, so that no invented number can reach anybody."""
PHONE_DIGITS_AFTER_PREFIX = 8

CUSTOMER_MAIL = "mail.example.com"
STAFF_MAIL = "guanjia.example.com"

PAYMENT_METHODS: Weighted[str] = Weighted({"微信": 42, "支付宝": 24, "银行转账": 22, "POS": 9, "现金": 3})


class Name(NamedTuple):
    """A name and its spelling in letters, for mail addresses."""

    text: str
    letters: str


def _pool(entries: tuple[str, ...]) -> tuple[Name, ...]:
    pairs = []
    for entry in entries:
        letters = "".join(sign for sign in entry if sign.isascii())
        pairs.append(Name(entry.removesuffix(letters), letters))
    return tuple(pairs)


_SURNAMES = _pool(SURNAMES)
_GIVEN = _pool(GIVEN)


def person(draw: Draw) -> Name:
    """An invented Chinese name with its pinyin, as ``wang.yuhe``."""
    surname = draw.pick(_SURNAMES)
    first = draw.pick(_GIVEN)
    if draw.chance(SINGLE_GIVEN_SHARE):
        return Name(surname.text + first.text, f"{surname.letters}.{first.letters}")
    second = draw.pick(_GIVEN)
    return Name(surname.text + first.text + second.text, f"{surname.letters}.{first.letters}{second.letters}")


def foreigner(draw: Draw) -> Name:
    """An invented name of somebody who writes it in Latin letters."""
    first, last = draw.pick(FOREIGN_FIRST), draw.pick(FOREIGN_LAST)
    return Name(f"{first} {last}", f"{first}.{last}".lower())


def firm(draw: Draw, trade: str | None = None) -> str:
    """An invented company's name."""
    return f"{draw.pick(CITIES)}{draw.pick(FIRM_FIRST)}{draw.pick(FIRM_FIRST)}{trade or draw.pick(FIRM_TRADES)}有限公司"


def phone(draw: Draw) -> str:
    """A mobile number with a prefix nobody has."""
    rest = draw.between(0, 10**PHONE_DIGITS_AFTER_PREFIX - 1)
    return f"{draw.pick(UNGIVEN_PREFIXES)}{rest:0{PHONE_DIGITS_AFTER_PREFIX}}"
