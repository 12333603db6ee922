"""The evidence as sentences, in Chinese and in English."""

from nndl_notes.texmath.relations import EQUALITIES, INEQUALITIES

from .values import power_of_ten

_STRATA = {"generic": "一般", "near zero": "近零", "saturated": "饱和"}


def summarise(report, verb):
    """Say what was compared and how well it agreed.

    Parameters
    ----------
    report : Report
    verb : {"check", "prove", "refute", "measure", "enumerate"}

    Returns
    -------
    dict
        ``{"zh": …, "en": …}``
    """
    if not report.passed:
        return {"zh": "验证失败。", "en": "Verification failed."}
    if verb == "refute":
        return {"zh": "有反例，这个答案不成立。", "en": "A counterexample refutes this answer."}
    if verb == "prove":
        return _proof(report)
    if report.exact:
        zh, en = _exact_finding({link.relation for link in report.links})
        return {"zh": f"两边都是数，用精确计算核对，{zh}。",
                "en": f"Both sides are numbers, and exact arithmetic {en}."}
    clauses = [*_equations(report.links), *_approximations(report.links),
               *_inequalities(report.links), *_memberships(report.links)]
    zh, en = _values(report.strata)
    return {"zh": f"{zh}：{'；'.join(c for c, _ in clauses)}。",
            "en": f"{en}, {'; '.join(e for _, e in clauses)}."}


def describe(example):
    """Introduce a counterexample; its values are listed after it.

    Parameters
    ----------
    example : Counterexample

    Returns
    -------
    dict
        ``{"zh": …, "en": …}``
    """
    if example.shape_error:
        return {"zh": f"两边的形状不符：{example.shape_error_zh}。例如：",
                "en": f"The shapes do not fit: {example.shape_error}. For instance:"}
    if not example.relation:
        return {"zh": "下列数值与这个说法矛盾：", "en": "These values contradict the statement:"}
    return {"zh": "代入下列数值，所写的关系不成立：",
            "en": "With these values the relation fails:"}


def describe_measurement(found):
    """Say what was measured and how surely.

    Parameters
    ----------
    found : Measurement

    Returns
    -------
    dict
        ``{"zh": …, "en": …}``
    """
    interval = f"{found.estimate:.6g} ± {found.half_width:.2g}"
    rate = scientific(found.false_alarm)
    return {"zh": f"{found.size} 个独立样本的均值是 {interval}，理论值是 {found.expected:.6g}；"
                  f"若结论正确，误报的概率是 {rate}。",
            "en": f"The mean of {found.size} independent observations is {interval}, the claimed "
                  f"value {found.expected:.6g}; a true claim is rejected with probability {rate}."}


def scientific(value):
    """Return a number in scientific notation with two digits, such as ``1.2×10⁻⁷``."""
    if value == 0:
        return "0"
    mantissa, exponent = f"{value:.1e}".split("e")
    mantissa = mantissa.removesuffix(".0")
    power = power_of_ten(exponent)
    return power if mantissa == "1" else f"{mantissa}×{power}"


def _exact_finding(relations):
    if relations <= set(EQUALITIES):
        return "完全相等", "finds them equal"
    if relations == {r"\approx"}:
        return "约等号给出的每一位数字都正确", "confirms each digit after the approximation sign"
    return "所写的关系成立", "confirms what is stated"


def _proof(report):
    if any(link.slack is not None for link in report.links):
        zh = "符号计算：等号两边之差恒为零，不等号两边之差的符号不变"
        en = ("By computer algebra the two sides of an equation differ by zero identically, those "
              "of an inequality by an expression of constant sign")
    else:
        zh = "符号计算：两边之差恒为零"
        en = "By computer algebra the two sides differ by zero identically"
    if report.sizes:
        sizes = report.sizes.replace(", ", "，").replace(" cases", " 种指标取值").replace(
            "the values shown", "所写的数值")
        zh += f"（{sizes}）"
        en += f" ({report.sizes.replace(' cases', ' values of the indices')})"
    return {"zh": zh + "。", "en": en + "."}


def _values(strata):
    accepted = {name: tally["accepted"] for name, tally in strata.items()}
    rejected = sum(tally["rejected"] for tally in strata.values())
    total = sum(accepted.values())
    zh, en = f"代入 {total} 组数值", f"On {total} set{'s' * (total > 1)} of values"
    if len(accepted) > 1:
        named = "，".join(f"{_STRATA[name]} {count}" for name, count in accepted.items())
        zh += f"（{named}）"
        en += f" ({', '.join(f'{count} {name}' for name, count in accepted.items())})"
    if rejected:
        zh += f"，另有 {rejected} 组不满足假设"
        en += f", {rejected} more being outside the assumptions"
    return zh, en


def _equations(links):
    found = [link for link in links if link.gap is not None and not link.asymptotic
             and link.relation != r"\approx"]
    if found:
        several = f" {len(found)} 处" if len(found) > 1 else ""
        sides = f"the sides of {_both_or_all(len(found))} equations" if several else "the two sides"
        gap, tolerance = max(k.gap for k in found), max(k.tolerance for k in found)
        if gap == 0:
            yield f"{several}等号两边完全相同".strip(), f"{sides} are equal to the last digit"
        else:
            bound = f"{scientific(gap)}（容差 {scientific(tolerance)}）"
            yield (f"{several}等号两边的相对误差不超过 {bound}".strip(),
                   f"{sides} agree to a relative error of {scientific(gap)} "
                   f"(tolerance {scientific(tolerance)})")
    if any(link.asymptotic for link in links):
        yield ("余项与所写的阶之比趋于常数",
               "the remainder divided by the stated order tends to a constant")


def _both_or_all(count):
    return "both" if count == 2 else f"all {count}"


def _approximations(links):
    found = [link for link in links if link.relation == r"\approx"]
    if any(link.tolerance == 0 for link in found):
        yield "约等号给出的每一位数字都正确", "each digit after an approximation sign is right"
    errors = [link.gap for link in found if link.tolerance]
    if errors:
        yield (f"近似的最大误差为 {scientific(max(errors))}，与页面所写一致",
               f"the largest error of an approximation is {scientific(max(errors))}, as stated")


def _inequalities(links):
    found = [link for link in links if link.relation in INEQUALITIES]
    if not found:
        return
    zh, en = "不等号成立", "the inequality holds" if len(found) == 1 else "the inequalities hold"
    if all(link.attained for link in found):
        zh, en = zh + "并能取到等号", en + " and equality is attained"
    elif any(link.attained for link in found):
        zh, en = zh + "，其中有的能取到等号", en + ", with equality attained in some"
    else:
        zh, en = zh + "，取不到等号", en + " strictly"
    if any(link.hunted for link in found):
        zh, en = zh + "，用优化方法搜索也没有反例", en + "; an optimiser found no counterexample"
    yield zh, en


def _memberships(links):
    if any(link.relation in (r"\in", r"\neq") for link in links):
        yield "所写的集合与不等关系成立", "the memberships and distinctions that are stated hold"
