"""Exports of HubSpot.

Headings of the screens: English, "HubSpot's default deal properties" and importers; German, "Liste
der Standard-Deal- Eigenschaften in HubSpot" and "Deal-Pipelines und Deal-Phasen einrichten und
anpassen"; French, a public importer of the CSV of deals ("ID de fiche d'informations", "Phase de la
transaction", "Date de fermeture"). Names of the API: "HubSpot CRM API: Deals".
"""

from salesnb.source.presets.base import OPEN, Cell, Lookup, Preset, flag, spelled

EN = spelled(
    deal_id=("Record ID", "Deal ID", "Record ID - Deal"),
    manager=("Deal owner", "HubSpot Owner"),
    created_at=("Create Date", "Created Date"),
    closed_at="Close Date",
    modified_at="Last Modified Date",
    stage="Deal Stage",
    pipeline=("Pipeline", "Deal pipeline"),
    amount=("Amount", "Amount in company currency"),
    currency="Currency",
    title="Deal Name",
    client_id=(
        "Associated Company",
        "Company Name",
        "Primary Associated Company",
        "Associated Company (Primary)",
        "Associated Company IDs",
    ),
    source=("Original Source", "Original Source Type", "Original Traffic Source"),
    lost_reason="Closed Lost Reason",
    team="HubSpot Team",
)
DE = spelled(
    deal_id=("Datensatz-ID", "Datensatz-ID - Deal"),  # not confirmed by a public document
    manager=(
        "Deal-Inhaber",
        "Zuständiger Mitarbeiter für Deal",
        "Für Deal zuständiger Mitarbeiter",
    ),  # likewise
    created_at=("Erstelldatum", "Erstellungsdatum", "Erstellt am"),  # likewise
    closed_at="Abschlussdatum",
    stage="Deal-Phase",
    pipeline="Pipeline",
    amount=("Betrag", "Betrag in Firmenwährung"),
    currency="Währung",
    title=("Deal-Name", "Dealname"),
    client_id=(
        "Zugeordnetes Unternehmen",
        "Associated Company",
    ),  # not confirmed by a public document
    source=("Ursprüngliche Quelle", "Original-Traffic-Quelle"),  # likewise
    lost_reason=("Grund für Verlust", "Grund für verlorenen Abschluss"),  # likewise
)
# not confirmed by a public document but for the date, the name and the amount ("Establecer valores
# por defecto …")
ES = spelled(
    deal_id=("ID de registro", "ID de registro - Deal"),
    manager=("Propietario del negocio",),
    created_at=("Fecha de creación",),
    closed_at="Fecha de cierre",
    stage=("Etapa del negocio", "Fase del negocio"),
    pipeline="Pipeline",
    amount=("Valor", "Importe", "Monto"),
    currency="Moneda",
    title="Nombre del negocio",
    client_id=("Empresa asociada", "Associated Company"),
    source=("Fuente original", "Fuente de tráfico original"),
    lost_reason=("Motivo de cierre perdido", "Motivo de pérdida"),
)
FR = spelled(
    deal_id=("ID de fiche d'informations", "ID de la fiche d'informations"),
    manager=("Propriétaire de la transaction", "Collaborateur de transaction"),
    created_at="Date de création",
    closed_at="Date de fermeture",
    stage="Phase de la transaction",
    pipeline="Pipeline",
    amount="Montant",
    currency="Devise",
    title="Nom de la transaction",
    client_id=("Entreprise associée", "Associated Company (Primary)"),
    source=("Source d'origine", "Source de trafic d'origine"),  # not confirmed by a public document
    lost_reason=("Raison de perte", "Motif de la perte"),  # likewise
)
API = spelled(
    deal_id=("hs_object_id", "dealId", "deal_id"),
    manager=("hubspot_owner_name", "hubspot_owner_id"),
    created_at=("createdate", "hs_createdate"),
    closed_at="closedate",
    modified_at="hs_lastmodifieddate",
    stage="dealstage",
    pipeline="pipeline",
    amount=("amount", "amount_in_home_currency"),
    currency="deal_currency_code",
    title="dealname",
    client_id=("hs_primary_associated_company", "associated_company_id"),
    source=("hs_analytics_source", "hs_object_source_label"),
    lost_reason="closed_lost_reason",
    team="hubspot_team_id",
)

HUBSPOT = Preset(
    "hubspot",
    "HubSpot",
    {"en": EN, "de": DE, "es": ES, "fr": FR, "api": API},
    marks=(
        *("Record ID", "Deal Stage", "Deal owner", "Create Date", "Close Date"),
        *(
            "Datensatz-ID",
            "Deal-Inhaber",
            "Zuständiger Mitarbeiter für Deal",
            "Deal-Phase",
            "Abschlussdatum",
        ),
        *("ID de registro", "Propietario del negocio", "Etapa del negocio", "Nombre del negocio"),
        *(
            "ID de fiche d'informations",
            "Propriétaire de la transaction",
            "Phase de la transaction",
            "Date de fermeture",
        ),
        *(
            "hs_object_id",
            "hubspot_owner_id",
            "hs_is_closed",
            "hs_is_closed_won",
            "hs_lastmodifieddate",
        ),
    ),
    status_from_stage=True,
    says=(
        *flag("won", "not won", "Is Closed Won", "hs_is_closed_won"),
        *flag("lost", "not lost", "Is closed lost", "hs_is_closed_lost"),
        *flag("closed", "open", "Is Deal Closed?", "Is Closed", "hs_is_closed", "Deal is closed"),
    ),
    open=(
        *OPEN,
        *("appointment scheduled", "appointmentscheduled", "qualified to buy", "qualifiedtobuy"),
        *(
            "presentation scheduled",
            "presentationscheduled",
            "decision maker bought-in",
            "decisionmakerboughtin",
        ),
        *("contract sent", "contractsent"),
    ),
    one_close_column=True,
    pipeline_in_words=True,
    day_first=False,
    other_tables={
        # "HubSpot CRM API: Companies"
        "clients": spelled(
            client_id=("Record ID", "hs_object_id"),
            name=("Company name", "name"),
            phone=("Phone Number", "phone"),
            segment=("Industry", "industry"),
        ),
    },
    lookups=(
        # "HubSpot CRM API: Owners" and "HubSpot CRM API: Pipelines"
        Lookup(
            "people",
            ("id", "Owner ID", "hubspot_owner_id"),
            (("firstName", "lastName"), ("email",)),
        ),
        Lookup(
            "stages",
            ("stageId", "stage_id", "id"),
            (("label",),),
            ("displayOrder",),
            won=Cell(("metadata.probability", "probability"), "number", range=(1, 1)),
            lost=Cell(("metadata.probability", "probability"), "number", range=(0, 0)),
            closed=Cell(("metadata.isClosed", "isClosed"), "yes"),
        ),
        Lookup("pipelines", ("pipelineId", "id"), (("label",),), ("displayOrder",)),
    ),
)
