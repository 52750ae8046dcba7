"""What a word of the export says of a deal: won, lost or open by a list; else what it looks like,
which settles nothing.
"""

import re

from salesnb.formats.fold import fold
from salesnb.params import Params
from salesnb.source.mapping import preset_of
from salesnb.source.presets import Preset

# parts of words by which a person would guess; a guess is shown and never counted
LOOKS_LOST = re.compile(
    r"lost\b|\blose\b|reject|declin|disqualif|unqualif|not "
    r"qualif|cancel|abandon|\bjunk\b|\bdead\b|\bspam\b|duplicat|withdr[ae]w|dropped"
    r"|expired|no budget|no answer|not interested|unresponsive|failed|failure|churn|ghosted|delet"
    r"|отказ|проигр|проср|провал|не\s?реализ|неуспеш|безуспеш|дубл|спам|дисквал|неквал|не\s?целев|отмен|брак\b|недозвон|не дозвон"  # noqa: E501
    r"|в другом месте|у друг(их|ого)|не\s?актуал|не купил|не подош|ушел к|ушли "
    r"к|потерян|некачеств|удален|закрыт[аоы]? без|мусор"
    r"|refus(ed|é|ée|ado|ada)|denied|rechazad|rejeitad|recusad|descartad|desistiu|sin [eé]xito|no "
    r"interesad|fracas|insucess|rifiutat"
    r"|sans suite|abandonn|kein interesse|nicht "
    r"interessiert|absage|verworfen|afgewezen|afgevallen|geweigerd|geen interesse"
    r"|förlor|avböj|avslag|afvist|hylätty|zamítnut|utracon|zrezygn|nieudan|elutas[ií]t|respins|odbijen|відмов|втрачен|скасован|iptal|reddedil"
    r"|perdu|perdid|verlor|kaybed|persa\b|abgelehnt|gescheitert|annul|odrzuc|przegran|отклон|бас "
    r"тарт|жоғал|χαμέν|χάθηκε"
)
LOOKS_WON = re.compile(
    r"\bwon\b|\bpaid\b|\bsigned\b|\bsold\b|\bsale made\b|payment (done|received)|closed "
    r"successfully|успе[шх]|выигр|оплачен|подписан|продан|реализован"
    r"|\baccepted\b|\bacept(ad[oa])\b|\baceit[oa]\b|\baccepté|geaccepteerd|angenommen|beauftragt|verkauft|vendid[oa]|\bvendu|venduto|firmad[oa]|signé"
    r"|vunn[ei]|vundet|voitettu|vyhr[aá]n|megnyer|c[âa][sș]tigat|onaylan"
    r"|побед|договор заключ|куплен|купил|gagn|gewonnen|ganad|ganh|kazanıl|vint[oa]\b|wygran|виграно|жеңді|төленді|κερδισμέν|κερδήθηκε"  # noqa: E501
)


def looks(word: str | None) -> str:
    """What a word looks like, of which nothing is known: likely lost, likely won, unclear.

    >>> looks("Closed Lost - No Budget"), looks("Отказ клиента: дорого"), looks("Оплачено"), looks("Abandoned"), looks("Demo")
    ('likely lost', 'likely lost', 'likely won', 'likely lost', 'unclear')
    """  # noqa: E501
    plain = fold(word or "")
    if LOOKS_LOST.search(plain):
        return "likely lost"
    return "likely won" if LOOKS_WON.search(plain) else "unclear"


class Meanings:
    """The lists by which words are settled: those of the params first, then the preset's, then the
    stages in order.

    A word that the params name under ``ask`` is settled by no other list.
    """

    def __init__(self, params: Params):
        self.preset, named = preset_of(params), params.values.status
        self.named = {fold(word): name for name, words in named.items() for word in words}
        self.known = _known(self.preset)
        self.stages = {fold(stage): "open" for stage in _stages(params)}

    def of(self, word: str | None) -> str | None:
        """won, lost, open, ask (named so in the params) or None (in no list) of a word as the
        export has it.

        The word is looked for as it stands, then without the pipeline that some CRMs write around
        it.
        """
        forms = forms_of(word, self.preset)
        lists = (self.named, self.known, self.stages)
        return next((found[form] for found in lists for form in forms if form in found), None)

    def words(self, meaning: str) -> list[str]:
        """Folded words that mean won, lost or open."""
        every = {**self.stages, **self.known, **self.named}
        return [word for word, found in every.items() if found == meaning]


def forms_of(word: str | None, preset: Preset) -> tuple[str, ...]:
    """The folded forms under which a word is looked for in the lists.

    >>> from salesnb.source.presets import PRESETS
    >>> forms_of("Closed Won (Sales Pipeline)", PRESETS["hubspot"]), forms_of("C1:WON",
    ...     PRESETS["bitrix24"])
    (('closed won (sales pipeline)', 'closed won'), ('c1:won', 'won'))
    >>> forms_of("closed_won", PRESETS["canonical"]), forms_of("Closed-Won", PRESETS["canonical"])
    (('closed_won', 'closed won'), ('closed-won', 'closed won'))
    """
    whole = fold(word or "")
    alone = whole
    if preset.pipeline_in_words:
        alone = re.sub(r" *\([^()]*\)$", "", alone)
    if preset.prefix:
        alone = re.sub(preset.prefix, "", alone)
    return tuple(dict.fromkeys((whole, alone, re.sub(r"[ _-]+", " ", alone))))


def _known(preset: Preset) -> dict[str, str]:
    lists = (("open", preset.open), ("lost", preset.lost), ("won", preset.won))
    return {fold(word): meaning for meaning, words in lists for word in words}


def _stages(params: Params) -> list[str]:
    order = params.stage_order
    return (
        [stage for stages in order.values() for stage in stages]
        if isinstance(order, dict)
        else list(order)
    )
