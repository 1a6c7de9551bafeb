"""What inspectors find amiss, in their words, by kind of inspection."""

from __future__ import annotations

from typing import Final, NamedTuple


class Finding(NamedTuple):
    """Something amiss: what the form's boxes say, and the sentence beside them."""

    text: str
    is_off: bool = True
    """Valves and breakers were off."""
    are_installations_ok: bool = True
    is_clean: bool = True
    is_structure_ok: bool = True


INSIDE: Final = (
    Finding("入户门锁损坏，无法锁闭，已临时用链锁固定", are_installations_ok=False),
    Finding("水表前阀未关，水表走字，已关阀", is_off=False),
    Finding("", is_off=False),
    Finding("厨房下水管接口渗水，地面有积水", are_installations_ok=False),
    Finding("南阳台窗扇脱落一扇，雨水可飘入", are_installations_ok=False),
    Finding("主卧顶板有水渍，疑似楼上渗漏", is_structure_ok=False),
    Finding("客厅内墙裂缝约 0.5 mm，长 1.2 米", is_structure_ok=False),
    Finding("室内有遗留垃圾和虫害", is_clean=False),
    Finding("卫生间地漏返味，存水弯干涸，已注水", is_clean=False),
)
UNDERGROUND: Final = (
    Finding("集水井水泵不启动，积水约 5 厘米", are_installations_ok=False),
    Finding("墙面返潮起皮，局部渗水", is_structure_ok=False),
    Finding("通道内堆放电动车和纸箱", is_clean=False),
)
AT_WORK: Final = (
    Finding("拆改墙体与报备图纸不符，已要求停工", is_structure_ok=False),
    Finding("灭火器过期，现场吸烟", are_installations_ok=False),
    Finding("装修垃圾堆放在楼道，未按时清运", is_clean=False),
    Finding("卫生间未做防水即贴砖", is_structure_ok=False),
)
IN_STORM: Final = (
    Finding("阳台地漏堵塞，积水漫入室内", are_installations_ok=False),
    Finding("飘窗渗水，窗台下沿潮湿", is_structure_ok=False),
    Finding("北侧窗扇未锁闭，被风吹开", are_installations_ok=False),
)
AT_SPOT_CHECK: Final = (
    Finding("抽查与记录不符：电闸未断开", is_off=False),
    Finding("记录为卫生良好，现场有积灰和异味", is_clean=False),
)
BY_PLAN: Final = {
    "monthly": INSIDE,
    "basement": UNDERGROUND,
    "rain": IN_STORM,
    "severe_weather": IN_STORM,
    "fit_out": AT_WORK,
    "spot_check": AT_SPOT_CHECK,
}
