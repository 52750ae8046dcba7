"""Statistics of Zadarma (Novofon has the same)."""

from salesnb.source.presets.calls import ANSWERED, INNER, INWARD, MISSED, OUTWARD, Telephony

# Zadarma API, "disposition" of the statistics: answered, busy, cancel, no answer, failed, no money,
# unallocated number, no limit, no day limit, line limit, no money, no limit
NOT_CONNECTED = (
    *MISSED,
    "no money",
    "no money no limit",
    "unallocated number",
    "no limit",
    "no day limit",
    "line limit",
    "no money, no limit",
)
# Zadarma API, "/v1/statistics/pbx/": call_id, sip, callstart, clid, destination, disposition,
# seconds, is_recorded, pbx_call_id; an id of a call begins with in_ or out_ as in the notifications
# of the same API
ZADARMA = Telephony(
    "zadarma",
    "Zadarma",
    {
        "at": ("callstart", "calldate"),
        "from": ("clid", "from", "caller_id"),
        "to": ("destination", "to"),
        "status": ("disposition",),
        "total": ("seconds",),
        "sip": ("sip",),
        "id": ("call_id", "id"),
        "call": ("pbx_call_id",),
        "direction": ("direction", "call_type"),
    },
    ("at", "from", "to", "status", "total"),
    answered=ANSWERED,
    missed=NOT_CONNECTED,
    inward=INWARD,
    outward=OUTWARD,
    inner=INNER,
    total_is_talk=True,
)
# Zadarma API, "/v1/statistics/": id, sip, callstart, from, to, description, disposition,
# billseconds, cost, billcost, currency
ZADARMA_ACCOUNT = Telephony(
    "zadarma account",
    "Zadarma",
    {
        "at": ("callstart",),
        "from": ("from",),
        "to": ("to",),
        "status": ("disposition",),
        "talk": ("billseconds",),
        "sip": ("sip",),
        "id": ("id",),
    },
    ("at", "from", "to", "status", "talk"),
    answered=ANSWERED,
    missed=NOT_CONNECTED,
)
