"""Deciding between overlapping findings: one total order, whatever the order of the input."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from scrubber.model import Action, Finding, Kind, Reason, Safety, TextSpan
from scrubber.plan import plan


def finding(start: int, end: int, rule: str = "r", confidence: float = 0.9, **more: object) -> Finding:
    values = {"action": Action.REMOVE, "safety": Safety.SAFE, "text": "x" * (end - start)} | more
    return Finding(rule=rule, kind=Kind.PROMO, span=TextSpan.of(start, end), confidence=confidence, **values)  # type: ignore[arg-type]


FINDINGS = st.lists(
    st.builds(
        lambda start, length, rule, sure: finding(start, start + length, rule, sure),
        st.integers(0, 30),
        st.integers(1, 12),
        st.sampled_from("abc"),
        st.sampled_from([0.5, 0.9]),
    ),
    max_size=12,
)


@given(FINDINGS, st.randoms(use_true_random=False))
def test_the_plan_does_not_depend_on_order(findings: list[Finding], random: object) -> None:
    shuffled = list(findings)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    one, two = plan(findings), plan(shuffled)
    assert one.accepted == two.accepted
    assert sorted(map(repr, one.rejected)) == sorted(map(repr, two.rejected))


@given(FINDINGS)
def test_accepted_findings_never_overlap_and_nothing_is_lost(findings: list[Finding]) -> None:
    result = plan(findings)
    for left, right in zip(result.accepted, result.accepted[1:], strict=False):
        assert left.span.end <= right.span.start
    assert len(result.accepted) + len(result.rejected) == len(findings)
    for item in result.rejected:
        assert any(winner.span.overlaps(item.finding.span) for winner in result.accepted)


def test_longer_then_surer_then_id_wins() -> None:
    assert plan([finding(0, 4), finding(2, 8)]).accepted[0].span == TextSpan.of(2, 8)
    assert plan([finding(0, 4, "a", 0.5), finding(2, 6, "b", 0.9)]).accepted[0].rule == "b"
    assert plan([finding(0, 4, "b"), finding(2, 6, "a")]).accepted[0].rule == "a"


def test_a_winner_takes_over_what_it_lacks() -> None:
    inner = finding(2, 4, "inner", site="云上文库", captures={"qq": "12345"})
    (winner,) = plan([finding(0, 9, "outer"), inner]).accepted
    assert (winner.rule, winner.site, winner.captures) == ("outer", "云上文库", {"qq": "12345"})


def test_reasons() -> None:
    flag = finding(0, 2, action=Action.FLAG)
    review = finding(3, 5, safety=Safety.REVIEW)
    marked = finding(6, 9)
    result = plan([flag, review, marked], protected=[TextSpan.of(7, 8)])
    assert not result.accepted
    assert [item.reason for item in result.rejected] == [Reason.PROTECTED, Reason.FLAG, Reason.REVIEW]
    assert [one.span.start for one in plan([flag, review], review=True).accepted] == [3]


def test_what_lies_inside_a_winner_is_not_shown_beside_it() -> None:
    inside, beside = finding(2, 4, "flag", action=Action.FLAG), finding(8, 12, "review", safety=Safety.REVIEW)
    winner = finding(0, 9)
    result = plan([inside, beside, winner])
    assert {item.finding.rule: item.reason for item in result.rejected} == {
        "flag": Reason.OVERLAP,
        "review": Reason.REVIEW,
    }
