"""Exports of vtiger.

Labels and names of the columns: vtiger CRM 6.1, languages/en_us/Potentials.php,
languages/es_es/Potentials.php and modules/Potentials/Potentials.php. It keeps one date of closing:
expected until the deal is closed.
"""

from salesnb.source.presets.base import LOST, OPEN, WON, Lookup, Preset, spelled

SCREEN = spelled(
    deal_id=("Opportunity Number", "Opportunity No", "Potential No"),
    manager="Assigned To",
    created_at="Created Time",
    closed_at="Expected Close Date",
    modified_at="Modified Time",
    stage="Sales Stage",
    amount="Amount",
    currency="Currency",
    title=("Opportunity Name", "Potential Name"),
    client_id=("Organization Name", "Contact Name"),
    source="Lead Source",
    lost_reason="Lost Reason",
)
ES = spelled(
    deal_id=("Número Oportunidad", "Núm. Oportunidad"),
    manager="Asignado a",  # not confirmed by a public document
    created_at="Fecha de Creación",  # likewise
    closed_at=("Fecha estimada de cierre", "Fecha esperada de cierre"),
    stage="Fase de Venta",
    amount="Importe",
    title="Nombre Oportunidad",  # not confirmed by a public document
    source="Origen del Pre-Contacto",  # likewise
)
DATABASE = spelled(
    deal_id=("potential_no", "potentialid"),
    manager=("assigned_user_id", "smownerid"),
    created_at="createdtime",
    closed_at="closingdate",
    modified_at="modifiedtime",
    stage="sales_stage",
    amount="amount",
    title="potentialname",
    client_id=("related_to", "contact_id"),
    source="leadsource",
)

VTIGER = Preset(
    "vtiger",
    "vtiger",
    {"en": SCREEN, "es": ES, "api": DATABASE},
    marks=(
        *(
            "Opportunity Number",
            "Opportunity No",
            "Potential No",
            "Organization Name",
            "Sales Stage",
            "Assigned To",
        ),
        *(
            "Expected Close Date",
            "Número Oportunidad",
            "Fase de Venta",
            "Fecha estimada de cierre",
            "Núm. Oportunidad",
        ),
        *(
            "potentialname",
            "potential_no",
            "potentialid",
            "related_to",
            "closingdate",
            "createdtime",
            "modifiedtime",
        ),
        "smownerid",
    ),
    won=(*WON, "cerrada-ganada"),
    lost=(*LOST, "cerrada-perdida"),
    open=(
        *OPEN,
        *(
            "id. decision makers",
            "identify decision makers",
            "perception analysis",
            "value proposition",
        ),
        *("proposal/price quote", "proposal/quotation", "negotiation/review"),
        *(
            "investigando",
            "calificando",
            "necesita análisis",
            "propuesta de evaluación",
            "identificando quien decide",
        ),
        *("presupuesto propuesto", "negociando-revisando"),
    ),
    status_from_stage=True,
    one_close_column=True,
    lookups=(
        # vtiger CRM 6.1, modules/Users; the stages are a list of words without ids
        Lookup("people", ("id",), (("first_name", "last_name"), ("user_name",))),
    ),
)
