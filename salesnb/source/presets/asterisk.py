"""Call detail records of Asterisk, FreePBX and the systems made of them."""

from salesnb.source.presets.calls import ANSWERED, INNER, INWARD, MISSED, OUTWARD, Telephony

# Asterisk documentation, "CDR Variables" and "Cdr" (manager event): dispositions NO ANSWER, FAILED,
# BUSY, ANSWERED, CONGESTION; billsec counts from the answer, duration from the start; calldate and
# linkedid are columns of the table `cdr`
ASTERISK = Telephony(
    "asterisk",
    "Asterisk",
    {
        "at": ("calldate", "start", "StartTime"),
        "from": ("src", "source"),
        "to": ("dst", "destination"),
        "status": ("disposition",),
        "talk": ("billsec", "BillableSeconds"),
        "total": ("duration",),
        "from_channel": ("channel",),
        "to_channel": ("dstchannel", "DestinationChannel"),
        "context": ("dcontext", "DestinationContext"),
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
