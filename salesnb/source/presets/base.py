"""What each CRM calls things: headings, status words, and how it exports.

Headings are compared folded (case, spaces, punctuation and look-alike letters do not count); the
first one found wins. Collected from real exports and from the code of the CRMs and their importers.
Beside the words of a preset stands the public document that they were read in; "not confirmed by a
public document" stands beside those that none was found for.
"""

from dataclasses import dataclass, field
from functools import cached_property

Spelled = dict[str, tuple[str, ...]]  # canonical column → spellings of its heading

# words of any export, so that no company has to list them; params add to them and win over them
WON = ("won", "closed won", "closedwon", "sold", "успешно реализовано", "сделка успешна", "успешна",
    "выиграна", "выиграно",
       "выигранная", "победа", "продано", "payment done", "closed - won", "выполнена", "deal won",
           "сделка выиграна",
       "gewonnen", "abgeschlossen und gewonnen", "verkauf abgeschlossen", "gagné", "gagnée",
           "remporté", "remportée", "ganado", "ganada", "ganho", "ganha",
       "vinto", "vinta", "wygrana", "wygrany", "виграно", "виграна", "угода успішна", "kazanıldı",
           "kazanılan", "жеңді",
       "vunnen", "vunnet", "vundet", "vunnit", "voitettu", "vyhráno", "vyhraná", "vyhraný",
           "megnyert", "câștigat", "castigat",
       "спечелена", "спечелено", "dobijeno", "κερδισμένη", "κερδήθηκε", "受注", "成約",
           "赢单", "贏單", "成交", "수주", "signé", "signée", "devis signé", "vendido", "vendida",
           "verkauft", "vendu", "vendue", "venduto", "verkocht", "auftrag erteilt",
           "auftrag gewonnen", "cierre ganado", "cerrado ganado", "cerrada ganada", "fermé gagné",
           "fermée gagnée", "fechado ganho", "fechado - ganho", "fechada ganha", "chiuso vinto",
           "sipariş alındı")  # fmt: skip
LOST = ("lost", "closed lost", "closedlost", "закрыто и не реализовано", "закрыта и не реализована",
    "сделка провалена",
        "провалена", "проиграна", "проиграно", "проигранная", "проигрыш", "отказ", "closed - lost",
            "не реализовано",
        "анализ причины провала", "closed lost to competition", "closed-lost to competition",
            "deal lost", "сделка проиграна",
        "verloren", "abgeschlossen und verloren", "verkauf gescheitert", "perdu", "perdue",
            "perdido", "perdida", "perso", "persa", "przegrana", "przegrany",
        "програно", "програна", "угода провалена", "kaybedildi", "kaybedilen",
        "förlorad", "förlorat", "tabt", "tapt", "hävitty", "prohráno", "prohraná", "prohraný",
            "ztraceno", "elveszett", "elvesztett", "pierdut",
        "загубена", "загубено", "izgubljeno", "χαμένη", "χάθηκε", "失注", "输单", "輸單",
            "丢单", "실주", "refusé", "refusée", "devis refusé", "absage", "auftrag verloren",
            "cierre perdido", "cerrado perdido", "cerrada perdida", "fermé perdu", "fermée perdue",
            "fechado perdido", "fechado - perdido", "fechada perdida", "chiuso perso",
            "cerrado perdido frente a la competencia", "misserfolg analysieren")  # fmt: skip
# the stages that CRMs are delivered with, and plain words for a deal that is under way
OPEN = ("open", "new", "in progress", "pending", "qualified", "qualification", "prospecting",
    "engaging", "discovery",
        "needs analysis", "contract", "contract sent", "proposal", "proposal sent", "proposal made",
            "negotiation", "negotiations started", "quote sent",
        "contact made", "demo scheduled", "открыта", "открыто", "открыт", "в работе", "новая",
            "новый", "новое", "в процессе",
        "переговоры", "первичный контакт", "принимают решение", "согласование договора",
            "неразобранное",
        "offen", "neu", "in bearbeitung", "qualifiziert", "verhandlung", "en cours", "nouveau",
            "nouvelle", "abierto", "abierta", "en curso",
        "nuevo", "nueva", "aberto", "aberta", "em andamento", "novo", "nova", "in corso", "nuovo",
            "w toku", "nowa", "відкрита", "нова",
        "в роботі", "açık", "yeni",
        "nieuw", "lopend", "öppen", "åben", "åpen", "pågående", "avoin", "otevřeno", "otevřená",
            "otwarta", "nyitott", "deschis", "ανοιχτή",
        "進行中", "商談中", "进行中", "진행중")  # fmt: skip
DELETED = ("deleted", "удалена", "удалено", "удален")
WON_TIMES = ("won time", "won at", "won on", "won date", "date won", "closed won date", "won_time",
    "дата выигрыша",
             "дата успешного закрытия", "время выигрыша")  # fmt: skip
LOST_TIMES = ("lost time", "lost at", "lost on", "lost date", "date lost", "closed lost date",
    "lost_time", "дата проигрыша",
              "дата отказа", "время проигрыша", "дата потери")  # fmt: skip


@dataclass(frozen=True)
class Cell:
    """A cell of a record, and what is asked of it.

    Attributes
    ----------
    headings : spellings of its heading; the first one found is meant
    holds : yes, no, filled, blank; number (it lies within `range`); words (it is one of `words`,
        folded)
    """

    headings: tuple[str, ...]
    holds: str
    words: tuple[str, ...] = ()
    range: tuple[float, float] = (0.0, 0.0)


@dataclass(frozen=True)
class Says:
    """What a CRM's own columns say of a deal where every one of `cells` holds what it is asked.

    `meaning` is won, lost, open; closed (won or lost: the word tells); not won (lost or open:
    likewise), not lost; deleted, and "deleted won", "deleted lost" where it is known how a deleted
    deal had ended.
    """

    meaning: str
    cells: tuple[Cell, ...]


def flag(yes: str, no: str, *headings: str) -> tuple[Says, Says]:
    """A column of yes and no.

    >>> [one.meaning for one in flag("won", "not won", "IsWon")]
    ['won', 'not won']
    """
    return Says(yes, (Cell(headings, "yes"),)), Says(no, (Cell(headings, "no"),))


def choice(*headings: str, **words: tuple[str, ...]) -> tuple[Says, ...]:
    """A column whose words say how a deal stands: meaning → its words.

    >>> [one.meaning for one in choice("State", won=("w",), lost=("l", "x"))]
    ['won', 'lost']
    """
    return tuple(Says(meaning, (Cell(headings, "words", own),)) for meaning, own in words.items())


def deleted(
    status: tuple[str, ...], won: tuple[str, ...], lost: tuple[str, ...]
) -> tuple[Says, ...]:
    """A status that can be "deleted"; the times won and lost still say how such a deal had ended.

    >>> [one.meaning for one in deleted(("Status",), ("Won time",), ("Lost time",))]
    ['deleted', 'deleted won', 'deleted lost']
    """
    gone = Cell(status, "words", DELETED)
    ended = ("deleted won", won, lost), ("deleted lost", lost, won)
    known = (
        Says(name, (gone, Cell(this, "filled"), Cell(other, "blank")))
        for name, this, other in ended
    )
    return Says("deleted", (gone,)), *known


def spelled(**columns: str | tuple[str, ...]) -> Spelled:
    """Headings of one layout of an export: canonical column → spellings, the surest first.

    >>> spelled(deal_id="ID", amount=("Budget", "Sale"))
    {'deal_id': ('ID',), 'amount': ('Budget', 'Sale')}
    """
    return {
        column: (names,) if isinstance(names, str) else names for column, names in columns.items()
    }


@dataclass(frozen=True)
class Lookup:
    """A table that says what the ids of the deals mean: people, stages, pipelines.

    Attributes
    ----------
    kind : people, stages or pipelines
    key : spellings of the heading of the id that stands in the deals
    label : ways to name it, the first whose headings are all there: (("Name",), ("FirstName",
        "LastName"))
    order : spellings of the heading of the place in the order, where there is one
    won, lost, closed : what a cell of the row says when the stage is won, lost, either of them
    """

    kind: str
    key: tuple[str, ...]
    label: tuple[tuple[str, ...], ...]
    order: tuple[str, ...] = ()
    won: Cell | None = None
    lost: Cell | None = None
    closed: Cell | None = None


@dataclass(frozen=True)
class Preset:
    """One CRM's export of deals.

    `layouts` are the headings of deals by the way out of the CRM: the screens of a language ("en",
    "ru"), the names of its API or database ("api").
    """

    name: str
    title: str
    layouts: dict[str, Spelled]
    marks: tuple[str, ...] = ()  # headings that only this CRM writes: how an export is recognised
    won: tuple[str, ...] = WON
    lost: tuple[str, ...] = LOST
    open: tuple[str, ...] = OPEN
    status_from_stage: bool = False  # no status column: the stage says it
    stage_kept: bool = (
        False  # a lost deal keeps the stage in which it was: no disagreement with the flag
    )
    one_close_column: bool = False  # one column holds both the closing and the expected date
    says: tuple[Says, ...] = ()  # what its own columns say of a deal: surer than words
    won_times: tuple[str, ...] = (
        WON_TIMES  # columns that hold closings apart, where there is none for both
    )
    lost_times: tuple[str, ...] = LOST_TIMES
    pipeline_in_words: bool = False  # a stage may be followed by its pipeline in brackets
    prefix: str = (
        ""  # pattern of what stands before the folded word of a stage and does not change it
    )
    lines: bool = False  # writes one row per product line
    day_first: bool = True
    other_tables: dict[str, Spelled] = field(default_factory=dict)
    lookups: tuple[Lookup, ...] = ()
    # (table, column) → what the record must hold in another cell, or its id is of something else
    tied: dict[tuple[str, str], Cell] = field(default_factory=dict)

    @cached_property
    def headings(self) -> Spelled:
        """Headings of deals in every layout: canonical column → spellings."""
        columns = dict.fromkeys(column for layout in self.layouts.values() for column in layout)
        return {
            column: tuple(
                dict.fromkeys(
                    name for layout in self.layouts.values() for name in layout.get(column, ())
                )
            )
            for column in columns
        }

    def wanted(self, table: str) -> Spelled:
        """Headings of a table: canonical name → spellings."""
        return self.headings if table == "deals" else self.other_tables.get(table, {})
