"""Missed calls by definition: attempts since the last contact, whose deal a call is, who must be called back."""

import pandas as pd

APART = pd.Timedelta(hours=2)
LONG_AGO = pd.Timestamp("2000-01-01")


def attempts_of(touches: pd.DataFrame) -> dict[str, tuple[int, bool]]:
    """Deal → attempts since the last contact, and whether a call of the client was missed since then."""
    people = touches[(touches["kind"] != "task") & ~touches["by_robot"].fillna(False).astype(bool)]
    people = people[people["deal_id"].notna()].sort_values("at", kind="stable")
    return {deal: _run(calls) for deal, calls in people.groupby("deal_id")}


def _run(calls) -> tuple[int, bool]:
    attempts, last, back = 0, LONG_AGO, False
    for call in calls.itertuples():
        ours = call.direction == "out"
        if call.kind == "call" and call.result == "missed":
            if not ours:
                back = True
            elif call.at - last >= APART:
                attempts, last = attempts + 1, call.at
        elif _contact(call, ours):
            attempts, last, back = 0, LONG_AGO, False
    return attempts, back


def _contact(call, ours) -> bool:
    if call.kind == "call":
        return call.result == "answered" and not call.duration_s < 30
    return call.kind in ("message", "email") and not ours


def joined(touches: pd.DataFrame, deals: pd.DataFrame) -> pd.DataFrame:
    """Touches with a deal where only the client is known: the caller's that was open then, else the latest created."""
    loose = touches["deal_id"].isna() & touches["client_id"].notna()
    own = dict(iter(deals.groupby("client_id")))
    found = [
        _deal_then(own.get(row.client_id), row) for row in touches[loose].itertuples(index=False)
    ]
    touches = touches.copy()
    touches.loc[loose, "deal_id"] = found
    return touches


def _deal_then(deals, touch):
    if deals is None:
        return None
    day = touch.at.normalize()
    there = deals[deals["created_at"].dt.normalize() <= day]
    there = there[there["closed_at"].isna() | (there["closed_at"].dt.normalize() >= day)]
    theirs = there[there["manager"] == touch.manager]
    there = theirs if len(theirs) else there
    if there.empty:
        return None
    return there.sort_values(["created_at", "deal_id"], ascending=[False, True])["deal_id"].iloc[0]
