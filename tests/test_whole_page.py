"""No company costs a page: whatever an export lacks, every section of every notebook is made, and says no figure it has not."""

import pandas as pd
import pytest
from hypothesis import Phase, given, settings

from salesnb import model as d
from salesnb.errors import SalesnbError
from salesnb.measures.conversion import compared, conversion
from salesnb.measures.frames import count
from salesnb.measures.shares import apart_from_rest
from salesnb.source.book import book, open_book
from tests.odd_companies import PLAIN, companies, write
from tests.whole_page import unmade, whole_page

DAYS = {None: ("", ""), "part month": ("2026-09", "2026-09-10"), "later": ("2026-08", "2026-09-30"),
    "first day": ("2026-09", "2026-09-01")}  # fmt: skip
PAGES = 10 if settings().max_examples < 100 else 200  # by `make test`, by `make fuzz`


def stands(traits: dict, folder) -> None:
    """The page of the company is whole, or its export is refused with one message before anything is made."""
    params = write(traits, folder)
    try:
        department = open_book(str(params))
    except SalesnbError:
        return
    month, as_of = DAYS[traits["day"]]
    channel, where = department.channels[0] if traits["page"] == "channel" else "", None
    if traits["page"] == "segment":
        where = {"manager": department.table("deals")["manager"].dropna().iloc[0]}
    try:
        open_book(str(params), month, channel, as_of)
    except SalesnbError:
        return
    page = whole_page(params, month, channel, as_of, where)
    assert not unmade(page.text), (traits, unmade(page.text))
    assert page.workbook.startswith(b"PK") and page.metrics["rows"]["read"] == traits["deals"]


# a page takes seconds: the traits of a company that fails are told, not looked for smaller ones
@settings(max_examples=PAGES, phases=[Phase.explicit, Phase.reuse, Phase.generate])
@given(companies())
def test_every_section_of_an_odd_company_is_made(tmp_path_factory, traits):
    stands(traits, tmp_path_factory.mktemp("odd"))


@pytest.mark.parametrize("counts", [[], [5], [0, 0], [100], [None]])
def test_no_group_or_one_is_nothing_to_look_at(counts):
    table = pd.DataFrame({"source": list("AB")[: len(counts)], "hits": counts, "deals": counts})
    assert apart_from_rest(table, 10).empty


OPEN = pd.DataFrame({"deal_id": ["1", "2"], "manager": "Ann", "status": "open", "created_at": "2026-09-01"})


def test_a_table_of_no_groups_is_joined_as_any_other():
    nobody, somebody = conversion(OPEN, by="manager"), conversion(OPEN.assign(status="won"), by="manager")
    assert nobody.empty and nobody["won"].dtype == "int64"
    both = compared(somebody, nobody, "manager")
    assert both[["manager", "closed_before", "verdict"]].values.tolist() == [["Ann", 0, "few"]]
    assert compared(nobody, somebody, "manager").empty
    unnamed = count(book(OPEN, month="2026-09").deals, ["client_id"])
    assert (
        unnamed["client_id"].tolist() == [None]
        and unnamed.merge(somebody, left_on="client_id", right_on="manager").empty
    )


def test_a_corridor_without_a_closed_deal_has_nobody_outside():
    found = book(OPEN, month="2026-09")
    around = d.department(found)
    assert around["closed"] == 0 and around["limits"]["low95"].isna().all()
    somebody = pd.DataFrame({"manager": ["Ann"], "closed": [5], "conversion": [1.0]})
    assert d.outside_corridor(somebody, around["limits"]).empty
    assert d.manager_rates(found).empty


def test_what_a_page_must_not_say_is_found():
    assert unmade("won nan of 3\nA: None\n5 deals in inf days\n{names} are late\nAbove: , Bo.") != []
    assert len(unmade("won nan of 3\nA: None\nNone of them\nfine, 3 of 5 (60%).\nNancy information")) == 2
    assert set(PLAIN) >= {"closed_at", "amount"}
