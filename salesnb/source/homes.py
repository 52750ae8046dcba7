"""Where money is at home: what an export's currency says of the country and the clock of its
company.
"""

# country, and the zone of most of its people
HOMES = {
    "RUB": ("RU", "Europe/Moscow"),
    "KZT": ("KZ", "Asia/Almaty"),
    "BYN": ("BY", "Europe/Minsk"),
    "UAH": ("UA", "Europe/Kyiv"),
    "UZS": ("UZ", "Asia/Tashkent"),
    "GEL": ("GE", "Asia/Tbilisi"),
    "AZN": ("AZ", "Asia/Baku"),
    "AMD": ("AM", "Asia/Yerevan"),
    "GBP": ("GB", "Europe/London"),
    "EUR": ("DE", "Europe/Berlin"),
    "PLN": ("PL", "Europe/Warsaw"),
    "CZK": ("CZ", "Europe/Prague"),
    "CHF": ("CH", "Europe/Zurich"),
    "SEK": ("SE", "Europe/Stockholm"),
    "NOK": ("NO", "Europe/Oslo"),
    "DKK": ("DK", "Europe/Copenhagen"),
    "TRY": ("TR", "Europe/Istanbul"),
    "INR": ("IN", "Asia/Kolkata"),
    "BRL": ("BR", "America/Sao_Paulo"),
    "AED": ("AE", "Asia/Dubai"),
    "JPY": ("JP", "Asia/Tokyo"),
    "CNY": ("CN", "Asia/Shanghai"),
    "KRW": ("KR", "Asia/Seoul"),
    "AUD": ("AU", "Australia/Sydney"),
    "NZD": ("NZ", "Pacific/Auckland"),
    "ZAR": ("ZA", "Africa/Johannesburg"),
    "MXN": ("MX", "America/Mexico_City"),
}


def home(currency: str, russian: bool) -> tuple[str, str]:
    """Country and time zone by the money of an export, else by its language; a guess that is said.

    >>> home("RUB", False), home("USD", True), home("USD", False)
    (('RU', 'Europe/Moscow'), ('RU', 'Europe/Moscow'), ('US', 'UTC'))
    """
    return HOMES.get(currency) or (HOMES["RUB"] if russian else ("US", "UTC"))
