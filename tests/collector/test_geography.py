"""Municipalities before and after the mergers of 2025."""

from collections import Counter
from datetime import date

from appliance.collector.geography import PROVINCES, as_of, known, municipalities, on

IN_2022 = date(2022, 6, 1)
IN_2025 = date(2025, 1, 1)
NAMES = {province.nis: province.name for province in PROVINCES}


def per_province(day: date) -> dict[str, int]:
    return dict(Counter(NAMES[one.province] for one in on(day)))


def test_three_hundred_municipalities_became_285_and_brussels_kept_19() -> None:
    assert per_province(IN_2022) == {
        "Antwerpen": 69,
        "Oost-Vlaanderen": 60,
        "Vlaams-Brabant": 65,
        "West-Vlaanderen": 64,
        "Limburg": 42,
        "Brussel": 19,
    }
    assert per_province(IN_2025) == {
        "Antwerpen": 67,
        "Oost-Vlaanderen": 55,
        "Vlaams-Brabant": 63,
        "West-Vlaanderen": 62,
        "Limburg": 38,
        "Brussel": 19,
    }


def test_zwijndrecht_changes_province() -> None:
    assert NAMES[municipalities()["11056"].province] == "Antwerpen"
    after = as_of("11056", IN_2025)
    assert after == "46030"
    assert NAMES[municipalities()[after].province] == "Oost-Vlaanderen"


def test_a_name_may_stay_while_the_code_changes() -> None:
    for old, new in {"46014": "46029", "71022": "71072", "37015": "37022"}.items():
        assert as_of(old, IN_2025) == new
        assert municipalities()[old].name == municipalities()[new].name
        assert as_of(old, IN_2022) == old


def test_a_merged_municipality_cannot_be_taken_apart_again() -> None:
    assert as_of("46030", IN_2022) is None
    assert as_of("99999", IN_2025) is None


def test_brussels_is_no_province_though_its_codes_begin_like_vlaams_brabant() -> None:
    assert {one.province for one in on(IN_2025) if one.nis.startswith("21")} == {"04000"}
    assert {one.province for one in on(IN_2025) if one.nis[:2] in {"23", "24"}} == {"20001"}


def test_a_code_is_known_in_a_period_that_touches_its_days() -> None:
    assert known("11056", first=date(2024, 12, 30), end=date(2025, 1, 6))
    assert not known("11056", first=date(2025, 1, 1), end=date(2025, 2, 1))
    assert not known("46030", first=date(2024, 12, 1), end=date(2025, 1, 1))
    assert not known("00000", first=date(2024, 12, 1), end=date(2025, 1, 1))
