"""An invented project, filled in everywhere, for the tests of the forms."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from plumbline.kernel.plans.forms.data import IndicatorRow, Money, ProjectForm, SpendRow

LEVELS = (
    ("产出指标", "数量指标", "现场检查单位数", "≥60家"),
    ("产出指标", "数量指标", "技术检测系统数", "≥30个"),
    ("产出指标", "质量指标", "整改合格率", "≥90%"),
    ("产出指标", "成本指标", "项目支出总额", "≤21万元"),
    ("效益指标", "社会效益指标", "较大以上事件数", "=0次"),
    ("满意度指标", "服务对象满意度指标", "被检查单位满意度", "≥90%"),
)


def indicators(*, weights: bool = True) -> tuple[IndicatorRow, ...]:
    return tuple(
        IndicatorRow(
            key=f"i{n}",
            level1=level1,
            level2=level2,
            level3=level3,
            description=f"全年{level3}的说明",
            target=target,
            basis="示网信发〔2026〕3号",
            weight=Decimal(15) if weights else None,
            actual=target.lstrip("≥≤="),
            score=Decimal("14.98"),
            likelihood="确定能",
            cause="汛期推迟",
        )
        for n, (level1, level2, level3, target) in enumerate(LEVELS)
    )


def project(**changes: object) -> ProjectForm:
    values: dict[str, object] = {
        "key": "p1",
        "number": 1,
        "name": "网络安全检查服务",
        "organisation": "中共示例县委网络安全和信息化委员会办公室",
        "organisation_code": "901001",
        "year": 2026,
        "code": "13099926P00JXC600103M",
        "department": "示例县委网信办",
        "implementer": "示例县委网信办",
        "total": Money("年度资金总额", *(Decimal("210000.50"),) * 2, Decimal("157500.5"), Decimal(210000)),
        "funds": (Money("财政资金", Decimal("210000.50")), Money("其他资金")),
        "use": "平台服务15万元，专家劳务6万元",
        "goal": "完成全县重点单位检查",
        "goal_actual": "已完成",
        "basis": "示网信发〔2026〕3号",
        "spend": tuple(
            SpendRow(date(2026, m, d), Decimal(p))
            for m, d, p in ((3, 31, 25), (6, 30, 50), (10, 31, 75), (12, 31, 100))
        ),
        "indicators": indicators(),
        "execution_weight": Decimal(10),
        "execution_score": Decimal("9.98"),
        "total_score": Decimal("99.86"),
        "grade": "优",
        "until": date(2026, 6, 30),
    }
    return ProjectForm(**{**values, **changes})  # type: ignore[arg-type]
