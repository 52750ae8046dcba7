"""Dirty frames for random tests."""

import datetime as dt

import pandas as pd
from hypothesis import strategies as st

NAMES = st.sampled_from(["Ann", "Bo", "Ольга", None])
DAYS = st.integers(0, 400)


@st.composite
def deals(draw, least=0, most=40):
    """Deals with missing names, odd amounts and any status; open ones have no closing."""
    n = draw(st.integers(least, most))
    rows = []
    for number in range(n):
        status = draw(st.sampled_from(["won", "lost", "open"]))
        created = dt.datetime(2025, 1, 1) + dt.timedelta(days=draw(DAYS), minutes=draw(st.integers(0, 1439)))
        length = dt.timedelta(days=draw(st.integers(0, 90)), minutes=draw(st.integers(0, 1439)))
        rows.append({
            "deal_id": str(number), "manager": draw(NAMES), "status": status, "created_at": created,
            "closed_at": None if status == "open" else created + length,
            "amount": draw(st.one_of(st.none(), st.integers(0, 10**9).map(lambda cents: cents / 100))),
            "lost_reason": draw(st.sampled_from(["price", "Цена", None])), "stage": draw(st.sampled_from(["New", "Offer", "Deal", None])),
            "client_id": draw(st.sampled_from(["a", "b", None])),
        })  # fmt: skip
    frame = pd.DataFrame(
        rows,
        columns=[
            "deal_id",
            "manager",
            "status",
            "created_at",
            "closed_at",
            "amount",
            "lost_reason",
            "stage",
            "client_id",
        ],
    )
    return frame.astype({"created_at": "datetime64[us]", "closed_at": "datetime64[us]", "amount": "float64"})
