"""A second opinion on the factors: plain scikit-learn pipelines, judged on months unseen by them.

Of each factor it is asked how much worse the pipelines foretell the deals of a month when the
factor's values are shuffled. Deal factors are shuffled among one sales rep's deals of one month, so
that neither who sells nor a season passes for a factor; call scores are shuffled among people whom
the pipeline has not seen.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd

from salesnb.measures.frames import BookLike, collect
from salesnb.model.features import FACTORS, features
from salesnb.model.fit import Fit, Refusal
from salesnb.model.fitting import FIRST_MONTHS, fitted
from salesnb.schema import UNKNOWN
from salesnb.stats import holm
from salesnb.stats.shuffled import rise_of, shuffled_within
from salesnb.stats.validation import FLOOR, auc

METHODS = ("logistic", "trees")
SCORE = "qualification"
PEOPLE_FOLDS = 5
# call scores are one figure a person: one month more of the same people adds little
MONTHS_AT_ONCE = 4
LEAST = 10  # won and lost deals to learn from
MOST_DEALS = 20_000  # of more a sample is taken: a page waits for it
SEED = 20260901  # of that sample and of the trees
MOST_SCORES = 24  # scores that stand for those of all people
MOST_GROUPS = 200  # sales reps and levels that the trees tell apart; rarer ones stand together
COLUMNS = ["factor", "method", "deals", "rise", "low", "high", "p"]


@dataclass(frozen=True)
class Second:
    """What the pipelines see on unseen months.

    Attributes
    ----------
    table : one row per factor and method (logistic, trees): deals (unseen ones that it is judged
        on), rise (of the log-loss when the factor is shuffled, as a share of the log-loss; 0.01 is
        one percent), low, high (95 %), p
    seen : factor → whether it is seen; factors that cannot be told are not in it
    p : factor → p over both methods, corrected over the factors (Holm)
    tested : one row per factor and deal that it is judged on: factor, deal_id
    auc : method → AUC on the unseen months, 0..1
    months : unseen months
    sample : deals that were looked at where not all were; None: all
    alpha : p below which a factor is seen
    refused : why nothing is said: that of the workbook's model, or "few months"
    """

    table: pd.DataFrame
    seen: dict[str, bool] = field(default_factory=dict)
    p: dict[str, float] = field(default_factory=dict)
    tested: pd.DataFrame = field(
        default_factory=lambda: pd.DataFrame(columns=["factor", "deal_id"])
    )
    auc: dict[str, float] = field(default_factory=dict)
    months: int = 0
    sample: int | None = None
    alpha: float = 0.05
    refused: Refusal | None = None


def second_of(book: BookLike) -> Second:
    """The second opinion on the department of a Book; memoised on it: every page of a run has the
    same.
    """
    whole = book.department
    return whole.kept("_second", lambda: _of_department(whole))


def _of_department(book) -> Second:
    fit = fitted(book)
    refused = fit.refused
    if refused is None and fit.suspect:
        refused = fit.gate  # a column that knows the outcome deceives every method
    least = max(book.thresholds.skill_min_months, FIRST_MONTHS + 2)  # two unseen months
    if refused is None and len(fit.cells.months) < least:
        refused = Refusal("few months", {"have": len(fit.cells.months), "need": least})
    if refused is not None:
        return Second(pd.DataFrame(columns=COLUMNS), refused=refused)
    return opinion(rows_of(book, fit), book.thresholds.holm_alpha)


def rows_of(book: BookLike, fit: Fit) -> pd.DataFrame:
    """Deals of the model as the pipelines take them, in the order of their ids: deal_id, manager,
    client, month, won and a column per factor, with the levels that the model has.
    """
    cells = fit.cells
    columns = {f: names[0] for f, names in cells.factors.items()}
    wanted = ["deal_id", "client_id", "manager", "status", "month", *columns.values()]
    found = collect(features(book).select(*dict.fromkeys(wanted)))
    found = found.sort_values("deal_id", kind="stable", ignore_index=True)
    rows = found[["deal_id", "month"]].assign(
        manager=found["manager"].fillna(UNKNOWN).astype(str),
        client=found["client_id"],
        won=(found["status"] == "won").astype(int),
    )
    for factor, column in columns.items():
        moves = {small: to for one, names, to in cells.merged if one == factor for small in names}
        rows[factor] = found[column].fillna(UNKNOWN).astype(str).replace(moves)
    if SCORE in fit.columns:
        rows[SCORE] = rows["manager"].map(cells.scores).astype(float)
    return rows


def opinion(rows: pd.DataFrame, alpha: float = 0.05) -> Second:
    """The second opinion on rows as from `rows_of`, whatever their order.

    Parameters
    ----------
    rows : deal_id, month, manager, client (None: not known), won (1 or 0) and columns of factors;
        of call scores one figure a sales rep, NaN where there is none
    alpha : chance of seeing any factor where none has anything to do with the outcome

    Examples
    --------
    Of 480 deals every other one is a target client's, and of these two in three are won.

    >>> number = np.arange(480)
    >>> deals = pd.DataFrame({"deal_id": [f"{n:03d}" for n in number], "client": None,
    ...     "month": [f"2026-{1 + n // 60:02d}" for n in number],
    ...     "manager": [("Ann", "Bo", "Cy")[n // 2 % 3] for n in number],
    ...     "target": ["yes" if n % 2 else "no" for n in number],
    ...     "won": [int(n % 7 < (5 if n % 2 else 2)) for n in number]})
    >>> found = opinion(deals)
    >>> found.seen, found.months
    ({'target': True}, 5)
    """
    import sklearn.ensemble
    from threadpoolctl import threadpool_limits

    rows = rows.sort_values("deal_id", kind="stable", ignore_index=True)
    sample = None
    if len(rows) > MOST_DEALS:
        sample = MOST_DEALS
        kept = np.random.default_rng(SEED).choice(len(rows), MOST_DEALS, replace=False)
        rows = rows.iloc[np.sort(kept)].reset_index(drop=True)
    quick = sklearn.config_context(assume_finite=True, skip_parameter_validation=True)
    with threadpool_limits(1), quick:  # more would wait for each other forever in a forked process
        judged = [*_deal_factors(rows), *_scores(rows)]
    table = _table(rows, judged)
    p = _p_values(table)
    return Second(
        table,
        {factor: value < alpha for factor, value in p.items()},
        p,
        _tested(rows, judged),
        _auc(rows, judged),
        len({month for one in judged for month in rows["month"].iloc[one.place]}),
        sample,
        alpha,
    )


@dataclass(frozen=True)
class Judged:
    """Unseen deals on which a factor is judged, by one fitted pipeline.

    Attributes
    ----------
    factor, method : names
    place : (deals,) their rows
    chance : (deals,) foretold chance to win
    loss : (deals,) log-loss;  rise, spread : as from `shuffled_within`
    """

    factor: str
    method: str
    place: np.ndarray
    chance: np.ndarray
    loss: np.ndarray
    rise: np.ndarray
    spread: np.ndarray


def pipeline(method: str, names: int, score: bool = False) -> Any:
    """A plain pipeline on so many columns of coded names and, after them, a call score.

    >>> [type(step).__name__ for _, step in pipeline("logistic", 5).steps]
    ['OneHotEncoder', 'LogisticRegression']
    """
    from sklearn.compose import make_column_transformer
    from sklearn.ensemble import HistGradientBoostingClassifier
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import OneHotEncoder, StandardScaler

    if method == "logistic":
        levels = OneHotEncoder(handle_unknown="ignore")
        both = make_column_transformer(
            (levels, slice(0, names)), (StandardScaler(), slice(names, names + 1))
        )
        first = levels if not score else both if names else StandardScaler()
        return make_pipeline(first, LogisticRegression(max_iter=1000))
    trees = HistGradientBoostingClassifier(
        max_iter=30,
        max_leaf_nodes=8,
        categorical_features=list(range(names)),
        early_stopping=False,
        random_state=SEED,
    )
    return make_pipeline(trees)


def _coded(rows: pd.DataFrame, columns: list[str]) -> np.ndarray:
    """Names as numbers, (deals, columns); rare sales reps and levels share one."""
    from sklearn.preprocessing import OrdinalEncoder

    return OrdinalEncoder(max_categories=MOST_GROUPS).fit_transform(rows[columns])


def _deal_factors(rows: pd.DataFrame) -> Iterator[Judged]:
    """Each factor of single deals, shuffled among the deals of one sales rep and month."""
    factors = [f for f in FACTORS if f in rows and f != SCORE]
    x, won = _coded(rows, ["manager", *factors]), rows["won"].to_numpy()
    people = rows["manager"].factorize(sort=True)[0]
    for old, new in _unseen_months(rows) if factors else ():
        variants = {n: np.unique(x[new, n], return_inverse=True) for n in range(1, x.shape[1])}
        for method in METHODS:
            model = pipeline(method, x.shape[1]).fit(x[old], won[old])
            levels = {n: values for n, (values, _) in variants.items()}
            chance, shuffled = _foretold(model, x[new], levels)
            own = _log_loss(chance, won[new])
            for n, (_, level) in variants.items():
                losses = _log_loss(shuffled[n], won[new, None])
                rise, spread = shuffled_within(losses, level, people[new])
                yield Judged(factors[n - 1], method, new, chance, own, rise, spread)


def _scores(rows: pd.DataFrame) -> Iterator[Judged]:
    """The call scores, shuffled among people whom the pipeline has not seen."""
    if SCORE not in rows:
        return
    names = [f for f in FACTORS if f in rows and f != SCORE]
    codes, won = _coded(rows, names) if names else np.zeros((len(rows), 0)), rows["won"].to_numpy()
    x = np.column_stack([codes, rows[SCORE]])
    each = np.sort(rows.dropna(subset=[SCORE]).groupby("manager")[SCORE].first().to_numpy())
    levels = {len(names): np.quantile(each, _middles(min(len(each), MOST_SCORES)))}
    for old, new in _unseen_people(rows):
        for method in METHODS:
            model = pipeline(method, len(names), score=True).fit(x[old], won[old])
            chance, shuffled = _foretold(model, x[new], levels)
            own = _log_loss(chance, won[new])
            rise = _log_loss(shuffled[len(names)], won[new, None]).mean(axis=1) - own
            yield Judged(SCORE, method, new, chance, own, rise, rise)


def _middles(number: int) -> np.ndarray:
    """Middles of so many equal parts of 0..1."""
    return (np.arange(number) + 0.5) / number


def _unseen_months(rows: pd.DataFrame, at_once: int = 1) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """Places of the deals of earlier months and of those of the next `at_once` ones.

    A client of the next ones is in none of the earlier: what is known of a client is no foresight.
    """
    from sklearn.model_selection import TimeSeriesSplit

    months = np.sort(rows["month"].unique())
    unseen = len(months) - FIRST_MONTHS
    if unseen < 2:
        return
    at_once = min(at_once, unseen // 2)
    for before, now in TimeSeriesSplit(unseen // at_once, test_size=at_once).split(months):
        new = rows["month"].isin(months[now])
        clients = rows.loc[new, "client"].dropna()
        old = rows["month"].isin(months[before]) & ~rows["client"].isin(clients)
        if _enough(rows["won"][old]):
            yield np.flatnonzero(old), np.flatnonzero(new)


def _unseen_people(rows: pd.DataFrame) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """Places of the earlier deals of some people with a score and of the next ones of others."""
    from sklearn.model_selection import GroupKFold

    scored = rows[SCORE].notna().to_numpy()
    people = rows["manager"].to_numpy()
    folds = min(PEOPLE_FOLDS, len(np.unique(people[scored])))
    if folds < 2:
        return
    places = np.flatnonzero(scored)
    for old, new in _unseen_months(rows, MONTHS_AT_ONCE):
        for _, theirs in GroupKFold(folds).split(places, groups=people[places]):
            them = np.unique(people[places[theirs]])
            kept = old[scored[old] & ~np.isin(people[old], them)]
            tested = new[scored[new] & np.isin(people[new], them)]
            if len(tested) and _enough(rows["won"].iloc[kept]):
                yield kept, tested


def _enough(won: pd.Series) -> bool:
    return min(int(won.sum()), int(len(won) - won.sum())) >= LEAST


def _foretold(
    model: Any, x: np.ndarray, levels: dict[int, np.ndarray]
) -> tuple[np.ndarray, dict[int, np.ndarray]]:
    """Chances to win as the deals are, (deals,), and by column were all of one level,
    (deals, levels).
    """
    every = np.tile(x, (1 + sum(len(values) for values in levels.values()), 1))
    blocks = iter(every.reshape(-1, *x.shape)[1:])
    for n, values in levels.items():
        for value, block in zip(values, blocks, strict=False):
            block[:, n] = value
    chances = iter(model.predict_proba(every)[:, 1].reshape(-1, len(x)))
    own = next(chances)
    return own, {n: np.column_stack([next(chances) for _ in v]) for n, v in levels.items()}


def _log_loss(chance: np.ndarray, won: np.ndarray) -> np.ndarray:
    kept = np.clip(chance, FLOOR, 1 - FLOOR)
    return -np.log(np.where(won == 1, kept, 1 - kept))


def _table(rows: pd.DataFrame, judged: list[Judged]) -> pd.DataFrame:
    client = rows["client"].where(rows["client"].notna(), rows["deal_id"].map(" {}".format))
    clients = client.factorize(sort=True)[0]
    people = rows["manager"].factorize(sort=True)[0]
    months = rows.groupby(["manager", "month"]).ngroup().to_numpy()
    found = []
    for (factor, method), ones in _by_question(judged).items():
        place, rise, spread, loss = (
            np.concatenate([getattr(one, name) for one in ones])
            for name in ("place", "rise", "spread", "loss")
        )
        sets, fits = ((people, people), PEOPLE_FOLDS) if factor == SCORE else ((months, clients), 1)
        rises = rise_of(rise, spread, sets[0][place], sets[1][place], fits)
        ends = [value / loss.mean() for value in (rises.mean, rises.low, rises.high)]
        found.append([factor, method, len(place), *ends, rises.p])
    return pd.DataFrame(found, columns=COLUMNS)


def _by_question(judged: list[Judged]) -> dict[tuple[str, str], list[Judged]]:
    """What was judged of each factor by each method, in the order of the factors."""
    questions = [(factor, method) for factor in FACTORS for method in METHODS]
    sets = {one: [j for j in judged if (j.factor, j.method) == one] for one in questions}
    return {question: ones for question, ones in sets.items() if ones}


def _p_values(table: pd.DataFrame) -> dict[str, float]:
    """p of each factor: the smaller of its methods, doubled, and corrected by Holm over the
    factors; without those that cannot be told.
    """
    least = table.dropna(subset=["p"]).groupby("factor", sort=False)["p"].min()
    both = np.minimum(1.0, len(METHODS) * least.to_numpy(float))
    return dict(zip(least.index, (float(p) for p in holm(both)), strict=True)) if len(both) else {}


def _tested(rows: pd.DataFrame, judged: list[Judged]) -> pd.DataFrame:
    """The deals that each factor is judged on."""
    parts = [
        pd.DataFrame({"factor": one.factor, "deal_id": rows["deal_id"].to_numpy()[one.place]})
        for one in judged
        if one.method == METHODS[0]
    ]
    return pd.concat(parts, ignore_index=True) if parts else Second(pd.DataFrame()).tested


def _auc(rows: pd.DataFrame, judged: list[Judged]) -> dict[str, float]:
    """AUC of each method on the unseen months, sales reps known."""
    found = {}
    for method in METHODS:
        sets = {tuple(j.place[:1]): j for j in judged if j.method == method and j.factor != SCORE}
        if sets:
            chance = np.concatenate([one.chance for one in sets.values()])
            won = rows["won"].to_numpy()[np.concatenate([one.place for one in sets.values()])]
            found[method] = auc(chance, won, np.ones(len(won)))
    return found
