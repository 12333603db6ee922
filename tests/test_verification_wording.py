"""The evidence in sentences."""

import re

import numpy as np
import pytest

from nndl_notes.texmath.arithmetic import SizeFree
from nndl_notes.verification.report import Counterexample, LinkReport, Report, shown
from nndl_notes.verification.statistics import measure
from nndl_notes.verification.wording import (
    describe,
    describe_measurement,
    scientific,
    summarise,
)


def report(*links, **strata):
    tallies = {name: {"accepted": count, "rejected": 0} for name, count in strata.items()}
    return Report(links=list(links), strata=tallies or {"generic": {"accepted": 3, "rejected": 0}})


def equation(gap=1.2e-12, tolerance=1e-10, **more):
    return LinkReport("=", 3, gap=gap, tolerance=tolerance, **more)


def inequality(**more):
    return LinkReport(r"\leq", 25, slack=0.1, **more)


@pytest.mark.parametrize(
    ("value", "text"),
    [(0, "0"), (1e-10, "10⁻¹⁰"), (1.26e-7, "1.3×10⁻⁷"), (2e-5, "2×10⁻⁵"), (9.96e-8, "10⁻⁷"),
     (37.0, "3.7×10¹")],
)
def test_scientific_notation(value, text):
    assert scientific(value) == text


@pytest.mark.parametrize(
    ("found", "zh", "en"),
    [
        (report(equation()), "代入 3 组数值：等号两边的相对误差不超过 1.2×10⁻¹²（容差 10⁻¹⁰）。",
         "On 3 sets of values, the two sides agree to a relative error of 1.2×10⁻¹² "
         "(tolerance 10⁻¹⁰)."),
        (report(equation(1e-9, 1e-7), equation()), "2 处等号两边的相对误差不超过 10⁻⁹（容差 10⁻⁷）",
         "the sides of both equations"),
        (report(*[equation()] * 3), "3 处", "the sides of all 3 equations"),
        (report(equation(0.0)), "等号两边完全相同", "equal to the last digit"),
        (report(equation(0.01, 0.25, asymptotic=True)), "余项与所写的阶之比趋于常数",
         "tends to a constant"),
        (report(inequality(attained=True, hunted=True)),
         "不等号成立并能取到等号，用优化方法搜索也没有反例", "equality is attained"),
        (report(inequality()), "取不到等号", "holds strictly"),
        (report(LinkReport(r"\approx", 3, gap=1e-5, tolerance=0.0)), "数字都正确", "is right"),
        (report(LinkReport(r"\approx", 3, gap=4.7e-4, tolerance=4.7e-4)),
         "近似的最大误差为 4.7×10⁻⁴", "4.7×10⁻⁴, as stated"),
        (report(LinkReport(r"\in", 3)), "集合", "memberships"),
    ],
)
def test_a_check_says_what_held(found, zh, en):
    said = summarise(found, "check")
    assert zh in said["zh"]
    assert en in said["en"]


def test_strata_and_rejected_draws_are_named():
    found = report(equation(), **{"generic": 3, "near zero": 2})
    found.strata["generic"]["rejected"] = 4
    said = summarise(found, "check")
    assert said["zh"].startswith("代入 5 组数值（一般 3，近零 2），另有 4 组不满足假设：")
    assert said["en"].startswith("On 5 sets of values (3 generic, 2 near zero), 4 more")


@pytest.mark.parametrize("verb", ["check", "prove", "refute"])
@pytest.mark.parametrize("exact", [True, False])
def test_chinese_sentences_have_no_english_and_the_reverse(verb, exact):
    found = report(equation(), inequality(attained=True))
    found.exact, found.sizes = exact, "X: 2×3, 4 cases"
    said = summarise(found, verb)
    assert not re.search(r"[A-Za-z]{2}", said["zh"])
    assert not re.search(r"[\u4e00-\u9fff]", said["en"])
    assert said["zh"].endswith("。")
    assert said["en"].endswith(".")


def test_a_proof_names_its_sizes():
    found = report(equation(0.0, 0.0))
    found.sizes = "X: 2×3, y: 3×1, 4 cases"
    said = summarise(found, "prove")
    assert "（X: 2×3，y: 3×1，4 种指标取值）" in said["zh"]
    assert "(X: 2×3, y: 3×1, 4 values of the indices)" in said["en"]


def test_counterexamples_are_introduced_by_their_kind():
    shapes = Counterexample(0, "=", "", "", "", {}, shape_error="no product",
                            shape_error_zh="不能相乘")
    assert "不能相乘" in describe(shapes)["zh"]
    assert "no product" in describe(shapes)["en"]
    assert "关系" in describe(Counterexample(0, "=", "1", "2", "-1", {}))["zh"]
    assert "说法" in describe(Counterexample(0, "", "", "", "", {"x": "1"}))["zh"]


def test_a_measurement_names_mean_value_and_error_rate():
    sample = [0.9, 1.1] * 5000
    said = describe_measurement(measure(sample, 1.0, precision=0.1))
    assert "10000 个独立样本的均值是 1 ± " in said["zh"]
    assert "10⁻⁹" in said["zh"]
    assert "probability 10⁻⁹" in said["en"]


@pytest.mark.parametrize(
    ("relations", "zh", "en"),
    [
        (["="], "完全相等", "finds them equal"),
        ([r"\approx"], "每一位数字都正确", "confirms each digit after the approximation sign"),
        (["<"], "所写的关系成立", "confirms what is stated"),
        (["=", r"\approx"], "所写的关系成立", "confirms what is stated"),
    ],
)
def test_exact_arithmetic_says_what_it_has_decided(relations, zh, en):
    found = report(*(LinkReport(relation) for relation in relations))
    found.exact = True
    said = summarise(found, "check")
    assert zh in said["zh"] and "精确" in said["zh"]
    assert en in said["en"] and "exact arithmetic" in said["en"]


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (SizeFree("1"), r"\mathbf{1}"),
        (SizeFree("1T"), r"\mathbf{1}^\top"),
        (SizeFree("1", 4), r"4\cdot \mathbf{1}"),
        (SizeFree("I", 0), r"\mathbf{0}"),
        (SizeFree("0"), r"\mathbf{0}"),
        (("i", "f"), "{i, f}"),
        ((np.zeros((2, 1)), np.ones((2, 1))), "{[0; 0], [1; 1]}"),
    ],
)
def test_constants_and_sets_are_shown_as_mathematics(value, text):
    assert shown(value) == text
