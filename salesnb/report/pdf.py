"""Pages as PDF, printed by a headless Chromium where there is one."""

import os
import secrets
import shutil
import subprocess
import tempfile
from pathlib import Path

from salesnb.report.disk import WRITING
from salesnb.source.leftovers import TEMPORARY, mark

BROWSERS = (
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
    "chrome",
    "msedge",
)
SECONDS = 120


def find_browser() -> str | None:
    """Path of a Chromium, or of the browser that CHROME names; None when there is none."""
    named = os.environ.get("CHROME")
    return (
        named
        if named and Path(named).exists()
        else next((p for n in BROWSERS if (p := shutil.which(n))), None)
    )


def print_pdf(page: Path) -> Path | None:
    """Print `page` beside itself; None when there is no browser, it failed, or it took too long."""
    browser = find_browser()
    if browser is None:
        return None
    target = page.with_suffix(".pdf")
    try:
        return _print(browser, page, target)
    except subprocess.TimeoutExpired:
        return None


def _print(browser: str, page: Path, target: Path) -> Path | None:
    with tempfile.TemporaryDirectory(prefix=TEMPORARY + mark()) as profile:
        made = Path(profile) / "page.pdf"
        command = [
            browser,
            "--headless",
            "--disable-gpu",
            "--no-first-run",
            "--disable-background-networking",
            "--disable-quic",
            "--disable-component-update",
            "--disable-sync",
            f"--user-data-dir={profile}/profile",
            "--no-pdf-header-footer",
            f"--print-to-pdf={made}",
            page.resolve().as_uri(),
        ]
        if (
            hasattr(os, "geteuid") and os.geteuid() == 0
        ):  # a browser of root refuses its own sandbox
            command.insert(1, "--no-sandbox")
        done = subprocess.run(command, capture_output=True, timeout=SECONDS)
        if done.returncode != 0 or not made.exists():
            return None
        part = target.with_name(f"{WRITING}{mark()}{secrets.token_hex(4)}")
        shutil.copyfile(made, part)
        os.replace(part, target)
    return target
