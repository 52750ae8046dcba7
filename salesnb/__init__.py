"""salesnb: what conversion is, who has it, and what it is associated with.

The front door of the notebooks: ``import salesnb as s``. Names are loaded when they are first used,
so that importing costs nothing.
"""

from importlib import import_module

__version__ = "0.1.0"

_DOORS = {
    "salesnb.source.book": ("open_book", "load_sample", "book", "Book"),
    "salesnb.measures.conversion": (
        "conversion",
        "conversion_change",
        "compared",
        "conversion_by_amount",
    ),
    "salesnb.measures.derived": ("bands", "weekday", "hour", "month"),
    "salesnb.measures.length": ("deal_length", "day_counts", "open_ages"),
    "salesnb.measures.lost": ("lost_reasons", "lost_by_stage"),
    "salesnb.measures.leads": ("lead_conversion",),
    "salesnb.measures.cohorts": ("cohort_conversion", "time_to_close", "immature"),
    "salesnb.measures.stages": ("stage_funnel", "stage_times", "won_on_creation_day"),
    "salesnb.measures.stuck": ("stuck_deals", "old_deals"),
    "salesnb.measures.abc_xyz": ("abc", "abc_xyz", "sales_of_won"),
    "salesnb.measures.xyz": ("xyz",),
    "salesnb.measures.classes": ("matrix", "movement", "concentration", "steadiness"),
    "salesnb.measures.sums": ("won_amounts", "new_deals"),
    "salesnb.measures.summary": ("monthly", "other_owners", "client_kinds", "bridge"),
    "salesnb.measures.sensitivity": ("sensitivity",),
    "salesnb.measures.otherwise": ("other_readings",),
    "salesnb.model.features": ("features",),
    "salesnb.model": ("manager_rates", "gap", "gaps", "change", "month_change", "drivers"),
    "salesnb.topics.activity": ("activity",),
    "salesnb.topics.cohorts": ("cohorts",),
    "salesnb.topics.headline": ("headline",),
    "salesnb.topics.compare": ("compare",),
    "salesnb.topics.trend": ("trend",),
    "salesnb.topics.robustness": ("robustness",),
    "salesnb.topics.by_channel": ("by_channel",),
    "salesnb.topics.by_manager": ("by_manager",),
    "salesnb.topics.new_and_repeat": ("new_and_repeat",),
    "salesnb.topics.functions": ("functions",),
    "salesnb.topics.head_actions": ("head_actions",),
    "salesnb.topics.data_quality": ("data_quality",),
    "salesnb.topics.priorities": ("priorities",),
    "salesnb.topics.funnel": ("funnel",),
    "salesnb.topics.leads": ("leads",),
    "salesnb.topics.length": ("length",),
    "salesnb.topics.losses": ("losses",),
    "salesnb.topics.stuck": ("stuck",),
    "salesnb.topics.clients": ("clients",),
    "salesnb.topics.products": ("products",),
    "salesnb.topics.managers": ("managers",),
    "salesnb.topics.manager_gaps": ("manager_gaps",),
    "salesnb.topics.mix_and_rate": ("mix_and_rate",),
    "salesnb.topics.target": ("target",),
    "salesnb.topics.process": ("process",),
    "salesnb.topics.qualification": ("qualification",),
    "salesnb.topics.rota": ("rota",),
    "salesnb.topics.touchpoints": ("touchpoints",),
    "salesnb.topics.quality": ("quality",),
    "salesnb.topics.channels": ("channels",),
    "salesnb.topics.five_factors": ("five_factors",),
    "salesnb.topics.second_opinion": ("second_opinion",),
    "salesnb.topics.result": ("record",),
    "salesnb.render.tables": ("table", "Column"),
    "salesnb.render.charts.own": ("rates",),
    "salesnb.render.theme": ("theme", "picture"),
    "salesnb.formats": ("Voice",),
    "salesnb.lab.explorer": ("explore",),
    "salesnb.report.manifest": ("show_versions",),
    "salesnb.report.one_page": ("page",),
}
_ROOMS = (
    "stats",
    "measures",
    "model",
    "render",
)
_WHERE = {name: room for room, names in _DOORS.items() for name in names}
__all__ = ["__version__", *_WHERE]


def __getattr__(name):
    if name in _WHERE:
        return getattr(import_module(_WHERE[name]), name)
    if name in _ROOMS:
        return import_module(f"salesnb.{name}")
    from salesnb.errors import nearest

    near = nearest(name, [*__all__, *_ROOMS])
    hint = f" Did you mean {near!r}?" if near else ""
    raise AttributeError(f"salesnb has no {name!r}.{hint} It has: {', '.join(__all__)}")


def __dir__():
    return sorted([*__all__, *_ROOMS])
