"""Call detail records of Asterisk, FreePBX and the systems made of them."""

from salesnb.source.presets.calls import ANSWERED, INNER, INWARD, MISSED, OUTWARD, Telephony

# Asterisk documentation, "CDR Fields" and "CDR Specification": dispositions NO ANSWER, FAILED, BUSY, ANSWERED, CONGESTION;
# billsec counts from the answer, duration from the start
ASTERISK = Telephony(
    "asterisk",
    "Asterisk",
    {
        "at": ("calldate", "start"),
        "from": ("src", "source"),
        "to": ("dst", "destination"),
        "status": ("disposition",),
        "talk": ("billsec",),
        "total": ("duration",),
        "from_channel": ("channel",),
        "to_channel": ("dstchannel",),
        "context": ("dcontext",),
        "call": ("linkedid", "uniqueid"),
        "id": ("uniqueid", "linkedid"),
        "direction": ("direction",),  # not a field of Asterisk itself
    },
    ("at", "from", "to", "status", "talk|total"),
    answered=ANSWERED,
    missed=MISSED,
    inward=INWARD,
    outward=OUTWARD,
    inner=INNER,
)
